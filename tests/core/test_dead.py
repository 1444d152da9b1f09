"""Which of what ended badly is a dead letter, and how operators are told of it."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

from core.alerts import Alerts
from core.dead import DeadLetters
from core.dead_watch import DeadWatch
from core.desk import Outcome
from core.domain.conversation import Status
from core.domain.rules import Agent, Role
from core.jobs import Look, Refused, Retry, Unknown
from core.operations import Operations
from core.store import alerts
from core.store.errors import StoreDown
from tests.core.desk_house import LEA, Desks, a_desk
from tests.core.virtual import virtually

NADIA = Agent("U0NADIA", "Nadia", Role.MANAGER)


class Place:
    """Operators' place: what stands there, and how its next calls end."""

    def __init__(self) -> None:
        self.stands: dict[str, str] = {}
        self.posted: list[str] = []
        self.endings: list[Exception] = []
        self.after = False
        """Whether a call that ends badly took effect all the same."""
        self.tells: Look | None = None

    async def post(self, alert_id: str, text: str) -> str:
        """Post, or end as planned."""
        ending = self.endings.pop(0) if self.endings else None
        if ending is None or self.after:
            self.stands[alert_id] = text
            self.posted.append(text)
        if ending is not None:
            raise ending
        return alert_id

    async def find(self, alert_id: str, since_ms: int) -> str | Look:
        """What stands there."""
        assert since_ms > 0
        return self.tells or (alert_id if alert_id in self.stands else Look.ABSENT)


def letters_of(desks: Desks) -> DeadLetters:
    """The dead letters of a desk."""
    operations = Operations(store=desks.store, clock=desks.clock, replays={})
    return DeadLetters(store=desks.store, desk=desks.desk, operations=operations, clock=desks.clock)


def alerts_to(desks: Desks, place: Place) -> Alerts:
    """Operators, told in French."""
    common: dict[str, Any] = {"store": desks.store, "clock": desks.clock}
    dead = letters_of(desks)
    watch = DeadWatch(dead=dead, ids=desks.ids, texts=desks.texts, language="fr", **common)
    return Alerts(place=place, watches=(watch.look,), **common)


async def _ends(desks: Desks, text: str, state: str = "failed", error: str = "x", **row: Any) -> str:  # noqa: ANN401
    """An effect that ended; returns its id."""
    outbox_id = await desks.enqueue(text, **row)
    sql = "UPDATE outbox SET state = $2, error = $3, settled_at = 1, unknown_since = 1 WHERE id = $1"
    await desks.run(sql, outbox_id, state, error)
    return outbox_id


def _team(kind: str = "line") -> dict[str, Any]:
    return {"destination": "team", "kind": kind}


