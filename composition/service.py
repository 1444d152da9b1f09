"""The seams a test or a simulation replaces, and the whole service, composed and not yet started."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
import structlog
from starlette.routing import Router

from composition.articles import Shelf
from composition.doors import Bot
from composition.library import Apart, apart
from core.alarm import Alarm
from core.alerts import PULSE as ALERT_PULSE
from core.alerts import Alerts
from core.clock import Clock, WallClock
from core.desk import Desk
from core.ids import Ids, SystemIds
from core.local_door import LocalDoor
from core.loops import Loop, end_together
from core.operations import Operations
from core.outbox import FIRST_LOOK_MS, NEXT_LOOK_MS, Lanes
from core.store.engine import Store, threaded
from core.store.executor import ExecutorFactory
from core.store.lock import Lock, ServingLock
from core.store.sqlite import ConnectionFactory, connect_sqlite
from core.sweeps import PULSE, Sweeps
from faq.match import KnowledgeBase
from faq.motives import MotiveGuesser
from handoff.api import SlackApi
from handoff.roster import PATIENCE, Roster
from handoff.sharing import WATCH_EVERY, Sharing
from handoff.socket_mode import PING_EVERY, SocketMode
from handoff.team_door import TeamDoor

log = structlog.get_logger("composition")

REQUESTS_END_WITHIN = 3.0
"""Seconds that requests which came in may still take when the service stops, before anything else ends."""
LISTENING_ENDS_WITHIN = 1.6
"""Seconds that what was fetched may then take to be heard."""
CALLS_END_WITHIN = 3.4
"""Seconds that calls which are out may still take after that."""
CLOSED_WITHIN = 0.5
"""Seconds for the connections to the platforms to close, and as many for the database."""
ENDS_WITHIN = REQUESTS_END_WITHIN + LISTENING_ENDS_WITHIN + CALLS_END_WITHIN + 2 * CLOSED_WITHIN
"""All of it, whatever hangs; docs/operations.md says ten."""
A_MOMENT = 0.2
"""Seconds in which what was cut says so."""


@dataclass(frozen=True)
class Seams:
    """Everything of the outside that a test or a simulation replaces."""

    clock: Clock = field(default_factory=WallClock)
    ids: Ids = field(default_factory=SystemIds)
    telegram_transport: httpx.AsyncBaseTransport | None = None
    twilio_transport: httpx.AsyncBaseTransport | None = None
    slack_transport: httpx.AsyncBaseTransport | None = None
    connect: ConnectionFactory = connect_sqlite
    executor: ExecutorFactory = threaded
    lock: Lock = ServingLock.take
    knowledge: KnowledgeBase | None = None
    """Already learnt: only what differs from the database is learnt anew. Reading articles takes longest."""
    motives: MotiveGuesser | None = None
    local_door: bool = True
    look_up_after_ms: tuple[int, int] = (FIRST_LOOK_MS, NEXT_LOOK_MS)
    slack_patience: float = PATIENCE
    """Seconds an agent's act waits for Slack to say who they are; a story does not race its machine."""
    socket_ping: float = PING_EVERY
    """Seconds after which a socket that is silent is looked at, or one that is gone is opened again."""
    watch_every: float = WATCH_EVERY
    """Seconds after which Slack is asked again who reads the team's channels."""
    sweep_pulse: float = PULSE
    """Seconds between two looks at what a platform failed to tell; a story says itself when."""
    alert_pulse: float = ALERT_PULSE
    """Seconds between two looks at what operators must be told; a story says itself when."""
    beside: Apart = apart
    """Does what takes long beside the event loop; a story in virtual time has no threads."""
    pace: float = 1.0
    """Stretches rate budgets and waits for more of the same; 0 lets a story run as fast as the machine."""


@dataclass
class Service:
    """The whole service, composed and not yet started."""

    asgi: Router
    store: Store
    desk: Desk
    lanes: Lanes
    alarm: Alarm
    operations: Operations
    alerts: Alerts
    shelf: Shelf
    knowledge: KnowledgeBase
    roster: Roster
    sharing: Sharing
    bots: Mapping[str, Bot]
    door: TeamDoor
    sweeps: Sweeps
    """What is asked of Slack again and again; each bot has its own."""
    slack: SlackApi
    socket: SocketMode | None
    local_door: LocalDoor | None
    watch_every: float = WATCH_EVERY
    _warming: Loop = field(default_factory=lambda: Loop("warming"))

    async def start(self) -> None:
        """Begin to carry and to ring; platforms that do not answer yet are tried again meanwhile."""
        await self.lanes.start()
        await self.alarm.start()
        await self.alerts.start()
        self.shelf.start()
        if self.local_door is not None:
            await self.local_door.start()
        for bot in self.bots.values():
            await bot.start()
        if self.socket is not None:
            await self.socket.start()
        self._warming.start(self._warm)
        log.info("service_started", channels=sorted(self.bots))

    async def _warm(self) -> None:
        """Ask Slack what gestures and posts would otherwise wait for; who reads the channels, ever again."""
        await self.sharing.refresh()
        await self.roster.refresh()
        self.sweeps.start()
        await self.sharing.watch(self.watch_every)

    async def stop(self) -> None:
        """Take nothing new, let what is out end, close the database last: in time, whatever hangs."""
        listening = {bot.name: bot.stop_listening() for bot in self.bots.values()}
        if self.socket is not None:
            listening["socket"] = self.socket.stop()
        await end_together(
            LISTENING_ENDS_WITHIN,
            **listening,
            warming=self._warming.stop(),
            sweeps=self.sweeps.stop(),
            alarm=self.alarm.stop(),
            alerts=self.alerts.stop(),
            shelf=self.shelf.stop(),
        )
        calls = {"lanes": self.lanes.stop(CALLS_END_WITHIN - A_MOMENT), "courtesies": self.door.settle()}
        if self.local_door is not None:
            calls["local door"] = self.local_door.close()
        await end_together(CALLS_END_WITHIN, **calls)
        clients = {bot.name: bot.close() for bot in self.bots.values()}
        await end_together(CLOSED_WITHIN, slack=self.slack.close(), **clients)
        await end_together(CLOSED_WITHIN, store=self.store.close())
        log.info("service_stopped")
