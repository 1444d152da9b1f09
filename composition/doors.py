"""Building the doors: the customers' bots and the team's Slack, from plain values and the core's offers."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from starlette.requests import Request
from starlette.responses import Response

from bots.telegram import CAPABILITIES as TELEGRAM
from bots.telegram import Telegram
from bots.twilio_api import Hosts
from bots.twilio_signature import SharedKey
from bots.whatsapp import CAPABILITIES as WHATSAPP
from bots.whatsapp import MESSAGE_SOURCE, STATUS_SOURCE, WhatsApp
from composition.library import Books, base_door
from core.clock import Clock
from core.dead import DeadLetters
from core.desk import Desk
from core.domain.rules import Rules
from core.house import TEAM
from core.old_changes import OldChanges
from core.old_questions import OldQuestions
from core.store.engine import Store
from core.sweeps import PULSE, Sweeps
from core.texts import Texts
from core.web import Platform
from handoff.acts import Acts
from handoff.api import SlackApi
from handoff.backlog import Backlog
from handoff.bang import Bang
from handoff.buttons import Buttons
from handoff.cards import live_date
from handoff.catch_up import CatchUp
from handoff.courtesies import Courtesies
from handoff.dead_page import DeadPage
from handoff.dispatch import Dispatch
from handoff.endpoint import Endpoint
from handoff.forms import Forms
from handoff.help_page import HelpPage
from handoff.lines import Lines
from handoff.manifest import manifest
from handoff.modals import Modals
from handoff.notices import Notices
from handoff.reading import Reading
from handoff.roster import PATIENCE, Roster
from handoff.sharing import Sharing
from handoff.socket_mode import PING_EVERY, SocketMode
from handoff.targets import Targets
from handoff.team_door import TeamDoor
from handoff.thread import Thread
from settings import Settings, Twilio

Bot = WhatsApp | Telegram
Receive = Callable[[Request], Awaitable[Response]]

CHANNELS = {card.name: card for card in (WHATSAPP, TELEGRAM)}
"""Every channel's card; also of one that is off today, since its past conversations are still open."""


def bots(
    settings: Settings,
    desk: Desk,
    store: Store,
    clock: Clock,
    transports: Mapping[str, httpx.AsyncBaseTransport | None],
    pulse: float = PULSE,
) -> dict[str, Bot]:
    """The customers' doors that the settings open. `pulse`: seconds between two looks at what is due."""
    common: dict[str, Any] = {"public_url": settings.public_url, "desk": desk, "clock": clock}
    opened: dict[str, Bot] = {}
    if settings.twilio is not None:
        twilio = settings.twilio
        opened["whatsapp"] = WhatsApp(
            account_sid=twilio.account_sid,
            auth_token=twilio.auth_token.reveal(),
            api_key_sid=twilio.api_key_sid,
            api_key_secret=twilio.api_key_secret.reveal() if twilio.api_key_secret else None,
            sender=twilio.sender,
            hosts=Hosts(twilio.api_url, twilio.content_url, twilio.messaging_url),
            shared_key=_shared_key(twilio),
            store=store,
            transport=transports["twilio"],
            pulse=pulse,
            **common,
        )
    if settings.telegram is not None:
        telegram = settings.telegram
        opened["telegram"] = Telegram(
            token=telegram.token.reveal(),
            secret=telegram.webhook_secret.reveal() if telegram.webhook_secret else "",
            api_url=telegram.api_url,
            transport=transports["telegram"],
            **common,
        )
    return opened


def _shared_key(twilio: Twilio) -> SharedKey | None:
    if twilio.shared_key is None or twilio.shared_key_secret is None:
        return None
    return SharedKey(twilio.shared_key, twilio.shared_key_secret.reveal())


@dataclass(frozen=True)
class TeamDoors:
    """The team's door, what dispatches to it, and the one of the two ways that Slack comes by.

    `sweeps`: what finds what came by neither.
    """

    door: TeamDoor
    dispatch: Dispatch
    sweeps: Sweeps
    endpoint: Endpoint | None = None
    socket: SocketMode | None = None

    @property
    def last_contact(self) -> datetime | None:
        """When Slack last came by."""
        came_by = self.endpoint or self.socket
        return came_by.last_contact if came_by else None

    @property
    def trouble(self) -> str:
        """What an operator must mend."""
        troubles = (self.dispatch.trouble, self.socket.trouble if self.socket else "")
        return ", ".join(trouble for trouble in troubles if trouble)


def team_rooms(settings: Settings) -> set[str]:
    """The team's channels, where conversations are."""
    return {team.place for team in settings.rules.teams} | {settings.slack.channel}


def rooms_of(settings: Settings) -> set[str]:
    """The team's channels, and the operators'."""
    return team_rooms(settings) | {settings.slack.ops_place}


