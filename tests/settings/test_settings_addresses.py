"""Addresses: whether who must call ours can, and whether those of the platforms have their path (T27, G3)."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from rulebook.variables import VARIABLES
from settings import Fault, load
from tests.settings.ways import FETCHING, LOOPBACK, SOCKET

Environ = dict[str, str]
Told = Callable[..., list[Fault]]

TWILIO = [name for name in VARIABLES if name.startswith("TWILIO_")]
FAULTS = [
    ({"PUBLIC_URL": "https://localhost."}, "PUBLIC_URL", "is this machine"),
    ({"PUBLIC_URL": "https://[::1]"}, "PUBLIC_URL", "is this machine"),
    ({"PUBLIC_URL": "https://192.168.1.3"}, "PUBLIC_URL", "is an address of a private network"),
    ({"PUBLIC_URL": "https://10.0.0.7"}, "PUBLIC_URL", "write https://your.name"),
    ({"PUBLIC_URL": "https://169.254.7.7"}, "PUBLIC_URL", "is an address of a private network"),
    ({"PUBLIC_URL": "https://[fe80::1]"}, "PUBLIC_URL", "is an address of a private network"),
    (
        {"PUBLIC_URL": "https://my_relais.example.fr"},
        "PUBLIC_URL",
        "holds an underscore, and such a name is refused",
    ),
    ({"PUBLIC_URL": "https://relais"}, "PUBLIC_URL", "is no public name"),
    ({"PUBLIC_URL": "https://127.1"}, "PUBLIC_URL", "is no public name"),
    (
        {"TELEGRAM_API_URL": "https://api.telegram.org/bot"},
        "TELEGRAM_API_URL",
        "holds a path; write the host alone",
    ),
    (
        {"TWILIO_API_URL": "https://api.twilio.com/2010-04-01"},
        "TWILIO_API_URL",
        "alone: /2010-04-01/… follows",
    ),
    (
        {"PUBLIC_URL": "https://[2606:4700::1111]"},
        "PUBLIC_URL",
        "is an address of IPv6, which Telegram never",
    ),
    ({"PUBLIC_URL": "https://relais.local"}, "PUBLIC_URL", "is no public name"),
    ({"PUBLIC_URL": "https://relais.eu.internal"}, "PUBLIC_URL", "is no public name"),
    ({"PUBLIC_URL": "https://slack.com"}, "PUBLIC_URL", "of Slack's own; write the address by which Relais"),
    ({"PUBLIC_URL": "https://api.telegram.org"}, "PUBLIC_URL", "is an address of Telegram's own"),
    ({"PUBLIC_URL": "https://api.twilio.com."}, "PUBLIC_URL", "is an address of Twilio's own"),
    (
        {"TELEGRAM_API_URL": "https://slack.com"},
        "TELEGRAM_API_URL",
        "is an address of Slack's own; remove it",
    ),
    ({"TWILIO_API_URL": "https://api.telegram.org"}, "TWILIO_API_URL", "is an address of Telegram's own"),
    ({"SLACK_API_URL": "https://api.twilio.com/api/"}, "SLACK_API_URL", "is an address of Twilio's own"),
    ({"SLACK_API_URL": "https://slack.com"}, "SLACK_API_URL", "does not end in /api/"),
    ({"SLACK_API_URL": "https://slack.com/webapi/"}, "SLACK_API_URL", "write it with /api/ at its end"),
]


@pytest.mark.parametrize(("changes", "where", "fragment"), FAULTS)
def test_an_address_that_cannot_do_is_told_with_what_to_write(
    sound: Environ, told: Told, changes: Environ, where: str, fragment: str
) -> None:
    (fault,) = told(sound | changes)
    assert fault.where == where
    assert fragment in str(fault)


NOBODY_REAL = {
    "TELEGRAM": (
        {"TELEGRAM_API_URL": LOOPBACK["TELEGRAM_API_URL"]},
        FETCHING,
    ),
    "TWILIO": ({"TWILIO_API_URL": LOOPBACK["TWILIO_API_URL"]}, dict.fromkeys(TWILIO, "")),
    "SLACK": ({"SLACK_API_URL": LOOPBACK["SLACK_API_URL"]}, SOCKET),
}
"""For each platform, the two ways in which the real one never calls: a stand-in, and another mode."""


@pytest.mark.parametrize("url", ["http://localhost:8080", "http://127.0.0.1:8080", "https://192.168.1.3"])
@pytest.mark.parametrize("ways", [*product((0, 1), repeat=3)], ids=str)
def test_any_address_will_do_where_whoever_calls_is_on_this_machine(
    sound: Environ, shipped: Path, ways: tuple[int, ...], url: str
) -> None:
    environ = sound | {"PUBLIC_URL": url}
    for way, choice in zip(ways, NOBODY_REAL.values(), strict=True):
        environ |= choice[way]
    assert load(environ, shipped).public_url == url


@pytest.mark.parametrize(
    ("real", "told_of", "without"),
    [
        ("TELEGRAM", "Telegram", "TELEGRAM_MODE=polling"),
        ("TWILIO", "WhatsApp", "no TWILIO_ variable"),
        ("SLACK", "Slack", "SLACK_MODE=socket"),
    ],
)
@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "https://192.168.1.3", "https://relais"])
def test_one_real_platform_that_calls_is_enough_for_a_public_address_to_be_asked_for(
    sound: Environ, told: Told, real: str, told_of: str, without: str, url: str
) -> None:
    environ = sound | {"PUBLIC_URL": url}
    for other in NOBODY_REAL.keys() - {real}:
        environ |= NOBODY_REAL[other][0]
    (fault,) = told(environ)
    assert f" {told_of} cannot " in fault.what
    assert fault.write == f"write https://your.name, or let nobody have to call: {without}"
