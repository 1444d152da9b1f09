"""Reading threads again: within a budget, page by page, until everything is read; then the mark moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest

from core.store import journal, sweeps
from core.store.engine import Store
from core.store.rows import to_ms
from handoff.catch_up import CALLS, EVERY, CatchUp
from handoff.roster import Roster
from handoff.thread import NotYet
from handoff.thread_pages import PAGE
from handoff.typed import Changed, Gone, Line
from sandbox.slack import rate_limited
from sandbox.slack_memory import Message
from sandbox.wire import Fault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from core.clock import Clock
    from tests.handoff.slack_room import Room

pytest_plugins = ("tests.handoff.slack_room",)

INBOX = "C0SAVINBOX"
LEA = "U0AGENTLEA"
PAUL = "U0AGENTPAU"

PULSE = timedelta(minutes=1)


@dataclass
class Ears:
    """The thread and the desk as far as a look through needs them: every root is a conversation's."""

    store: Store
    clock: Clock
    lines: list[tuple[Line, datetime]] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)
    gone_ones: list[Gone] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    """Of whom Slack says nothing."""
    asked: list[str] = field(default_factory=list)
    """Whom it was asked about, and said nothing."""

    async def conversation_in_thread(self, _place: str, reference: str) -> tuple[str, bool]:
        return f"of {reference}", True

    async def awaits_thread(self, _place: str) -> bool:
        return False

    async def remember_refusal(self, key: str) -> bool:
        await self._record(key)
        return True

    async def line(self, line: Line, *, late: datetime) -> bool:
        if line.user in self.silent:
            self.asked.append(line.user)
            raise NotYet
        await self._record(line.key)
        self.lines.append((line, late))
        return True

    async def changed(self, changed: Changed) -> None:
        self.changes.append(changed)

    async def gone(self, gone: Gone) -> None:
        self.gone_ones.append(gone)

    async def _record(self, key: str) -> None:
        heard: dict[str, Any] = {"kind": "AgentNoted", "conversation_id": "", "event": "{}", "raw": None}
        await self.store.write(partial(journal.record, key=key, at=self.clock.now(), **heard))

    @property
    def said(self) -> list[str]:
        return [line.text for line, _ in self.lines]


@dataclass
class Scene:
    """A room, what hears, and what looks through; time is moved a minute a pulse."""

    room: Room
    ears: Ears
    catch_up: CatchUp

    def card(self) -> str:
        """A card of ours, with a first line of ours in its thread."""
        memory, channel = self.room.slack.memory, self.room.slack.channels[INBOX]
        ours: dict[str, Any] = {"user": memory.bot_user_id, "bot_id": memory.bot_id}
        root = channel.add(Message(INBOX, memory.new_ts(), "card", **ours))
        channel.add(Message(INBOX, memory.new_ts(), "transcript", thread_ts=root.ts, **ours))
        return root.ts

    async def types(self, root: str, text: str) -> str:
        return (await self.room.slack.say(LEA, INBOX, text, root)).ts

    async def pulse(self, after: timedelta = PULSE) -> int:
        """A pulse; how many pages it read."""
        self.room.clock.move(after)
        before = len(self.room.slack.wire.calls)
        await self.catch_up.sweep()
        read = ("conversations.history", "conversations.replies")
        return sum(call.method in read for call in self.room.slack.wire.calls[before:])

    async def mark(self) -> datetime:
        known = await self.ears.store.read(partial(sweeps.known_until, channel=f"slack:{INBOX}"))
        assert known is not None
        return known[1]


@pytest.fixture
async def scene(room: Room, tmp_path: Path) -> AsyncIterator[Scene]:
    """A room whose mark was set, and the first minutes are over."""
    store = await Store.open(tmp_path / "relais.db", now_ms=lambda: to_ms(room.clock.now()) or 0)
    ears = Ears(store, room.clock)
    built = Scene(room, ears, opened(room, store, ears))
    assert await built.pulse() == 0, "before the very first start nothing was ours"
    room.clock.move(EVERY)
    yield built
    await store.close()


def opened(room: Room, store: Store, ears: Ears) -> CatchUp:
    roster = Roster(api=room.api, rules=room.rules, channel=INBOX, clock=room.clock)
    heard: Any = cast("Any", ears)
    return CatchUp(
        api=room.api,
        store=store,
        desk=heard,
        thread=heard,
        roster=roster,
        sharing=room.sharing,
        channels={INBOX},
        clock=room.clock,
    )


async def test_what_is_typed_after_the_very_first_start_is_heard_however_late_the_first_look(
    room: Room, tmp_path: Path
) -> None:
    store = await Store.open(tmp_path / "relais.db", now_ms=lambda: to_ms(room.clock.now()) or 0)
    ears = Ears(store, room.clock)
    scene = Scene(room, ears, opened(room, store, ears))
    await scene.types(scene.card(), "je regarde")
    await scene.pulse(2 * EVERY)
    assert ears.said == ["je regarde"]
    await store.close()


