"""The composition root: with the command line, the one place that knows every room.

`compose` builds the whole service from settings and seams; it opens no socket, so the service also runs
inside a test or a simulation. `relais serve` puts it behind a web server.
"""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from starlette.routing import Route, Router

from composition.alerts import alerts_of
from composition.articles import Shelf, acts_on
from composition.doors import (
    CHANNELS,
    Receive,
    TeamDoors,
    bots,
    define_slack_app,
    platform,
    rooms_of,
    routes,
    sources,
    team_doors,
)
from composition.evaluation import EvaluationFile
from composition.explained import explainer
from composition.library import Books, books_of
from composition.motives import Guessing
from composition.service import Seams, Service
from composition.serving import Doors
from core.alarm import Alarm
from core.alerts import Alerts
from core.dead import DeadLetters
from core.desk import Desk
from core.gather import Gathering, Knowledge
from core.house import TEAM, House
from core.jobs import Carrier
from core.local_door import LocalDoor, door_of
from core.metrics import Metrics
from core.operations import Operations
from core.outbox import Lanes
from core.store import restored
from core.store.engine import Store
from core.store.rows import to_ms
from core.texts import Texts
from core.web import Platform, Standing
from faq.match import KnowledgeBase
from faq.words import detect_language
from handoff.api import SlackApi
from handoff.carry import TeamCarrier
from handoff.manifest import faults as faults_of_slack_app
from handoff.notices import Notices
from handoff.ops_place import OpsChannel
from handoff.roster import Roster
from handoff.sharing import Sharing
from settings import Settings

__all__ = [
    "Seams",
    "Service",
    "compose",
    "define_slack_app",
    "faults_of_slack_app",
]


async def compose(settings: Settings, seams: Seams | None = None) -> Service:
    """Build the service: open the store, load the knowledge base, wire every room by plain calls.

    Raises:
        StoreError: the database cannot be used; the sentence says what to do.
        SettingsFaults: the evaluation file cannot be used.
    """
    composing = _Composing(settings, seams or Seams())
    await composing.open()
    return composing.service()


