"""Building the doors: the customers' bots and the team's Slack, from plain values and the core's offers."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response

from bots.telegram import CAPABILITIES as TELEGRAM
from bots.telegram import Telegram
from bots.twilio_api import Hosts
from bots.twilio_signature import SharedKey
from bots.whatsapp import CAPABILITIES as WHATSAPP
from bots.whatsapp import MESSAGE_SOURCE, STATUS_SOURCE, WhatsApp
from core.clock import Clock
from core.desk import Desk
from core.store.engine import Store
from core.texts import Texts
from core.web import Platform
from handoff.acts import Acts
from handoff.api import SlackApi
from handoff.backlog import Backlog
from handoff.endpoint import Endpoint
from handoff.help_page import HelpPage
from handoff.roster import Roster
from handoff.targets import Targets
from handoff.team_door import TeamDoor
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
) -> dict[str, Bot]:
    """The customers' doors that the settings open."""
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


def team_door(
    settings: Settings,
    *,
    store: Store,
    desk: Desk,
    texts: Texts,
    roster: Roster,
    slack: SlackApi,
    clock: Clock,
) -> tuple[TeamDoor, Endpoint]:
    """The team's door and the one address behind which it stands."""
    rules = settings.rules
    labels = {name: channel.label for name, channel in CHANNELS.items()}
    targets = Targets(store, clock.now)
    acts = Acts(desk=desk, targets=targets, texts=texts, rules=rules, labels=labels, now=clock.now)
    door = TeamDoor(
        desk=desk,
        acts=acts,
        roster=roster,
        backlog=Backlog(store=store, rules=rules, texts=texts, labels=labels, now=clock.now),
        help_page=HelpPage(targets=targets, acts=acts),
        api=slack,
    )
    endpoint = Endpoint(
        signing_secret=settings.slack.signing_secret.reveal(),
        bot_token=settings.slack.bot_token.reveal(),
        desk=desk,
        door=door,
        roster=roster,
        clock=clock,
    )
    return door, endpoint


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

    def trouble() -> str:
        return bot.trouble if isinstance(bot, Telegram) else ""

    return Platform(lambda: bot.last_contact, trouble)


async def stop_listening(opened: Iterable[Bot]) -> None:
    """Take nothing new from platforms that we ask ourselves; the others ended with the web server."""
    for bot in opened:
        if isinstance(bot, Telegram):
            await bot.stop_listening()
