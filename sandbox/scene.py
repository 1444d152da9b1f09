"""The stage of the demo: its people, the secrets of this run, and the three stand-ins they meet in.

Nothing here is real: names and numbers are invented, and every secret is drawn anew for each run.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from sandbox.slack import SlackStandIn
from sandbox.telegram import TelegramStandIn
from sandbox.twilio import TwilioStandIn

PUBLIC_URL = "https://relais.demo"
CHANNEL_ID = "C0SAV"
CHANNEL_NAME = "sav"
BOT_ID = 777000111
SENDER = "whatsapp:+33700000001"
# Five attempts within Twilio's fifteen seconds, whatever failed: what an operator is told to set.
TWILIO_RETRIES = "#rc=3&rp=ct,rt,5xx"


@dataclass(frozen=True)
class Teammate:
    """Someone in Slack. `role` is the one of the rules file, None for a person outside the team."""

    id: str
    first_name: str
    last_name: str
    note: str
    role: str | None = None
    teams: tuple[str, ...] = ()

    @property
    def real_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


TEAM = (
    Teammate("U0LEA", "Léa", "Martin", "conseillère", "agent", ("support",)),
    Teammate("U0HUGO", "Hugo", "Petit", "conseiller", "agent", ("support", "finance")),
    Teammate("U0SOFIA", "Sofia", "Moreau", "responsable", "manager", ("support", "managers")),
    Teammate("U0NINA", "Nina", "Roux", "hors de l’équipe"),
)


def _letters() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True)
class Secrets:
    """What the platforms and the service share in this run; none is shown by `repr`."""

    telegram_token: str = field(default_factory=lambda: f"{BOT_ID}:{_letters()}", repr=False)
    telegram_webhook: str = field(default_factory=_letters, repr=False)
    twilio_account: str = field(default_factory=lambda: f"AC{_letters()}", repr=False)
    twilio_token: str = field(default_factory=_letters, repr=False)
    slack_token: str = field(default_factory=lambda: f"xoxb-{_letters()}", repr=False)
    slack_signing: str = field(default_factory=_letters, repr=False)


class DemoClock:
    """The real time, moved forward by the demo's visitor; seconds since 1970."""

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self.offset_seconds = 0
        self._wall = wall

    def __call__(self) -> float:
        return self._wall() + self.offset_seconds

    def advance(self, seconds: int) -> None:
        """Let time pass at once. Time never goes back: a ValueError says so."""
        if seconds <= 0:
            raise ValueError("the demo's clock only moves forward")
        self.offset_seconds += seconds


@dataclass
class Scene:
    """The stand-ins of one run. Serve their apps, then `connect` them to where they are served."""

    clock: DemoClock
    telegram: TelegramStandIn
    twilio: TwilioStandIn
    slack: SlackStandIn

    def connect(self, *, slack_url: str, twilio_url: str) -> None:
        """Tell the stand-ins their own addresses, and where the service is, by its public name."""
        self.slack.base_url = slack_url
        self.slack.request_url = f"{PUBLIC_URL}/slack"
        self.twilio.media_base = twilio_url
        self.twilio.message_url = f"{PUBLIC_URL}/twilio/message{TWILIO_RETRIES}"

    def watch(self, listener: Callable[[], None]) -> None:
        """Call `listener` after anything changed on any platform."""
        for stand_in in (self.telegram, self.twilio, self.slack):
            stand_in.wire.watch(listener)

    async def close(self) -> None:
        """Stop everything the platforms still have under way."""
        await self.telegram.close()
        await self.twilio.close()
        await self.slack.close()


async def open_scene(
    *,
    http: httpx.AsyncClient,
    resolve: Callable[[str], str],
    keys: Secrets,
    clock: DemoClock | None = None,
) -> Scene:
    """The three platforms with their people; `resolve` maps a public address to where the service listens."""
    clock = clock or DemoClock()
    scene = Scene(
        clock,
        # A service that is stopped and started again finds what was written meanwhile: Telegram insists.
        TelegramStandIn(
            token=keys.telegram_token,
            bot_id=BOT_ID,
            clock=clock,
            http=http,
            resolve=resolve,
            retry_after=0.25,
            retry_limit=100_000,
        ),
        TwilioStandIn(
            account_sid=keys.twilio_account,
            auth_token=keys.twilio_token,
            sender=SENDER,
            clock=clock,
            http=http,
            resolve=resolve,
            retry_delay=1.0,
        ),
        SlackStandIn(
            bot_token=keys.slack_token,
            signing_secret=keys.slack_signing,
            clock=clock,
            http=http,
            resolve=resolve,
        ),
    )
    scene.twilio.report_delay = 0.4
    _hire(scene.slack)
    await add_customer(scene, "whatsapp", "Marie Dupont", "+33612345678")
    await add_customer(scene, "telegram", "Karim Benali", "+33698765432")
    return scene


def _hire(slack: SlackStandIn) -> None:
    for one in TEAM:
        slack.add_user(one.id, one.first_name.lower(), one.real_name)
    slack.add_channel(CHANNEL_ID, CHANNEL_NAME, members=[slack.bot_user_id, *(one.id for one in TEAM)])


async def add_customer(scene: Scene, channel: str, name: str, phone: str | None = None) -> str:
    """A new customer on "whatsapp" or "telegram"; their id there. A number is made up when none is given."""
    number = phone or f"+337{secrets.randbelow(10**8):08d}"
    if channel == "whatsapp":
        person = await scene.twilio.person(number, name)
        person.reads = True
        return person.user_id
    first, _, last = name.partition(" ")
    chat = await scene.telegram.person(first, last or None, phone=number)
    return str(chat.id)
