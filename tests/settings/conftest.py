"""What the tests of the settings share: a sound environment, and the shipped file to spoil."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from settings import Fault, SettingsFaults, load, load_rules

SHIPPED = Path(__file__).parents[2] / "relais.toml"
SOUND = {
    "TELEGRAM_BOT_TOKEN": "7203456789:canaryAAtelegramAAtokenAAAAAAAAAAAA",
    "TELEGRAM_WEBHOOK_SECRET": "canary_telegram_webhook_secret",
    "TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef",
    "TWILIO_AUTH_TOKEN": "canary0123456789twilio0123456789",
    "TWILIO_API_KEY_SID": "SK0123456789abcdef0123456789abcdef",
    "TWILIO_API_KEY_SECRET": "canary-api-key-secret-0123456789",
    "TWILIO_SHARED_KEY": "webhooks_sharedkey_01abcdef",
    "TWILIO_SHARED_KEY_SECRET": "canary-shared-key-secret-0123456",
    "TWILIO_WHATSAPP_FROM": "whatsapp:+33700000001",
    "SLACK_BOT_TOKEN": "xoxb-canary-0123456789-slack",
    "SLACK_SIGNING_SECRET": "canary0123456789signing012345678",
    "SLACK_CHANNEL": "C0SAVINBOX",
    "PUBLIC_URL": "https://relais.example.fr",
}

Spoil = Callable[[str, str], Path]


@pytest.fixture
def sound() -> dict[str, str]:
    """An environment in which nothing is wrong and both channels are on."""
    return dict(SOUND)


@pytest.fixture
def spoil(tmp_path: Path) -> Spoil:
    """Writes the shipped file with the first of some words replaced, and gives its path."""

    def write(old: str, new: str) -> Path:
        text = SHIPPED.read_text("utf-8")
        assert old in text
        path = tmp_path / "relais.toml"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return path

    return write


@pytest.fixture
def told() -> Callable[[Mapping[str, str], Path], list[Fault]]:
    """Every fault of an environment and a file; none when they load."""

    def faults(environ: Mapping[str, str], path: Path = SHIPPED) -> list[Fault]:
        try:
            load(environ, path)
        except SettingsFaults as error:
            return error.faults
        return []

    return faults


@pytest.fixture
def told_of_rules() -> Callable[[Path], list[Fault]]:
    """Every fault of a rules file alone; none when it loads."""

    def faults(path: Path) -> list[Fault]:
        try:
            load_rules(path)
        except SettingsFaults as error:
            return error.faults
        return []

    return faults


@pytest.fixture
def shipped() -> Path:
    """The file that is shipped."""
    return SHIPPED


@pytest.fixture
def line() -> Callable[[str, str], int]:
    """The line where some words of a file begin; words of a comment do not count."""

    def number(text: str, words: str) -> int:
        said = "\n".join("" if line.startswith("#") else line for line in text.split("\n"))
        return said.count("\n", 0, said.index(words)) + 1

    return number
