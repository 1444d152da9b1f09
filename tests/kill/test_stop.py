"""SIGTERM under load: the service ends in order, and what it acknowledged is there when it comes back."""

import asyncio
import contextlib
import signal
import sqlite3
import time
from collections import deque
from pathlib import Path

from bots import telegram_polling
from composition import service as stopping
from composition import serving
from handoff import socket_mode
from handoff.courtesies import COURTESIES_END_WITHIN
from tests.kill.campaign import besieged
from tests.kill.load import arrive, rules_text
from tests.stories.child import ROOT, ChildTown
from tests.stories.town import shipped_rules

PATIENCE = 10.0
"""Seconds, as promised; what the machine needs to end a process is beside them."""
SLOW = 2.0


def test_the_pauses_of_an_end_in_order_fit_into_ten_seconds() -> None:
    """`Service.stop` is `end_together` and nothing else, so no part of it is outside of this sum."""
    assert stopping.ENDS_WITHIN < serving.LAST_RESORT < PATIENCE
    for pause in (telegram_polling.STOP_WITHIN, socket_mode.STOP_WITHIN):
        assert pause < stopping.LISTENING_ENDS_WITHIN
    assert COURTESIES_END_WITHIN < stopping.CALLS_END_WITHIN


class FastLoop(asyncio.SelectorEventLoop):
    """Time jumps to whatever comes next."""

    shift = 0.0
    _ready: deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]

    def time(self) -> float:
        return super().time() + self.shift

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:
            self.shift += max(0.0, self._scheduled[0].when() - self.time())
        super()._run_once()  # type: ignore[misc]


class Stuck(stopping.Service):
    """A service of which everything hangs and nothing can be cut."""

    def __init__(self, hung: set[str]) -> None:
        whole = (
            "bots",
            "socket",
            "lanes",
            "alarm",
            "alerts",
            "shelf",
            "sweeps",
            "local_door",
            "door",
            "slack",
            "store",
        )
        for name in whole:
            setattr(self, name, Part(name, hung))
        self.bots = {"a": Part("a", hung), "b": Part("b", hung)}  # type: ignore[dict-item]
        self._warming = Part("warming", hung)  # type: ignore[assignment]


class Part:
    """One of its parts."""

    def __init__(self, name: str, hung: set[str]) -> None:
        self.name = name
        self.hung = hung

    async def stop(self, *_within: float) -> None:
        self.hung.add(self.name)
        while self.name in self.hung:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60)

    stop_listening = close = settle = stop


def test_whatever_hangs_and_cannot_be_cut_the_end_comes_in_time() -> None:
    hung: set[str] = set()
    loop = FastLoop()
    began = loop.time()
    loop.run_until_complete(Stuck(hung).stop())
    assert loop.time() - began <= stopping.ENDS_WITHIN - stopping.REQUESTS_END_WITHIN + 0.1
    every = {"a", "b", "socket", "warming", "sweeps", "alarm", "alerts", "lanes", "door", "local_door"}
    assert hung == every | {"shelf", "slack", "store"}
    hung.clear()
    loop.run_until_complete(asyncio.sleep(120))
    loop.close()


async def test_a_service_asked_to_stop_ends_in_order_and_loses_nothing(tmp_path: Path) -> None:
    async with besieged(tmp_path, seed=7) as siege:
        writers = (await arrive(siege.town))[:8]
        siege.begin(writers)
        await asyncio.sleep(1.0)
        await siege.town.until(lambda: all(wire.in_flight for wire in siege.wires.values()), within=20)
        siege.is_up = False
        async with asyncio.timeout(PATIENCE + SLOW):
            assert await siege.town.end(signal.SIGTERM) == 0, siege.town.last_words()
        in_flight = await siege.town.rows("SELECT id FROM outbox WHERE state = 'sending'")
        assert in_flight == [], "calls that were out have ended"
        await siege.start()
        await siege.end(writers)
        assert siege.report.wrong == []
        assert siege.report.unknown == []
        assert siege.report.acknowledged >= len(writers)


async def test_ctrl_c_ends_the_service_in_order_too(tmp_path: Path) -> None:
    async with besieged(tmp_path, seed=8) as siege:
        assert await siege.town.end(signal.SIGINT) == 0, siege.town.last_words()
        assert not siege.town.settings.database.with_name("relais.db-wal").exists(), "closed, not torn"


async def test_it_ends_within_ten_seconds_when_the_platforms_and_the_store_hang(tmp_path: Path) -> None:
    shipped = (ROOT / "relais.toml").read_text(encoding="utf-8")
    town = ChildTown(tmp_path, shipped_rules(), rules_text(shipped))
    town.fetches = True
    await town.open_platforms()
    try:
        await town.open_service()
        marie = await town.telegram.person("Marie")
        calls = town.telegram.wire.calls
        await town.until(lambda: any(call.method == "getUpdates" for call in calls), within=20)
        with contextlib.closing(sqlite3.connect(town.settings.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await town.telegram.write(marie.id, "Bonjour")
            await asyncio.sleep(0.5)
            for stand_in in (town.telegram, town.twilio, town.slack):
                stand_in.wire.delay = 60.0
            began = time.monotonic()
            await town.end(signal.SIGTERM)
            took = time.monotonic() - began
        assert took <= PATIENCE + SLOW, town.last_words()
        assert '"store", "event": "ending_cut"' in town.last_words()
    finally:
        for stand_in in (town.telegram, town.twilio, town.slack):
            stand_in.wire.delay = 0.0
        await town.close()
