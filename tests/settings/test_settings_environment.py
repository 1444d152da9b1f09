"""The environment: what it gives when it is sound, and what is said of each fault."""

from collections.abc import Callable
from pathlib import Path

import pytest

from settings import Fault, SettingsFaults, load
from tests.settings.ways import APP_TOKEN, FETCHING, LOOPBACK, SOCKET

Environ = dict[str, str]
Told = Callable[..., list[Fault]]

ROSTER_OF_FAULTS = [
    ({"TELEGRAM_BOT_TOKEN": "bot-token"}, "TELEGRAM_BOT_TOKEN", "copy the token BotFather gave"),
    ({"TELEGRAM_BOT_TOKEN": ""}, "TELEGRAM_BOT_TOKEN", "is missing: Telegram is half configured"),
    ({"TELEGRAM_WEBHOOK_SECRET": "court"}, "TELEGRAM_WEBHOOK_SECRET", "write 16 to 256 letters"),
    ({"TELEGRAM_WEBHOOK_SECRET": "é" * 20}, "TELEGRAM_WEBHOOK_SECRET", "letters without accents"),
    ({"TELEGRAM_WEBHOOK_SECRET": ""}, "TELEGRAM_WEBHOOK_SECRET", "or write TELEGRAM_MODE=polling"),
    ({"TELEGRAM_MODE": "push"}, "TELEGRAM_MODE", "write webhook or polling"),
    ({"TELEGRAM_API_URL": "api.telegram.org"}, "TELEGRAM_API_URL", "is not a web address"),
    ({"TELEGRAM_API_URL": "http://bot.example.fr"}, "TELEGRAM_API_URL", "is http, which is for this machine"),
    ({"TWILIO_ACCOUNT_SID": "AC12"}, "TWILIO_ACCOUNT_SID", "AC, then 32 characters"),
    ({"TWILIO_ACCOUNT_SID": ""}, "TWILIO_ACCOUNT_SID", "is missing: WhatsApp is half configured"),
    ({"TWILIO_AUTH_TOKEN": "court"}, "TWILIO_AUTH_TOKEN", "copy the Auth Token"),
    ({"TWILIO_AUTH_TOKEN": ""}, "TWILIO_AUTH_TOKEN", "remove every TWILIO_ variable"),
    ({"TWILIO_API_KEY_SID": "AC" + "0" * 32}, "TWILIO_API_KEY_SID", "SK, then 32 characters"),
    ({"TWILIO_API_KEY_SID": ""}, "TWILIO_API_KEY_SID", "the two go together"),
    ({"TWILIO_API_KEY_SECRET": ""}, "TWILIO_API_KEY_SECRET", "TWILIO_API_KEY_SID is set and the two"),
    ({"TWILIO_API_KEY_SECRET": "court"}, "TWILIO_API_KEY_SECRET", "shown when the API key was created"),
    ({"TWILIO_SHARED_KEY": ""}, "TWILIO_SHARED_KEY", "TWILIO_SHARED_KEY_SECRET is set and the two"),
    ({"TWILIO_SHARED_KEY_SECRET": ""}, "TWILIO_SHARED_KEY_SECRET", "TWILIO_SHARED_KEY is set and the two"),
    ({"TWILIO_SHARED_KEY": "clé partagée"}, "TWILIO_SHARED_KEY", "holds a space"),
    ({"TWILIO_SHARED_KEY": "clé"}, "TWILIO_SHARED_KEY", "copy the key's id as Twilio shows it"),
    ({"TWILIO_SHARED_KEY_SECRET": "court"}, "TWILIO_SHARED_KEY_SECRET", "when the shared key was created"),
    ({"TWILIO_WHATSAPP_FROM": "+33700000001"}, "TWILIO_WHATSAPP_FROM", "as whatsapp:+33612345678"),
    ({"TWILIO_WHATSAPP_FROM": "whatsapp:+33 7 00"}, "TWILIO_WHATSAPP_FROM", "holds a space"),
    ({"TWILIO_API_URL": "https://u:p@twilio.example"}, "TWILIO_API_URL", "holds a user name"),
    ({"TWILIO_API_URL": "https://twilio.example:0"}, "TWILIO_API_URL", "is not a web address"),
    ({"TWILIO_API_URL": "https://twilio.example:99999"}, "TWILIO_API_URL", "is not a web address"),
    ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN", "is missing: Slack is required"),
    ({"SLACK_BOT_TOKEN": "xoxp-0123456789"}, "SLACK_BOT_TOKEN", "which starts with xoxb-"),
    (
        {"SLACK_BOT_TOKEN": '"xoxb-0123456789"'},
        "SLACK_BOT_TOKEN",
        "a space, a quote or a line break; paste it",
    ),
    (
        {"SLACK_BOT_TOKEN": "xoxb-0123456789\n"},
        "SLACK_BOT_TOKEN",
        "a space, a quote or a line break; paste it",
    ),
    ({"SLACK_BOT_TOKEN": "xoxb-0123456789\u00a0"}, "SLACK_BOT_TOKEN", "a space, a quote or a line break"),
    ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET", "is missing: Slack is required"),
    ({"SLACK_SIGNING_SECRET": "court"}, "SLACK_SIGNING_SECRET", "copy the Signing Secret"),
    ({"SLACK_APP_TOKEN": "xoxb-0123456789"}, "SLACK_APP_TOKEN", "which starts with xapp-"),
    ({"SLACK_APP_TOKEN": APP_TOKEN}, "SLACK_APP_TOKEN", "SLACK_MODE is http, which has no use for it; write"),
    (
        {"SLACK_MODE": "socket", "SLACK_SIGNING_SECRET": ""},
        "SLACK_APP_TOKEN",
        "is missing: SLACK_MODE is socket, which opens with it",
    ),
    (
        {"SLACK_MODE": "socket", "SLACK_APP_TOKEN": APP_TOKEN},
        "SLACK_SIGNING_SECRET",
        "is set and SLACK_MODE is socket, which has no use for it; write SLACK_MODE=http, or remove",
    ),
    (
        {"TELEGRAM_MODE": "polling"},
        "TELEGRAM_WEBHOOK_SECRET",
        "is set and TELEGRAM_MODE is polling, which has no use for it; write TELEGRAM_MODE=webhook, or",
    ),
    ({"SLACK_MODE": "rtm"}, "SLACK_MODE", "write http or socket"),
    ({"SLACK_API_URL": "ftp://slack.example"}, "SLACK_API_URL", "is not a web address"),
    ({"SLACK_CHANNEL": ""}, "SLACK_CHANNEL", "is missing: Slack is required"),
    ({"SLACK_CHANNEL": "#sav"}, "SLACK_CHANNEL", "the channel's id, not its name"),
    ({"DATABASE_URL": "postgresql://u:p@h/d"}, "DATABASE_URL", "PostgreSQL is not available in this version"),
    ({"DATABASE_URL": "postgres://u:p@h/d"}, "DATABASE_URL", "PostgreSQL is not available in this version"),
    ({"DATABASE_URL": "sqlite://relais.db"}, "DATABASE_URL", "three slashes: relative"),
    ({"DATABASE_URL": "sqlite:///"}, "DATABASE_URL", "write sqlite:///var/relais.db"),
    ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL", "write sqlite:///var/relais.db"),
    ({"DATABASE_URL": "sqlite:///a.db?mode=ro"}, "DATABASE_URL", "write sqlite:///var/relais.db"),
    ({"DATABASE_URL": "sqlite:///a.db\n"}, "DATABASE_URL", "holds a space, a quote or a line break"),
    (
        {"PUBLIC_URL": ""},
        "PUBLIC_URL",
        "is missing: Telegram, WhatsApp and Slack must know where to call Relais",
    ),
    ({"PUBLIC_URL": "https://relais.example.fr:9443"}, "PUBLIC_URL", "has a port that Telegram never calls"),
    ({"PUBLIC_URL": "https://relais.example.fr:9443"}, "PUBLIC_URL", "take 443, 80, 88 or 8443, or let"),
    (
        {"PUBLIC_URL": "http://localhost:8080"},
        "PUBLIC_URL",
        "machine, which Telegram, WhatsApp and Slack cannot",
    ),
    (
        {"PUBLIC_URL": "https://127.0.0.1"},
        "PUBLIC_URL",
        "to call: TELEGRAM_MODE=polling, no TWILIO_ variable, SL",
    ),
    ({"PUBLIC_URL": "relais.example.fr"}, "PUBLIC_URL", "is not a web address"),
    ({"PUBLIC_URL": "http://relais.example.fr"}, "PUBLIC_URL", "write https://"),
    ({"PUBLIC_URL": "https://relais.example.fr/bot"}, "PUBLIC_URL", "holds a path; write the host alone"),
    ({"PUBLIC_URL": "https://relais.example.fr/?a=1"}, "PUBLIC_URL", "a query or a fragment"),
    ({"PUBLIC_URL": "https://relais.example.fr/#a"}, "PUBLIC_URL", "a query or a fragment"),
    ({"PUBLIC_URL": "https://u:p@relais.example.fr"}, "PUBLIC_URL", "holds a user name"),
    ({"PUBLIC_URL": "https://[::1"}, "PUBLIC_URL", "is not a web address"),
    ({"HOST": "http://0.0.0.0"}, "HOST", "the address to listen on"),
    ({"PORT": "http"}, "PORT", "a whole number from 1 to 65535"),
    ({"PORT": "0"}, "PORT", "a whole number from 1 to 65535"),
    ({"PORT": "65536"}, "PORT", "a whole number from 1 to 65535"),
    ({"RELAIS_RULES": " relais.toml"}, "RELAIS_RULES", "holds a space, a quote or a line break"),
    (
        {"RELAIS_DEMO_CLOCK": "http://127.0.0.1:9"},
        "RELAIS_DEMO_CLOCK",
        "refused outside the demo: TELEGRAM_API_",
    ),
]


