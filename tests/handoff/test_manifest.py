"""The definition of the Slack app: from the registry, as Slack's schema and Slack itself take it."""

import json
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft7Validator

import app
from core.texts import Texts
from handoff.manifest import RESERVED, faults, manifest
from handoff.registry import BY_NAME, COMMANDS, SHORTCUTS
from tests.samples_seen import Group, saw

ROOT = Path(__file__).parents[2]
SCHEMA = Draft7Validator(
    json.loads((ROOT / "tests" / "specs" / "slack_manifest.schema.2.json").read_text("utf-8"))
)
TEXTS = Texts(ZoneInfo("Europe/Paris"))
HOST = "https://relais.example.fr"
ADDRESS = f"{HOST}/slack"
WAYS = [
    pytest.param({"url": url, "public_channel": public}, language, id=f"{language} {url[:5]} {public}")
    for url in (ADDRESS, "")
    for public in (False, True)
    for language in ("fr", "en")
]


def made(language: str = "fr", **way: Any) -> dict[str, Any]:  # noqa: ANN401 - what `manifest` takes
    """A definition."""
    return manifest(TEXTS, language, name="Relais", **way)


@pytest.mark.parametrize(("way", "language"), WAYS)
def test_slacks_schema_and_our_own_rules_take_it(way: dict[str, Any], language: str) -> None:
    whole = made(language, **way)
    assert [error.message for error in SCHEMA.iter_errors(whole)] == []
    assert faults(whole) == []


def test_the_sample_is_taken_by_the_rules_that_ours_must_keep(
    record_property: Callable[[str, object], None],
) -> None:
    path = ROOT / "tests" / "payloads" / "slack" / "manifest.http.json"
    sample = json.loads(path.read_text("utf-8"))
    found = [error.message for error in SCHEMA.iter_errors(sample)] + faults(sample)
    saw(record_property, Group.SLACK_PARTS, "manifest.http", as_expected=found == [])
    assert found == []


def test_it_holds_every_command_and_shortcut_of_the_registry_and_no_other() -> None:
    features = made(url=ADDRESS)["features"]
    assert [command["command"] for command in features["slash_commands"]] == list(BY_NAME)
    assert {each["callback_id"] for each in features["shortcuts"]} == set(SHORTCUTS)
    assert {each["type"] for each in features["shortcuts"]} == {"message"}


def test_what_customers_read_is_never_turned_into_slacks_ids() -> None:
    escaped = {c["command"]: c["should_escape"] for c in made()["features"]["slash_commands"]}
    assert not any(escaped[name] for command in COMMANDS if command.is_modal for name in command.names)


def test_by_webhook_every_door_has_the_address_and_by_socket_none_has() -> None:
    called, socket = made(url=ADDRESS), made()
    assert {c["url"] for c in called["features"]["slash_commands"]} == {ADDRESS}
    assert called["settings"]["event_subscriptions"]["request_url"] == ADDRESS
    assert called["settings"]["interactivity"] == {"is_enabled": True, "request_url": ADDRESS}
    assert not called["settings"]["socket_mode_enabled"]
    assert ADDRESS not in json.dumps(socket)
    assert socket["settings"]["socket_mode_enabled"]


def test_a_public_channel_needs_other_scopes_and_another_event() -> None:
    private, public = made(), made(public_channel=True)
    assert "groups:history" in private["oauth_config"]["scopes"]["bot"]
    assert "message.groups" in private["settings"]["event_subscriptions"]["bot_events"]
    assert "channels:history" in public["oauth_config"]["scopes"]["bot"]
    assert "message.groups" not in public["settings"]["event_subscriptions"]["bot_events"]


def _renamed(name: str) -> dict[str, Any]:
    spoilt = made()
    spoilt["features"]["slash_commands"][0]["command"] = name
    return spoilt


@pytest.mark.parametrize("name", ["/répondre", "/Reply", "/re ply", "reply", "/", "/" + "a" * 32])
def test_a_name_that_slack_refuses_is_found_though_the_schema_lets_some_through(name: str) -> None:
    assert len(faults(_renamed(name))) == 1


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_name_of_slacks_own_is_found(name: str) -> None:
    assert len(faults(_renamed(f"/{name}"))) == 1


def _with_commands(count: int) -> dict[str, Any]:
    spoilt = made()
    command = spoilt["features"]["slash_commands"][0]
    spoilt["features"]["slash_commands"] = [command | {"command": f"/c{n}"} for n in range(count)]
    return spoilt


def test_too_many_of_anything_or_too_long_or_twice_is_found() -> None:
    assert faults(_with_commands(50)) == []
    assert len(faults(_with_commands(51))) == 1
    spoilt = made()
    features = spoilt["features"]
    features["slash_commands"].append(deepcopy(features["slash_commands"][0]))
    features["slash_commands"][1] |= {"usage_hint": "x" * 61, "description": ""}
    features["shortcuts"] = [features["shortcuts"][0] | {"name": "x" * 25, "description": "x" * 151}] * 6
    assert len(faults(spoilt)) == 1 + 2 + 1 + 2 * 6


def _relais(*arguments: str, public_url: str = "") -> Result:
    """The command line, in this process: another one costs seconds."""
    return CliRunner(env={"PUBLIC_URL": public_url}).invoke(app.main, ["slack", "manifest", *arguments])


def test_it_is_printed_by_a_process_that_knows_no_other_setting() -> None:
    environ = {"PUBLIC_URL": HOST, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "app", "slack", "manifest"]
    printed = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert json.loads(printed.stdout) == made(url=ADDRESS)


def test_the_command_line_prints_it_and_asks_for_an_address_where_one_is_needed() -> None:
    printed = _relais(public_url="https://relais.example.fr/")
    assert json.loads(printed.stdout) == made(url=ADDRESS)
    assert json.loads(_relais("--socket", "--language", "en").stdout) == made("en")
    assert json.loads(_relais("--url", HOST, "--public-channel").stdout) == made(
        url=ADDRESS, public_channel=True
    )
    missing = _relais()
    assert missing.exit_code != 0
    assert "--url https://" in missing.stderr


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (ADDRESS, "holds a path; write the host alone"),
        ("http://relais.example.fr", "is http"),
        ("http://127.0.0.1:8080", "is this machine, which Slack cannot call"),
        ("https://192.168.1.3", "is an address of a private network, which Slack cannot call"),
        ("https://my_relais.example.fr", "holds an underscore"),
        ("https://relais", "is no public name"),
        ("relais.example.fr", "is not a web address"),
    ],
)
def test_an_address_that_slack_could_not_call_is_refused_wherever_it_was_written(url: str, told: str) -> None:
    for refused, where in ((_relais("--url", url), "--url"), (_relais(public_url=url), "PUBLIC_URL")):
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert f"{where}: {told}" in refused.stderr


def test_a_definition_that_slack_would_refuse_is_not_printed_and_every_fault_is_told() -> None:
    longest = "x" * 35
    named = json.loads(_relais("--socket", "--name", longest).stdout)
    assert named["display_information"]["name"] == longest
    for name in (longest + "x", ""):
        refused = _relais("--url", ADDRESS, "--name", name)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "the name of the app has 1 to 35 characters" in refused.stderr
        assert "--url: holds a path" in refused.stderr
