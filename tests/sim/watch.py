"""Looks after every commit: at what the database saw go wrong in itself, and at what must fit together.

`never.py` says what may not happen to one row. Here rows are held against each other, against the hour and
against the platforms, as they are on the disk. What is found is told with the commit after which it was seen,
for it may be right again at the next.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from tests.sim.judge_kept import marks_pass_nothing_unheard
from tests.sim.never import AT_EACH_STATEMENT, COLUMNS, forbidden, written_by, wrong_with
from tests.sim.world import World

DAY_MS = 24 * 3_600_000
KEPT_FOR: Final = {"drafts": 7 * DAY_MS, "questions": 180 * DAY_MS}
"""How old a row is at least when it may go."""

FITS: Final = {
    "a conversation counts other messages than it holds": (
        "SELECT id FROM conversations c WHERE messages <> coalesce("
        " (SELECT max(seq) FROM messages m WHERE m.conversation_id = c.id), 0)"
    ),
    "the hour that was promised is not the promise that lives": (
        "SELECT c.id FROM conversations c LEFT JOIN promises p"
        " ON p.conversation_id = c.id AND p.outcome = 'live' WHERE c.promised_for IS NOT p.due_at"
    ),
    "a talk, or a resolution, that nothing will ever end": (
        "SELECT c.id FROM conversations c WHERE status IN ('bot', 'resolved') AND NOT EXISTS"
        " (SELECT 1 FROM timers t WHERE t.conversation_id = c.id)"
    ),
    "a timer outlives its reason": (
        "SELECT t.conversation_id FROM timers t JOIN conversations c ON c.id = t.conversation_id"
        " WHERE c.status <> CASE t.kind WHEN 'close' THEN 'resolved' ELSE 'bot' END"
    ),
    "the team is to act, and nothing tells it": (
        "SELECT c.id FROM conversations c WHERE status IN ('open', 'in_progress', 'resolved') AND NOT EXISTS"
        " (SELECT 1 FROM outbox o WHERE o.conversation_id = c.id AND o.kind = 'open_thread')"
    ),
    "a conversation is with an address of somebody else": (
        "SELECT c.id FROM conversations c WHERE NOT EXISTS (SELECT 1 FROM addresses a"
        " WHERE a.channel = c.channel AND a.external_id = c.external_id AND a.customer_id = c.customer_id)"
    ),
    "a thread stands and was left": (
        "SELECT c.id FROM conversations c JOIN former_threads f"
        " ON f.place = c.thread_place AND f.reference = c.thread_reference WHERE c.status <> 'closed'"
    ),
    "one is under way before what was decided earlier": (  # a new card may come before what is out
        "SELECT o.id FROM outbox o WHERE o.state = 'sending' AND EXISTS (SELECT 1 FROM outbox p"
        " WHERE p.lane = o.lane AND p.seq < o.seq AND p.rowid < o.rowid"
        " AND p.state IN ('held', 'ready', 'sending'))"
    ),
    "the first reply is another than the first that stands": (
        "SELECT c.id FROM conversations c WHERE first_reply_at IS NOT"
        " (SELECT s.at FROM said s WHERE s.talk = c.id AND NOT is_lost ORDER BY s.n LIMIT 1)"
    ),
    "the latest reply was lost, and the customer is to answer": (
        "SELECT c.id FROM conversations c WHERE status IN ('open', 'in_progress')"
        " AND waiting_for = 'customer'"
        " AND (SELECT is_lost FROM said s WHERE s.talk = c.id ORDER BY s.n DESC LIMIT 1)"
    ),
    "all that kept a promise was lost, and it counts as kept": (
        "SELECT c.id FROM conversations c JOIN promises p ON p.conversation_id = c.id"
        " JOIN said s ON s.talk = c.id AND s.at >= told_at"
        " WHERE status IN ('open', 'in_progress') AND outcome IN ('kept', 'late')"
        " AND p.seq = (SELECT max(seq) FROM promises q WHERE q.conversation_id = c.id)"
        " GROUP BY c.id HAVING min(is_lost)"
    ),
    "a reply stands that kept a promise, and it still lives": (
        "SELECT c.id FROM conversations c JOIN promises p ON p.conversation_id = c.id AND outcome = 'live'"
        " JOIN said s ON s.talk = c.id AND s.at > told_at"
        " WHERE status IN ('open', 'in_progress') AND NOT is_lost"
    ),
    "something was decided, and nobody heard why": (
        "SELECT id FROM history WHERE what IN ('decided', 'handed', 'owned', 'judged', 'article')"
        " AND n > (SELECT max(n) FROM history WHERE what = 'heard')"
    ),
}
"""What is wrong between rows, and the rows in which it is."""
_SAID: Final = (
    "WITH said AS (SELECT conversation_id AS talk, min(created_at) AS at, min(rowid) AS n,"
    " max(state = 'failed' OR report = 'failed'"
    " OR state = 'cancelled' AND error LIKE 'refused.%') AS is_lost"
    " FROM outbox WHERE is_for_customer = 1 AND (agent <> '' OR json_extract(payload, '$.recap'))"
    " GROUP BY conversation_id, CASE about WHEN '' THEN id ELSE about END) "
)
"""What agents said to customers, replies and recaps, all messages of one together."""
_LOOK: Final = _SAID + " UNION ALL ".join(
    f"SELECT '{what}: ' || one FROM (SELECT NULL AS one WHERE 0 UNION ALL {sql})"  # noqa: S608 - our own words
    for what, sql in FITS.items()
)


COMPARED: Final = COLUMNS.keys() - set(AT_EACH_STATEMENT)
KEYS: Final = {"addresses": 2, "timers": 2, "questions": 2, "contents": 3}
"""How many of the columns that are looked at name the row, where it is not the first alone."""


class Watch:
    """The one who looks, in one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen: set[str] = set()
        self._moved = self._gone = 0
        """Up to which change, and which row that is gone, was looked at."""
        self._commits = 0
        self._stood = {table: self._standing(table) for table in COMPARED}
        world.committed = self.look

    def look(self, said: Iterable[str]) -> None:
        """After a commit of the service, and all that was said to the database before it: what is wrong now,
        each thing once."""
        self._commits += 1
        statements = frozenset(said)
        compared = COMPARED & frozenset().union(*map(written_by, statements))
        told = chain(map(forbidden, statements), self._changes(), self._compared(compared), self._losses())
        marks = marks_pass_nothing_unheard(self._world) if "sweeps" in compared else ()
        for what in (*told, *marks, *self._misfits()):
            if what and what not in self._seen:
                self._seen.add(what)
                self._world.seen.append(f"{what}, after {self._step()}")

    def _changes(self) -> Iterator[str]:
        for n, table, old, new in self._world.rows("SELECT * FROM moved WHERE n > ?", self._moved):
            self._moved = n
            yield from wrong_with(table, json.loads(old), json.loads(new))

    def _compared(self, tables: Iterable[str]) -> Iterator[str]:
        for table in tables:
            before, self._stood[table] = self._stood[table], self._standing(table)
            for key, row in self._stood[table].items():
                if (was := before.get(key, row)) != row:
                    yield from wrong_with(table, was, row)

    def _standing(self, table: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        key = KEYS.get(table, 1)
        columns = ", ".join(COLUMNS[table].split())
        return {row[:key]: row for row in map(tuple, self._world.rows(f"SELECT {columns} FROM {table}"))}  # noqa: S608

    def _losses(self) -> Iterator[str]:
        for n, table, row, at in self._world.rows("SELECT * FROM gone WHERE n > ?", self._gone):
            self._gone = n
            if not self._may_go(table, row, at):
                yield f"{table}: {row} is gone"

    def _may_go(self, table: str, row: str, at: int) -> bool:
        """What is old enough, and a menu that Twilio has no more."""
        if table == "contents":
            return row not in self._world.twilio.memory.contents
        return at <= round(self._world.clock.seconds() * 1000) - KEPT_FOR[table]

    def _misfits(self) -> Iterator[str]:
        for row in self._world.rows(_LOOK):
            yield row[0]

    def _step(self) -> str:
        heard = self._world.rows(
            "SELECT j.kind FROM journal j JOIN history h ON h.id = j.key AND h.what = 'heard'"
            " ORDER BY h.n DESC LIMIT 1"
        )
        kind = heard[0]["kind"] if heard else "nothing"
        return f"commit {self._commits} of life {self._world.lives}, {kind} being heard last"


def rows_are_right_at_each_commit(world: World) -> Iterator[str]:
    """Whatever was seen since the beginning, be it right again by now."""
    yield from world.seen