@pytest.mark.parametrize(("changes", "where", "fragment"), ROSTER_OF_FAULTS)
def test_each_fault_names_its_variable_and_says_what_to_write(
    sound: Environ, told: Told, changes: Environ, where: str, fragment: str
) -> None:
    faults = told(sound | changes)
    assert {fault.where for fault in faults} == {where}
    assert fragment in str(faults[0])


def test_a_sound_environment_is_read_whole(sound: Environ, shipped: Path) -> None:
    settings = load(sound, shipped)
    assert settings.telegram is not None
    assert settings.twilio is not None
    assert settings.twilio.api_key_secret is not None
    assert settings.telegram.token.reveal() == sound["TELEGRAM_BOT_TOKEN"]
    assert settings.telegram.webhook_secret is not None
    assert settings.telegram.webhook_secret.reveal() == sound["TELEGRAM_WEBHOOK_SECRET"]
    assert settings.twilio.account_sid == sound["TWILIO_ACCOUNT_SID"]
    assert settings.twilio.auth_token.reveal() == sound["TWILIO_AUTH_TOKEN"]
    assert settings.twilio.api_key_sid == sound["TWILIO_API_KEY_SID"]
    assert settings.twilio.api_key_secret.reveal() == sound["TWILIO_API_KEY_SECRET"]
    assert settings.twilio.sender == "whatsapp:+33700000001"
    assert settings.twilio.shared_key == sound["TWILIO_SHARED_KEY"]
    assert settings.twilio.shared_key_secret is not None
    assert settings.twilio.shared_key_secret.reveal() == sound["TWILIO_SHARED_KEY_SECRET"]
    assert settings.slack.bot_token.reveal() == sound["SLACK_BOT_TOKEN"]
    assert settings.slack.signing_secret is not None
    assert settings.slack.signing_secret.reveal() == sound["SLACK_SIGNING_SECRET"]
    assert (settings.slack.mode, settings.slack.app_token) == ("http", None)
    assert settings.slack.channel == "C0SAVINBOX"
    assert settings.public_url == "https://relais.example.fr"
    assert settings.rules_path == shipped