def team_doors(
    settings: Settings,
    *,
    store: Store,
    desk: Desk,
    dead: DeadLetters,
    books: Books,
    texts: Texts,
    roster: Roster,
    notices: Notices,
    sharing: Sharing,
    slack: SlackApi,
    clock: Clock,
    sweep: Callable[[], Awaitable[None]],
    patience: float = PATIENCE,
    pulse: float = PULSE,
    ping_every: float = PING_EVERY,
) -> TeamDoors:
    """Everything between Slack and the desk. `patience`: seconds that a form may take to open, twice over;
    `sweep`: what else is done now and then."""
    rooms = rooms_of(settings)
    door = _team_door(settings.rules, rooms, store, desk, dead, books, texts, roster, slack, clock, patience)
    common: dict[str, Any] = {"desk": desk, "roster": roster, "clock": clock}
    token = settings.slack.bot_token.reveal()
    dispatch = Dispatch(bot_token=token, door=door, notices=notices, **common)
    catch_up = CatchUp(
        api=slack,
        store=store,
        thread=door.thread,
        sharing=sharing,
        channels=team_rooms(settings),
        **common,
    )
    old = (OldQuestions(store, clock).sweep, OldChanges(store, clock).sweep)
    sweeps = Sweeps((catch_up.sweep, *old, sweep), pulse=pulse)
    if settings.slack.mode == "socket" and settings.slack.app_token is not None:
        opening = SlackApi(
            token=settings.slack.app_token.reveal(), api_url=settings.slack.api_url, clock=clock
        )
        socket = SocketMode(api=opening, dispatch=dispatch, clock=clock, ping_every=ping_every)
        return TeamDoors(door, dispatch, sweeps, socket=socket)
    secret = settings.slack.signing_secret
    endpoint = Endpoint(signing_secret=secret.reveal() if secret else "", dispatch=dispatch, clock=clock)
    return TeamDoors(door, dispatch, sweeps, endpoint)


def _team_door(
    rules: Rules,
    rooms: Collection[str],
    store: Store,
    desk: Desk,
    dead: DeadLetters,
    books: Books,
    texts: Texts,
    roster: Roster,
    slack: SlackApi,
    clock: Clock,
    patience: float,
) -> TeamDoor:
    labels = {name: channel.label for name, channel in CHANNELS.items()}
    targets = Targets(store, clock.now)
    acts = Acts(desk=desk, targets=targets, texts=texts, rules=rules, labels=labels, now=clock.now)
    courtesies = Courtesies(slack, rooms, acts.document)
    backlog = Backlog(store=store, rules=rules, texts=texts, labels=labels, now=clock.now)
    help_page = HelpPage(targets=targets, acts=acts, is_bang_on=rules.bang)
    forms = Forms(
        api=slack,
        acts=acts,
        targets=targets,
        roster=roster,
        layout=Modals(texts, rules, labels),
        courtesies=courtesies,
        patience=patience,
        still_says=books.library.still_says,
    )
    base = base_door(rules, books, acts, targets, forms, roster, texts, courtesies)
    dead_page = _dead_page(dead, acts, rules, texts, labels)
    pages: dict[str, Any] = {
        "backlog": backlog,
        "dead_page": dead_page,
        "help_page": help_page,
        "base": base,
    }
    bang = Bang(desk=desk, acts=acts, roster=roster, **pages)
    common: dict[str, Any] = {"desk": desk, "acts": acts, "roster": roster, "courtesies": courtesies}
    thread = Thread(store=store, bang=bang, is_bang_on=rules.bang, **common)
    reading = Reading(
        store=store,
        acts=acts,
        targets=targets,
        lines=Lines(texts, rules.language),
        when=lambda at: live_date(at, "{date_short_pretty} {time}", texts=texts, language=rules.language),
    )
    buttons = Buttons(forms=forms, dead_page=dead_page, reading=reading, base=base, **common)
    return TeamDoor(forms=forms, thread=thread, buttons=buttons, **pages, **common)


def _dead_page(
    dead: DeadLetters, acts: Acts, rules: Rules, texts: Texts, labels: Mapping[str, str]
) -> DeadPage:
    """Destinations and sources by the names that people know."""
    known = {MESSAGE_SOURCE: WHATSAPP.label, STATUS_SOURCE: WHATSAPP.label, "slack": "Slack", TEAM: "Slack"}

    def moment(at: datetime) -> str:
        return texts.moment(at, rules.language, acts.now())

    return DeadPage(dead=dead, acts=acts, labels={**labels, **known}, moment=moment)


def define_slack_app(language: str, *, name: str, url: str, public_channel: bool) -> dict[str, Any]:
    """The definition of the team's Slack app; by socket when there is no `url`."""
    texts = Texts(ZoneInfo("UTC"))
    return manifest(texts, language, name=name, url=url, public_channel=public_channel)


def routes(bot: Bot) -> dict[str, Receive]:
    """The addresses of a bot, and who answers there; none where it fetches instead of being called."""
    if isinstance(bot, Telegram):
        return {} if bot.fetches else {"/telegram": bot.receive}
    return {"/twilio/message": bot.receive_message, "/twilio/status": bot.receive_status}


def sources(bot: Bot) -> tuple[str, ...]:
    """The names under which what a bot received is put aside."""
    return (bot.name,) if isinstance(bot, Telegram) else (MESSAGE_SOURCE, STATUS_SOURCE)


def platform(bot: Bot) -> Platform:
    """A bot as `/ready` sees it."""

    def pending() -> int | None:
        return bot.pending if isinstance(bot, Telegram) else None

    return Platform(lambda: bot.last_contact, lambda: bot.trouble, pending)
