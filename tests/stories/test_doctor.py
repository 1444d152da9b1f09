"""`relais doctor`: what is in order, what is not, and what to do, from outside."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.responses import JSONResponse

from composition.doctor import examine
from core.checkup import Level
from sandbox.serving import free_port
from sandbox.slack_web import refusal
from sandbox.wire import Fault
from settings import Secret
from tests.stories.child import ROOT, environment, relais
from tests.stories.people import waiting
from tests.stories.town import CHANNEL, Town


def _env(place: Town, **more: str) -> dict[str, str]:
    """The environment of the service that runs here."""
    port = str(urlsplit(place.url).port)
    return environment(place, ROOT / "relais.toml", **{"PORT": port} | more)


async def test_a_house_in_order_is_told_so_line_by_line(place: Town) -> None:
    await waiting(place)
    ended = await relais("doctor", env=_env(place))
    assert ended.code == 0, ended
    lines = ended.out.splitlines()
    assert not [line for line in lines if line.startswith("MEND")]
    for told in (
        "ok    Settings: ",
        "ok    Slack: takes the bot token",
        "ok    Slack scopes: all ",
        f"ok    Slack channel {CHANNEL}: the app is a member",
        "ok    Telegram: takes the token",
        "ok    Telegram webhook: leads here",
        "ok    Twilio: takes the account's token",
        "ok    Twilio webhook: leads here",
        "ok    Clock: right to ",
        "ok    Disk: ",
        "ok    Database: readable; no dead letter waits",
        "ok    WhatsApp: a customer last wrote at ",
        "ok    Service: runs as process ",
        "ok    Service, whatsapp: last contact at ",
    ):
        assert any(line.startswith(told) for line in lines), (told, ended.out)
    assert all("; " in line and line.endswith(".") for line in lines)
    for secret in ("t" * 35, "xoxb-", "a" * 32, "s" * 32):
        assert secret not in ended.out + ended.err


async def test_it_works_when_the_service_does_not_run(place: Town) -> None:
    await place.close_service()
    ended = await relais("doctor", env=_env(place))
    assert ended.code == 0, ended
    assert "note  Service: does not run" in ended.out
    await place.open_service()


async def test_with_a_platform_down_the_others_are_looked_at_all_the_same(place: Town) -> None:
    down = f"http://127.0.0.1:{free_port()}"
    ended = await relais("doctor", env=_env(place, TELEGRAM_API_URL=down))
    assert ended.code == 1
    assert "MEND  Telegram: does not answer (ConnectError)" in ended.out
    assert "ok    Slack: takes the bot token" in ended.out
    assert "ok    Twilio webhook: leads here" in ended.out


async def test_faults_of_the_settings_are_listed(place: Town) -> None:
    ended = await relais("doctor", env=_env(place, SLACK_CHANNEL="#sav", PORT="x"))
    assert ended.code == 1
    assert [line[:20] for line in ended.out.splitlines()] == ["MEND  SLACK_CHANNEL:", "MEND  PORT: does not"]


async def _mended(place: Town) -> list[str]:
    """What must be mended, where and what."""
    report = await examine(place.settings)
    found = [finding for finding in report.findings if finding.level is Level.MEND]
    assert all(finding.do for finding in found)
    return [f"{finding.where}: {finding.what}" for finding in found]


def _settings(**changes: Any) -> Callable[[Town], None]:  # noqa: ANN401 - fields of a platform's settings
    def change(place: Town) -> None:
        (name, fields), *_ = changes.items()
        settings: Any = getattr(place.settings, name)
        place.settings = replace(place.settings, **{name: replace(settings, **fields)})

    return change


def _archive(place: Town) -> None:
    place.slack.channels[CHANNEL].archived = True


def _share(place: Town) -> None:
    place.slack.channels[CHANNEL].is_ext_shared = True


def _leave(place: Town) -> None:
    place.slack.channels[CHANNEL].private = False
    place.slack.channels[CHANNEL].members.remove(place.slack.bot_user_id)


def _elsewhere(place: Town) -> None:
    webhook = place.telegram.updates.webhook
    assert webhook is not None
    place.telegram.updates.webhook = replace(webhook, url="https://other.example/telegram")


def _unset(place: Town) -> None:
    place.telegram.updates.webhook = None


def _narrow(allowed: tuple[str, ...] | None) -> Callable[[Town], None]:
    def harm(place: Town) -> None:
        place.telegram.updates.allowed = allowed

    return harm


def _no_object(place: Town) -> None:
    fault = Fault(answer=JSONResponse({"ok": True, "result": []}))
    place.telegram.wire.plan("getWebhookInfo", fault, fault)  # the running service asks as well


def _twilio_elsewhere(place: Town) -> None:
    place.twilio.message_url = "https://other.example/secret-path"


def _twilio_refuses_key(place: Town) -> None:
    _settings(twilio={"api_key_sid": "SK" + "9" * 32, "api_key_secret": Secret("k" * 32)})(place)


TROUBLES: dict[str, tuple[Callable[[Town], None], str]] = {
    "slack token": (
        _settings(slack={"bot_token": Secret("xoxb-wrong-1234")}),
        "Slack: refuses the bot token",
    ),
    "slack channel": (_settings(slack={"channel": "C0NONE"}), "Slack channel C0NONE: cannot be seen"),
    "archived": (_archive, f"Slack channel {CHANNEL}: is archived"),
    "shared": (_share, f"Slack channel {CHANNEL}: is shared with another company"),
    "not a member": (_leave, f"Slack channel {CHANNEL}: the app is not a member"),
    "telegram token": (_settings(telegram={"token": Secret("1:" + "x" * 35)}), "Telegram: refuses the token"),
    "telegram elsewhere": (_elsewhere, "Telegram webhook: leads to another address"),
    "telegram mute": (_no_object, "Telegram webhook: Telegram does not say how it is set (status 200)"),
    "telegram narrow": (
        _narrow(("message", "callback_query")),
        "Telegram webhook: does not bring edited_message, my_chat_member, message_reaction",
    ),
    "telegram as ever": (_narrow(None), "Telegram webhook: does not bring message_reaction"),
    "telegram unset": (_unset, "Telegram webhook: is not set"),
    "telegram fetched": (_settings(telegram={"webhook_secret": None}), "Telegram webhook: is set, and"),
    "twilio token": (
        _settings(twilio={"auth_token": Secret("b" * 32)}),
        "Twilio: refuses the account's token",
    ),
    "twilio key": (_twilio_refuses_key, "Twilio API key: is refused"),
    "twilio elsewhere": (_twilio_elsewhere, "Twilio webhook: callback_url of the WhatsApp sender leads to"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_must_be_mended_is_named_and_nothing_else(place: Town, trouble: str) -> None:
    settings = place.settings
    harm, told = TROUBLES[trouble]
    harm(place)
    found = await _mended(place)
    place.settings = settings
    assert len(found) == 1, found
    assert found[0].startswith(told)
    assert "secret-path" not in found[0]


async def test_missing_scopes_are_named(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.slack_web.SCOPES", "commands,chat:write,groups:read,groups:history")
    assert await _mended(place) == ["Slack scopes: users:read missing"]


async def test_a_platform_that_fails_is_told(place: Town) -> None:
    await place.until(lambda: place.slack.wire.count("auth.test") > 0)
    place.slack.wire.plan("auth.test", Fault(answer=refusal("account_inactive")))
    assert await _mended(place) == ["Slack: refuses the bot token (account_inactive)"]