def test_by_socket_slack_needs_the_apps_token_and_no_signing_secret(sound: Environ, shipped: Path) -> None:
    slack = load(sound | SOCKET, shipped).slack
    assert (slack.mode, slack.signing_secret) == ("socket", None)
    assert slack.app_token is not None
    assert slack.app_token.reveal() == APP_TOKEN


def test_a_public_address_is_asked_for_by_whoever_calls_it(sound: Environ, told: Told) -> None:
    nowhere = sound | SOCKET | {"PUBLIC_URL": ""} | FETCHING
    pushed = nowhere | {
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": sound["TELEGRAM_WEBHOOK_SECRET"],
    }
    without_twilio = {name: value for name, value in pushed.items() if not name.startswith("TWILIO")}
    assert [str(fault.what) for fault in told(nowhere)] == [
        "is missing: WhatsApp must know where to call Relais"
    ]
    assert [str(fault.what) for fault in told(without_twilio)] == [
        "is missing: Telegram must know where to call Relais"
    ]


def test_what_is_left_out_has_its_default(sound: Environ, shipped: Path) -> None:
    settings = load(sound, shipped)
    assert settings.telegram is not None
    assert settings.twilio is not None
    assert settings.telegram.api_url == "https://api.telegram.org"
    assert settings.twilio.api_url == "https://api.twilio.com"
    assert settings.slack.api_url == "https://slack.com/api/"
    assert settings.database == Path("var/relais.db")
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.demo_clock is None