async def test_more_threads_than_a_pulse_may_read_are_read_by_the_next_ones(scene: Scene) -> None:
    roots = [scene.card() for _ in range(2 * CALLS)]
    for number, root in enumerate(roots):
        await scene.types(root, str(number))
    before = await scene.mark()
    scene.room.clock.move(PULSE)
    first = await scene.pulse()
    assert 0 < first <= CALLS
    assert await scene.mark() == before, "not everything is read"
    for _ in range(4):
        assert await scene.pulse() <= CALLS
    assert scene.ears.said == [str(number) for number in range(2 * CALLS)]
    assert await scene.mark() > before


async def test_a_long_thread_is_read_to_its_end_and_what_is_known_is_not_heard_again(scene: Scene) -> None:
    root = scene.card()
    for number in range(PAGE + 5):
        await scene.types(root, str(number))
    scene.room.clock.move(PULSE)
    assert await scene.pulse() == 3
    assert scene.ears.said == [str(number) for number in range(PAGE + 5)]
    again = opened(scene.room, scene.ears.store, scene.ears)
    scene.catch_up = again
    assert await scene.pulse(EVERY) == 3, "a restart knows the mark alone"
    assert await scene.pulse(EVERY) == 1, "then a thread that stands as it stood is not read"
    assert len(scene.ears.said) == PAGE + 5


async def test_a_rate_that_slack_closes_is_waited_for_and_nothing_is_skipped(scene: Scene) -> None:
    for text in ("un", "deux", "trois"):
        await scene.types(scene.card(), text)
    scene.room.slack.wire.plan("conversations.replies", Fault(), Fault(answer=rate_limited(150)))
    scene.room.clock.move(PULSE)
    await scene.pulse()
    assert scene.ears.said == ["un"]
    assert [await scene.pulse() for _ in range(2)] == [0, 0]
    await scene.pulse()
    assert scene.ears.said == ["un", "deux", "trois"]


async def test_after_the_clock_was_set_back_lines_are_found_as_soon_as_ever(scene: Scene) -> None:
    await scene.pulse(timedelta(hours=3))
    scene.room.clock.move(-timedelta(hours=2))
    await scene.types(scene.card(), "je regarde")
    await scene.pulse(2 * PULSE)
    assert scene.ears.said == ["je regarde"]


async def test_a_clock_set_back_to_before_the_first_start_hides_no_line(scene: Scene) -> None:
    scene.room.clock.move(-timedelta(minutes=90))
    await scene.types(scene.card(), "je regarde")
    await scene.pulse(2 * PULSE)
    assert scene.ears.said == ["je regarde"]
    scene.room.clock.move(timedelta(minutes=85))  # nothing was looked for before the first start came again
    await scene.types(scene.card(), "je rappelle")
    await scene.pulse(timedelta(minutes=20))
    assert scene.ears.said == ["je regarde", "je rappelle"]


async def test_a_stop_after_the_clock_was_set_back_is_as_long_as_it_was(scene: Scene) -> None:
    await scene.pulse(timedelta(days=3))
    scene.room.clock.move(-timedelta(days=2))
    await scene.pulse()
    await scene.types(scene.card(), "pendant l’arrêt")
    scene.catch_up = opened(scene.room, scene.ears.store, scene.ears)
    await scene.pulse(timedelta(hours=5))
    assert scene.ears.said == ["pendant l’arrêt"]


async def test_a_line_is_told_with_the_date_it_was_typed_at_and_under_its_events_key(scene: Scene) -> None:
    root = scene.card()
    ts = await scene.types(root, "je regarde")
    scene.room.clock.move(PULSE)
    await scene.pulse()
    [(line, late)] = scene.ears.lines
    said = scene.room.slack.channels[INBOX].find(ts)
    assert said is not None
    team = scene.room.slack.memory.team_id
    assert line.key == f"slack:{team}:{INBOX}:{root}:{said.extra['client_msg_id']}"
    assert f"{late.timestamp():.6f}" == ts


async def test_what_stands_beside_the_threads_and_what_apps_say_is_passed_over(scene: Scene) -> None:
    root = scene.card()
    await scene.room.slack.say(LEA, INBOX, "dans le canal")
    await scene.room.slack.say(LEA, INBOX, "d’une application", root, bot_id="B0AUTRE", app_id="A0AUTRE")
    scene.room.clock.move(PULSE)
    assert await scene.pulse() == 2
    assert scene.ears.lines == []


async def test_slack_is_asked_once_a_look_about_somebody_of_whom_it_says_nothing(scene: Scene) -> None:
    scene.ears.silent = {PAUL}
    roots = [scene.card(), scene.card()]
    for number in range(3):
        for root in roots:
            await scene.room.slack.say(PAUL, INBOX, f"Paul {number}", root)
    await scene.types(roots[0], "Léa")
    scene.room.clock.move(PULSE)
    before = await scene.mark()
    await scene.pulse()
    assert (scene.ears.said, scene.ears.asked) == (["Léa"], [PAUL])
    scene.ears.silent = set()
    await scene.pulse(EVERY)
    assert scene.ears.said == ["Léa", *[f"Paul {number}" for _ in roots for number in range(3)]]
    assert await scene.mark() > before