class _Composing:
    """The wiring, step by step; dropped when the service stands."""

    def __init__(self, settings: Settings, seams: Seams) -> None:
        self.settings = settings
        self.seams = seams
        self.rules = settings.rules
        self.texts = Texts(self.rules.hours.zone, self.rules.tone)
        self.knowledge = self.seams.knowledge or KnowledgeBase(answer_from=self.rules.answer_from)
        self.metrics = Metrics()

    async def open(self) -> None:
        """The evaluation file, the store, and the articles: the shipped ones at the very first start."""
        clock = self.seams.clock
        self.evaluation: EvaluationFile = await self.seams.beside(partial(EvaluationFile, self.rules))
        self.store = await Store.open(
            self.settings.database,
            now_ms=lambda: to_ms(clock.now()) or 0,
            connect=self.seams.connect,
            executor=self.seams.executor,
            lock=self.seams.lock,
        )
        self.restored = await self.store.read(restored.mark)
        self.shelf = Shelf(self.store, self.knowledge, clock, self.rules.hours.zone)
        await self.shelf.open()
        seams = self.seams
        self.guessing = Guessing(self.store, clock, self.rules, seams.motives, seams.beside)

    def service(self) -> Service:
        """Everything wired."""
        self._reach_slack()
        self.desk = self._desk()
        transports = {"twilio": self.seams.twilio_transport, "telegram": self.seams.telegram_transport}
        pulse = self.seams.sweep_pulse
        self.bots = bots(self.settings, self.desk, self.store, self.seams.clock, transports, pulse)
        team = TeamCarrier(api=self.slack, texts=self.texts, rules=self.rules, sharing=self.sharing)
        self.lanes = self._lanes({TEAM: team, **self.bots})
        self.alarm = Alarm(store=self.store, desk=self.desk, clock=self.seams.clock)
        self.operations = self._operations()
        self.dead = DeadLetters(
            store=self.store, desk=self.desk, operations=self.operations, clock=self.seams.clock
        )
        self.team = self._team(pulse)
        return Service(
            asgi=self._asgi(),
            store=self.store,
            desk=self.desk,
            lanes=self.lanes,
            alarm=self.alarm,
            operations=self.operations,
            alerts=self._alerts(),
            shelf=self.shelf,
            knowledge=self.knowledge,
            roster=self.roster,
            sharing=self.sharing,
            bots=self.bots,
            door=self.team.door,
            sweeps=self.team.sweeps,
            socket=self.team.socket,
            slack=self.slack,
            local_door=self._local_door(),
            watch_every=self.seams.watch_every,
        )

    def _team(self, pulse: float) -> TeamDoors:
        """Slack's door, and what is asked of Slack."""
        return team_doors(
            self.settings,
            books=self._books(),
            store=self.store,
            desk=self.desk,
            dead=self.dead,
            texts=self.texts,
            roster=self.roster,
            notices=self.notices,
            sharing=self.sharing,
            slack=self.slack,
            clock=self.seams.clock,
            patience=self.seams.slack_patience,
            sweep=self.guessing.sweep,
            pulse=pulse,
            ping_every=self.seams.socket_ping,
        )

    def _books(self) -> Books:
        """The knowledge base in the team's hands."""
        return books_of(
            store=self.store,
            clock=self.seams.clock,
            rules=self.rules,
            knowledge=self.knowledge,
            shelf=self.shelf,
            evaluation=self.evaluation,
            beside=self.seams.beside,
        )

    def _reach_slack(self) -> None:
        """Our own calls to Slack, and what they tell of people and channels."""
        self.slack = SlackApi(
            token=self.settings.slack.bot_token.reveal(),
            api_url=self.settings.slack.api_url,
            transport=self.seams.slack_transport,
            clock=self.seams.clock,
        )
        self.roster = Roster(
            api=self.slack,
            rules=self.rules,
            channel=self.settings.slack.channel,
            clock=self.seams.clock,
            patience=self.seams.slack_patience,
        )
        rooms = rooms_of(self.settings)
        self.notices = Notices(self.metrics.notices, rooms)
        self.sharing = Sharing(
            roster=self.roster, notices=self.notices, channels=rooms, clock=self.seams.clock
        )

    def _desk(self) -> Desk:
        gathering = Gathering(
            self.store,
            Knowledge(
                find_answer=self.knowledge.find,
                find_article=self.knowledge.article,
                guess_motive=self.guessing.guess,
                language_of=lambda text: detect_language(text) or "",
            ),
            CHANNELS,
            self.seams.ids,
            self.roster.name_of,
            self.rules.language,
            self.rules.timers.burst,
            self.restored.at if self.restored else None,
        )
        house = House(self.rules, self.texts, CHANNELS, self.seams.ids, self.restored, self.seams.pace)
        return Desk(
            store=self.store,
            house=house,
            gathering=gathering,
            clock=self.seams.clock,
            ids=self.seams.ids,
            metrics=self.metrics,
            woken=self._wake,
        )

    def _wake(self) -> None:
        """Something was saved: it may have to leave, or to be awaited."""
        self.lanes.wake()
        self.alarm.wake()

    def _lanes(self, carriers: Mapping[str, Carrier]) -> Lanes:
        first, following = self.seams.look_up_after_ms
        return Lanes(
            store=self.store,
            desk=self.desk,
            carriers=carriers,
            clock=self.seams.clock,
            ids=self.seams.ids,
            metrics=self.metrics,
            pace=self.seams.pace,
            first_look_ms=first,
            next_look_ms=following,
        )

    def _operations(self) -> Operations:
        replays = {source: bot.replay for bot in self.bots.values() for source in sources(bot)}
        return Operations(store=self.store, clock=self.seams.clock, replays=replays)

    def _alerts(self) -> Alerts:
        place = OpsChannel(api=self.slack, sharing=self.sharing, channel=self.settings.slack.ops_place)
        watched = self.bots, lambda: self.team.dispatch.last_event
        return alerts_of(
            self.seams, self.store, self.dead, place, self.texts, self.rules, *watched, self.restored
        )

    def _local_door(self) -> LocalDoor | None:
        if not self.seams.local_door:
            return None

        async def replay(asked: Mapping[str, Any]) -> list[dict[str, str]]:
            return [asdict(result) for result in await self.operations.replay(str(asked.get("id", "")))]

        explain = explainer(self.knowledge, self.rules.language)
        acts = {"replay": replay, "explain": explain} | acts_on(self.shelf)
        return LocalDoor(door_of(self.settings.database), acts)

    def _asgi(self) -> Router:
        standing = Standing(
            store=self.store,
            clock=self.seams.clock,
            metrics=self.metrics,
            operations=self.operations,
            is_running=lambda: self.lanes.is_running and self.alarm.is_running,
            platforms=self._platforms(),
        )
        posted: dict[str, Receive] = {}
        for bot in self.bots.values():
            posted |= routes(bot)
        if self.team.endpoint is not None:
            posted["/slack"] = self.team.endpoint.receive
        asked = [
            Route("/health", standing.health),
            Route("/ready", standing.ready),
            Route("/metrics", standing.metrics),
        ]
        return Doors(posted, asked)

    def _platforms(self) -> dict[str, Platform]:
        def latest() -> Any:  # noqa: ANN401 - a moment or nothing
            moments = [m for m in (self.slack.last_contact, self.team.last_contact) if m]
            return max(moments, default=None)

        def trouble() -> str:
            return ", ".join(filter(None, (self.slack.trouble, self.team.trouble)))

        of_bots = {name: platform(bot) for name, bot in self.bots.items()}
        return {"slack": Platform(latest, trouble)} | of_bots