def test_what_nobody_was_told_of_is_a_dead_letter_and_nothing_else(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk()
            await desks.talk("paul", status=Status.BOT, owner="", handed_off_at=None, handle="")
            paul: dict[str, Any] = {"talk": "talk-paul", "about": "talk-paul:1"}
            dead = {
                await _ends(desks, "a line", **_team()),
                await _ends(desks, "a card", **_team("update_card"), lane="talk-marie:card"),
                await _ends(desks, "the bot's", error="refused.other 30008", **paul),
                await _ends(desks, "nobody can tell", "unknown", **_team()),
            }
            await _ends(desks, "a mark", **_team("mark"))
            await _ends(desks, "told in the thread", about="talk-marie:1")
            await _ends(desks, "said again in words", talk="talk-paul", about="")
            await _ends(desks, "who left", error="refused.blocked 403", **paul)
            await _ends(desks, "sent", "sent", **_team())
            old = _team("update_card") | {"talk": "talk-paul", "lane": "talk-paul:card"}
            await _ends(desks, "an older card", **old)
            await desks.enqueue("a newer card", **old)
            found = await letters_of(desks).listed(10)
            assert {letter.id for letter in found.newest} == dead
            assert found.total == len(dead)

    virtually(story())


def test_only_managers_decide_and_the_second_decision_changes_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.talk()
            lost = await _ends(desks, "a line", **_team())
            await desks.desk.quarantine_malformed(source="s", key="k", body=b"x", error="ValueError")
            dead = letters_of(desks)
            for letter in (await dead.listed(10)).newest:
                decide = partial(dead.settle, kind=letter.kind, letter_id=letter.id, again=False)
                assert (await decide(LEA, "k1" + letter.id)).refusal == "manager"
                assert (await decide(NADIA, "k2" + letter.id)).outcome is Outcome.DONE
                assert (await decide(NADIA, "k2" + letter.id)).outcome is Outcome.DUPLICATE
                assert (await decide(NADIA, "k3" + letter.id)).refusal == "settled"
            assert (await dead.listed(10)).total == 0
            (row,) = await desks.rows("SELECT state FROM outbox WHERE id = $1", lost)
            assert row["state"] == "cancelled"

    virtually(story())


def test_a_request_that_was_let_go_stays_so_when_its_platform_brings_it_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            aside = partial(
                desks.desk.quarantine_malformed, source="s", key="k", body=b"x", error="ValueError"
            )
            await aside()
            dead = letters_of(desks)
            (letter,) = (await dead.listed(10)).newest
            await dead.settle(NADIA, "k1", letter.kind, letter.id, again=False)
            await aside()
            assert (await dead.listed(10)).total == 0

    virtually(story())


def test_each_is_told_once_and_what_follows_soon_is_one_more_line(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            place = Place()
            await desks.talk()
            operators = alerts_to(desks, place)
            await operators.start()
            await _ends(desks, "first", **_team())
            await asyncio.sleep(60)
            for number in range(300):
                await _ends(desks, str(number), **_team())
            await asyncio.sleep(3600)
            await operators.stop()
            assert ["1 envoi échoué" in place.posted[0], "300 envois échoués" in place.posted[1]] == [
                True
            ] * 2
            assert len(place.posted) == 2

    virtually(story())


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_however_a_post_ends_the_line_stands_there_once(tmp_path: Path) -> None:
    endings = [
        Retry("no"),
        Retry("no", after=7200.0),
        Refused("refused.other", "no"),
        Unknown("cut"),
        OSError(),
    ]

    async def story(folder: Path, ending: Exception, *, after: bool) -> None:
        async with a_desk(folder) as desks:
            place = Place()
            place.endings, place.after = [ending], after
            await desks.talk()
            await _ends(desks, "lost", **_team())
            operators = alerts_to(desks, place)
            await operators.start()
            await asyncio.sleep(2 * 3600)
            await operators.stop()
            assert len(place.posted) == 1

    for number, ending in enumerate(endings):
        virtually(story(_made(tmp_path / f"{number}"), ending, after=False))
    for number, ending in enumerate(endings[3:]):
        virtually(story(_made(tmp_path / f"after-{number}"), ending, after=True))


def test_a_place_that_cannot_tell_is_asked_again_and_never_told_twice(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            place = Place()
            place.endings, place.after, place.tells = [Unknown("cut")], True, Look.CANNOT_TELL
            await desks.talk()
            await _ends(desks, "lost", **_team())
            operators = alerts_to(desks, place)
            await operators.start()
            await asyncio.sleep(3600)
            assert (await desks.store.read(alerts.next_waiting)) is not None
            place.tells = None
            await asyncio.sleep(120)
            await operators.stop()
            assert len(place.posted) == 1
            assert (await desks.store.read(alerts.next_waiting)) is None

    virtually(story())


def test_a_store_that_is_down_delays_the_line_and_loses_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            place = Place()
            await desks.talk()
            await _ends(desks, "lost", **_team())
            operators, works = alerts_to(desks, place), desks.store.write

            async def down(_fn: object) -> None:
                raise StoreDown("disk full")

            desks.store.write = down  # type: ignore[method-assign,assignment]
            await operators.look()
            assert place.posted == []
            desks.store.write = works  # type: ignore[method-assign]
            await operators.look()
            assert len(place.posted) == 1

    virtually(story())
