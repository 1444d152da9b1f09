"""The desk on a disk, so that the service can be stopped between any two steps and started again."""

import asyncio
import shutil
import sqlite3
import tempfile
from functools import cache, partial
from pathlib import Path
from typing import Any

from composition.doors import CHANNELS
from core.domain.channel import Address
from core.domain.conversation import Conversation
from core.ids import SeededIds
from core.jobs import Job
from core.recheck import why_held_back
from core.store.db import Db
from core.store.engine import Store, inline
from core.store.jobs import job_from
from tests.core.desk_house import Unsynced
from tests.core.domain.decide.scene import shipped
from tests.core.domain.decide.walk_house import WalkHouse

OF = """
FROM conversations v JOIN addresses a ON a.customer_id = v.customer_id
WHERE a.channel = $1 AND a.external_id = $2
"""
LATEST = f"SELECT v.id {OF} ORDER BY v.opened_at DESC, v.id DESC LIMIT 1"
WORDS = "SELECT text FROM messages WHERE author = 'bot' AND conversation_id = $1 ORDER BY seq DESC LIMIT 1"
WAITING = """
SELECT o.*, c.thread_place, c.thread_reference, c.status AS talk_status
FROM outbox o JOIN conversations c ON c.id = o.conversation_id
WHERE o.is_for_customer = 1 AND o.state = 'ready'
"""
EVERYTHING = """
SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM messages) + (SELECT count(*) FROM promises)
    + (SELECT count(*) FROM journal) + (SELECT sum(version) FROM conversations) AS n
"""


class ModelHouse(WalkHouse):
    """Also what is asked of one customer's rows."""

    channels = CHANNELS

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="model-"))
        (self.folder / "relais.db").write_bytes(_migrated())
        self.lives = 0
        self._looking = sqlite3.connect(self.folder / "relais.db", isolation_level=None)
        self._looking.row_factory = sqlite3.Row
        super().__init__(shipped())

    async def _opened(self) -> Store:
        database = self.folder / "relais.db"
        connect = partial(sqlite3.connect, factory=Unsynced, isolation_level=None, cached_statements=512)
        return await Store.open(database, now_ms=self._now_ms, executor=inline, connect=connect)

    def restart(self) -> None:
        """The service ends, and another begins, which remembers what is on the disk and nothing else."""
        self.runner.run(self.store.close())
        self.lives += 1
        self.answers.clear()
        self.store = self.runner.run(self._opened())
        self.desk = self._desk(SeededIds(7 + self.lives))

    def close(self) -> None:
        """Leave nothing behind."""
        self._looking.close()
        super().close()
        shutil.rmtree(self.folder)

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:  # noqa: ANN401 - what SQL takes
        """Read the disk from outside: a walk looks far more often than it acts."""
        asked = (sql, *values)
        if asked not in self.answers:
            self.answers[asked] = self._looking.execute(sql, values).fetchall()
        return self.answers[asked]

    def latest(self, who: Address) -> Conversation | None:
        """Their latest conversation, closed or not; None before the first."""
        found = self.rows(LATEST, who.channel, who.external_id)
        return self.conversation(found[0]["id"]) if found else None

    def count(self, what: str, who: Address) -> int:
        """How many rows of a table belong to somebody's conversations."""
        sql = f"SELECT count(*) AS n FROM {what} AND conversation_id IN (SELECT v.id {OF})"  # noqa: S608 - ours
        return int(self.rows(sql, who.channel, who.external_id)[0]["n"])

    def leaving(self) -> list[Job]:
        """What waits for customers and may leave now."""
        jobs = [job_from(row) for row in self.rows(WAITING)]

        async def read(db: Db) -> list[Job]:
            now = self._now_ms()
            return [job for job in jobs if not await why_held_back(db, job, self.channels, now)]

        return self.runner.run(self.store.read(read)) if jobs else []

    def everything(self) -> int:
        """Grows with whatever is written."""
        return int(self.rows(EVERYTHING)[0]["n"] or 0)


@cache
def _migrated() -> bytes:
    """An empty database: migrating takes longer than a walk."""

    async def migrate(database: Path) -> None:
        await (await Store.open(database, now_ms=lambda: 0, executor=inline)).close()

    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "relais.db"
        asyncio.run(migrate(database))
        return database.read_bytes()
