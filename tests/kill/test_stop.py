"""SIGTERM under load: the service ends in order, and what it acknowledged is there when it comes back."""

import asyncio
import signal
from pathlib import Path

from composition import REQUESTS_END_WITHIN, STOP_WITHIN
from handoff import socket_mode
from handoff.courtesies import COURTESIES_END_WITHIN
from tests.kill.campaign import besieged
from tests.kill.load import arrive

PATIENCE = 60.0


def test_the_pauses_of_an_end_in_order_fit_into_ten_seconds() -> None:
    pauses = (REQUESTS_END_WITHIN, socket_mode.STOP_WITHIN, STOP_WITHIN, COURTESIES_END_WITHIN)
    assert sum(pauses) < 10


async def test_a_service_asked_to_stop_ends_in_order_and_loses_nothing(tmp_path: Path) -> None:
    async with besieged(tmp_path, seed=7) as siege:
        writers = (await arrive(siege.town))[:8]
        siege.begin(writers)
        await asyncio.sleep(1.0)
        await siege.town.until(lambda: all(wire.in_flight for wire in siege.wires.values()), within=20)
        siege.is_up = False
        async with asyncio.timeout(PATIENCE):
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
