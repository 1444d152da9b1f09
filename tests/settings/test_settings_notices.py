"""What keeps nothing from working and is hardly meant: told at start, and never a fault."""

from pathlib import Path

import pytest

from settings import load
from tests.settings.ways import FETCHING, SOCKET

Environ = dict[str, str]
HERE = "http://127.0.0.1:8081"


def told(environ: Environ, rules: Path) -> list[str]:
    return [str(notice) for notice in load(environ, rules).notices]


def test_a_sound_environment_is_told_nothing(sound: Environ, shipped: Path) -> None:
    assert told(sound, shipped) == []
    others = {"TWILIO_REGION": "a", "SLACK_CLIENT_ID": "b", "TELEGRAM_CHAT": "c", "POORT": "d", "PATH": "e"}
    assert told(sound | others, shipped) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("TELEGRAM_MOD", "TELEGRAM_MODE"),
        ("slack_mode", "SLACK_MODE"),
        ("TWILIO_SHARD_KEY", "TWILIO_SHARED_KEY"),
        ("RELAIS_RULE", "RELAIS_RULES"),
        ("SLACK_APPTOKEN", "SLACK_APP_TOKEN"),
    ],
)
def test_a_misspelt_variable_is_told_with_the_one_that_is_meant(
    sound: Environ, shipped: Path, written: str, meant: str
) -> None:
    (notice,) = told(sound | {written: "canary-value"}, shipped)
    assert notice == f"{written}: is read by nothing; write {meant} if that is meant."


def test_an_address_that_nobody_calls_is_told(sound: Environ, shipped: Path) -> None:
    alone = {name: value for name, value in sound.items() if not name.startswith("TWILIO")}
    assert told(alone | FETCHING, shipped) == []
    (notice,) = told(alone | FETCHING | SOCKET, shipped)
    assert notice.startswith("PUBLIC_URL: is set and no platform calls Relais; remove it")
    assert told(alone | FETCHING | SOCKET | {"PUBLIC_URL": ""}, shipped) == []


def test_a_stand_in_beside_real_platforms_is_told(sound: Environ, shipped: Path) -> None:
    (notice,) = told(sound | {"TELEGRAM_API_URL": HERE}, shipped)
    assert notice.startswith("TELEGRAM_API_URL: is on this machine, and not every other platform is")
    everything = {"TELEGRAM_API_URL": HERE, "TWILIO_API_URL": HERE, "SLACK_API_URL": f"{HERE}/api/"}
    assert told(sound | everything, shipped) == []
    alone = {name: value for name, value in sound.items() if not name.startswith("TWILIO")}
    assert told(alone | everything | {"TWILIO_API_URL": ""}, shipped) == []