def test_menus_and_signs_have_hosts_of_their_own_at_twilio_and_the_same_base_elsewhere(
    sound: Environ, shipped: Path
) -> None:
    real = load(sound, shipped).twilio
    written = load(sound | {"TWILIO_API_URL": "https://api.twilio.com/"}, shipped).twilio
    near = load(sound | {"TWILIO_API_URL": "http://127.0.0.1:8082"}, shipped).twilio
    assert real is not None
    assert written is not None
    assert near is not None
    assert real.content_url == "https://content.twilio.com"
    assert written.content_url == "https://content.twilio.com"
    assert near.content_url == "http://127.0.0.1:8082"
    assert real.messaging_url == written.messaging_url == "https://messaging.twilio.com"
    assert near.messaging_url == "http://127.0.0.1:8082"


def test_a_slash_at_the_end_of_an_address_does_not_matter(sound: Environ, shipped: Path) -> None:
    slashed = {name: url.rstrip("/") + "/" for name, url in LOOPBACK.items()}
    bare = {name: url.rstrip("/") for name, url in LOOPBACK.items()}
    public = {"PUBLIC_URL": "https://relais.example.fr/"}
    first, second = load(sound | slashed | public, shipped), load(sound | bare, shipped)
    assert first.telegram == second.telegram
    assert first.twilio == second.twilio
    assert first.slack == second.slack
    assert first.slack.api_url == "http://[::1]:8083/api/"
    assert first.public_url == second.public_url == "https://relais.example.fr"


@pytest.mark.parametrize("port", [443, 80, 88, 8443])
def test_telegram_calls_four_ports(sound: Environ, shipped: Path, port: int) -> None:
    url = f"https://relais.example.fr:{port}"
    assert load(sound | {"PUBLIC_URL": url}, shipped).public_url == url


def test_a_bot_that_fetches_needs_no_secret(sound: Environ, shipped: Path) -> None:
    settings = load(sound | FETCHING | {"PUBLIC_URL": "https://relais.example.fr:9443"}, shipped)
    assert settings.telegram is not None
    assert settings.telegram.webhook_secret is None


def test_who_must_know_our_address_is_named(sound: Environ, told: Told) -> None:
    fetching = sound | FETCHING | {"PUBLIC_URL": ""}
    assert "WhatsApp and Slack must know where to call Relais" in told(fetching)[0].what
    alone = {name: value for name, value in fetching.items() if not name.startswith("TWILIO")}
    assert "is missing: Slack must know where to call Relais" in told(alone)[0].what


def test_a_mode_alone_is_a_channel_half_configured(sound: Environ, told: Told) -> None:
    left = {name: value for name, value in sound.items() if not name.startswith("TELEGRAM")}
    assert [fault.where for fault in told(left | {"TELEGRAM_MODE": "polling"})] == ["TELEGRAM_BOT_TOKEN"]


def test_the_demo_clock_is_allowed_when_everything_in_use_is_on_this_machine(
    sound: Environ, shipped: Path
) -> None:
    clock = {"RELAIS_DEMO_CLOCK": "http://127.0.0.1:8090/clock"}
    assert load(sound | LOOPBACK | clock, shipped).demo_clock == "http://127.0.0.1:8090/clock"


