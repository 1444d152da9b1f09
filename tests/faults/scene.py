"""One platform, its true carrier and the lanes, in virtual time: one effect is carried and watched."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.jobs import Carrier
from core.store.jobs import NEVER
from core.store.rows import to_ms
from core.texts import catalogue
from sandbox.wire import Wire
from tests.core.desk_house import Desks
from tests.faults.network import Meets, Network
from tests.faults.rows import Row

STEP = 0.05
"""Seconds between two looks at the row."""
LATE = 120.0
"""Seconds after which whatever was under way has happened."""
LONGEST = 3 * 24 * 3600.0
"""Seconds after which a row that still moves is told as it stands."""
STATE = """
SELECT state, due_at, attempts, looks, error FROM outbox WHERE json_extract(payload, '$.mine') = 1
"""
TOLD = """
SELECT payload ->> 'text' AS text, payload -> 'actions' AS actions FROM outbox
WHERE destination = 'team' AND json_extract(payload, '$.mark') = 'alarm'
"""
ENDED = {"sent", "failed", "cancelled"}


@dataclass
class Scene:
    """`destination`'s carrier and its stand-in. `method`: the call that carries an effect.

    `kinds`: what is enqueued for each kind of effect. `copies`: how often the platform has a
    row, by its id.
    """

    desks: Desks
    destination: str
    carrier: Carrier
    network: Network
    wire: Wire
    method: str
    talk: str
    kinds: Mapping[str, Mapping[str, Any]]
    copies: Callable[[str], int]
    report: Callable[[str, int], Any] | None = None

    async def play(self, row: Row) -> str:
        """Carry one effect through what the row says it meets; what became of it, in words."""
        self._plan(row.meets)
        given = dict(self.kinds[row.carries])
        given["payload"] = {**given["payload"], "mine": 1}
        text = str(given["payload"].get("text", ""))
        row_id = await self.desks.enqueue(text, self.talk, destination=self.destination, **given)
        lanes = self.desks.with_lanes({self.destination: self.carrier})
        await lanes.start()
        words = [await self._at_once()]
        words += await self._at_last(words[0])
        words += await self._copies(row_id)
        if row.reported and self.report:
            await self.report(*row.reported)
        return "; ".join(words)

    def _plan(self, meets: Sequence[Meets]) -> None:
        for each in meets:
            if each.fault is not None:
                self.wire.plan(each.method or self.method, each.fault)
        self.network.plan(each for each in meets if not each.method)

    async def _at_once(self) -> str:
        """How the first call ended."""
        while True:
            await asyncio.sleep(STEP)
            row = await self._row()
            if row["state"] not in {"ready", "sending"} or (row["state"] == "ready" and row["attempts"]):
                break
        if row["state"] == "ready":
            return f"ready in {_pause((row['due_at'] - self._now()) / 1000)}"
        return str(row["state"]) + (f": {row['error']}" if row["state"] in {"failed", "cancelled"} else "")

    async def _at_last(self, first: str) -> list[str]:
        """What it came to, however long that takes."""
        if first.startswith(("sent", "failed", "cancelled")):
            return []
        row = await self._row()
        end = self._now() + LONGEST * 1000
        while row["state"] not in ENDED and row["due_at"] != NEVER and self._now() < end:
            await asyncio.sleep(max(1.0, min(30.0, (row["due_at"] - self._now()) / 1000 + STEP)))
            row = await self._row()
        return [_ending(first, row)]

    async def _copies(self, row_id: str) -> list[str]:
        await asyncio.sleep(LATE)
        copies = self.copies(row_id)
        return [] if copies == 1 else [f"{copies} copies" if copies else "none there"]

    async def _row(self) -> dict[str, Any]:
        (row,) = await self.desks.rows(STATE)
        return row

    async def told(self) -> list[str]:
        """The alarms in the conversation's thread, whole."""
        return [row["text"] for row in await self.desks.rows(TOLD)]

    def _now(self) -> int:
        return to_ms(self.desks.clock.now()) or 0


def is_said(key: str, text: str) -> bool:
    """Whether a text holds a sentence of the catalogue, whatever fills its gaps."""
    parts = (re.escape(part) for part in re.split(r"\{[a-z_]+\}", str(catalogue("fr")[key])))
    return re.search(".*".join(parts), text) is not None


def _pause(seconds: float) -> str:
    """Ours begins at 0.5 to 1 second; the platform's own is told in whole seconds."""
    return "about 1 s" if seconds <= 1 else f"{round(seconds)} s"


def _ending(first: str, row: Mapping[str, Any]) -> str:
    state, calls = row["state"], row["attempts"]
    if state == "sent" and first == "unknown":
        return "found" if calls == 1 else "proven absent, sent again"
    if state == "sent":
        return f"sent by call {calls}"
    if state == "unknown" and row["due_at"] == NEVER:
        return "a human decides"
    return f"{state}: {row['error']}" if state in ENDED else "still asked after three days"
