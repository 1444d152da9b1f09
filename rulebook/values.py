"""The settings once they are read: what every room is composed with."""

from dataclasses import dataclass
from pathlib import Path

from core.domain.rules import Rules
from rulebook.faults import Fault

TELEGRAM_API = "https://api.telegram.org"
TWILIO_API = "https://api.twilio.com"
TWILIO_CONTENT = "https://content.twilio.com"
TWILIO_MESSAGING = "https://messaging.twilio.com"
SLACK_API = "https://slack.com/api/"


class Secret:
    """A value that no log, traceback or message shows. Only `reveal` gives it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True)
class Telegram:
    """The bot. `api_url` has no slash at its end; `/bot<token>/…` follows it.

    Without a `webhook_secret` updates are fetched.
    """

    token: Secret
    webhook_secret: Secret | None = None
    api_url: str = TELEGRAM_API


@dataclass(frozen=True)
class Twilio:
    """The WhatsApp sender. `auth_token` verifies signatures; the API key, when there is one, makes the calls.

    `shared_key` and its secret verify signatures too, where webhooks are signed with such a key (T19).

    `api_url` has no slash at its end; `/2010-04-01/…` follows it.
    """

    account_sid: str
    auth_token: Secret
    sender: str
    api_key_sid: str | None = None
    api_key_secret: Secret | None = None
    api_url: str = TWILIO_API
    shared_key: str | None = None
    shared_key_secret: Secret | None = None

    @property
    def messaging_url(self) -> str:
        """What precedes `/v3/Indicators`: its own host at Twilio, the same base anywhere else."""
        return TWILIO_MESSAGING if self.api_url == TWILIO_API else self.api_url

    @property
    def content_url(self) -> str:
        """What precedes `/v1/Content`: its own host at Twilio, the same base anywhere else."""
        return TWILIO_CONTENT if self.api_url == TWILIO_API else self.api_url


@dataclass(frozen=True)
class Slack:
    """The team's door. `api_url` ends with a slash; the method's name follows it."""

    bot_token: Secret
    channel: str
    signing_secret: Secret | None = None
    """There when Slack calls us (`mode` is "http")."""
    mode: str = "http"
    app_token: Secret | None = None
    """There when we call Slack (`mode` is "socket")."""
    api_url: str = SLACK_API
    ops_channel: str = ""
    """Where operators are told what must be mended; empty: in `channel`."""

    @property
    def ops_place(self) -> str:
        """Where operators read."""
        return self.ops_channel or self.channel


@dataclass(frozen=True)
class Settings:
    """Everything read from outside, checked. At least one of `telegram` and `twilio` is there.

    `public_url` has no slash at its end; it is empty where no platform calls us. A relative `database` is
    relative to the working directory.
    """

    slack: Slack
    public_url: str
    rules: Rules
    rules_path: Path
    telegram: Telegram | None = None
    twilio: Twilio | None = None
    database: Path = Path("var/relais.db")
    host: str = "127.0.0.1"
    port: int = 8080
    demo_clock: str | None = None
    notices: tuple[Fault, ...] = ()
    """What keeps nothing from working, and is told at start all the same."""