@pytest.mark.parametrize("name", [*LOOPBACK])
def test_the_demo_clock_is_refused_as_soon_as_one_door_is_real(sound: Environ, told: Told, name: str) -> None:
    clock = {"RELAIS_DEMO_CLOCK": "http://127.0.0.1:8090/clock"}
    faults = told({**sound, **LOOPBACK, **clock, name: ""})
    assert [fault.where for fault in faults] == ["RELAIS_DEMO_CLOCK"]
    assert f"{name} is not on this machine" in faults[0].what


def test_a_demo_clock_elsewhere_is_refused(sound: Environ, told: Told) -> None:
    faults = told(sound | LOOPBACK | {"RELAIS_DEMO_CLOCK": "http://clock.example.fr"})
    sentence = "the demo's clock is refused outside the demo: RELAIS_DEMO_CLOCK is not on this machine"
    assert faults == [Fault("RELAIS_DEMO_CLOCK", sentence, "remove RELAIS_DEMO_CLOCK")]


@pytest.mark.parametrize(("prefix", "other"), [("TELEGRAM", "twilio"), ("TWILIO", "telegram")])
def test_a_channel_without_any_variable_is_off(
    sound: Environ, shipped: Path, prefix: str, other: str
) -> None:
    left = {name: value for name, value in sound.items() if not name.startswith(prefix)}
    settings = load(left, shipped)
    assert getattr(settings, prefix.lower()) is None
    assert getattr(settings, other) is not None


def test_without_any_customer_channel_there_is_nothing_to_serve(sound: Environ, told: Told) -> None:
    left = {name: value for name, value in sound.items() if name.startswith(("SLACK", "PUBLIC"))}
    faults = told(left)
    assert len(faults) == 1
    assert "at least one customer channel is required" in faults[0].what


def test_a_half_configured_channel_names_everything_that_is_missing(sound: Environ, told: Told) -> None:
    left = {name: value for name, value in sound.items() if not name.startswith("TWILIO")}
    faults = told(left | {"TWILIO_API_URL": "http://127.0.0.1:8082"})
    assert [fault.where for fault in faults] == [
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_WHATSAPP_FROM",
    ]


def test_a_misspelt_variable_is_recognised(sound: Environ, told: Told) -> None:
    sound["TWILIO_WHATSAPP_FORM"] = sound.pop("TWILIO_WHATSAPP_FROM")
    faults = told(sound)
    assert [fault.where for fault in faults] == ["TWILIO_WHATSAPP_FROM"]
    assert "TWILIO_WHATSAPP_FORM is set: is it a misspelling?" in faults[0].what


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///var/relais.db", "var/relais.db"),
        ("sqlite:////srv/relais/relais.db", "/srv/relais/relais.db"),
        ("sqlite:///mes données/relais.db", "mes données/relais.db"),
    ],
)
def test_three_slashes_are_relative_and_four_absolute(
    sound: Environ, shipped: Path, url: str, path: str
) -> None:
    assert load(sound | {"DATABASE_URL": url}, shipped).database == Path(path)


@pytest.mark.parametrize("port", ["1", "80", "8080", "59999", "64999", "65535"])
def test_every_port_is_accepted_up_to_the_last(sound: Environ, shipped: Path, port: str) -> None:
    assert load(sound | {"PORT": port}, shipped).port == int(port)


def test_the_rules_file_is_found_by_its_variable(sound: Environ, shipped: Path) -> None:
    assert load(sound | {"RELAIS_RULES": str(shipped)}).rules_path == shipped


def test_the_rules_file_named_by_the_caller_wins(sound: Environ, shipped: Path) -> None:
    assert load(sound | {"RELAIS_RULES": "absent.toml"}, shipped).rules_path == shipped


def test_the_environment_and_the_file_are_told_together(sound: Environ, tmp_path: Path) -> None:
    path = tmp_path / "relais.toml"
    path.write_text('[service]\nname = ""\n', "utf-8")
    with pytest.raises(SettingsFaults) as caught:
        load(sound | {"PORT": "x", "SLACK_CHANNEL": "#sav"}, path)
    wheres = [fault.where for fault in caught.value.faults]
    assert wheres[:2] == ["SLACK_CHANNEL", "PORT"]
    assert f"{path}:2" in wheres
    assert str(caught.value).splitlines() == [str(fault) for fault in caught.value.faults]
