"""The knowledge base beside the database: after every change, and each day, it knows what is in force.

An article outside of its validity is not in the base at all, so that nothing finds it.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog

from core.clock import Clock
from core.domain.knowledge import Article
from core.local_door import Handler
from core.loops import Loop
from core.store import articles
from core.store.db import Db
from core.store.engine import Store
from core.store.errors import StoreError
from faq.files import SHIPPED, read_articles
from faq.match import KnowledgeBase

log = structlog.get_logger("articles")

LONGEST_SLEEP: Final = 30.0
"""Seconds; a clock that was set forward is noticed this soon."""


class Shelf:
    """Every change of an article goes through here. `zone`: where a day of validity begins and ends."""

    def __init__(self, store: Store, knowledge: KnowledgeBase, clock: Clock, zone: ZoneInfo) -> None:
        self._store = store
        self._knowledge = knowledge
        self._clock = clock
        self._zone = zone
        self._one_at_a_time = asyncio.Lock()
        self._read_on: date | None = None
        self._dated: set[str] = set()
        """The articles whose validity begins or ends on some day."""
        self._bell = asyncio.Event()
        self._loop = Loop("articles")

    async def open(self) -> None:
        """Take in the shipped articles at the very first start, and know what is in force."""
        if await self._store.read(articles.is_empty):
            await self.put(read_articles(SHIPPED), kind="first")
        await self.reload()

    def start(self) -> None:
        """Begin to watch the days."""
        self._loop.start(self._run)

    async def stop(self) -> None:
        """Watch no more."""
        await self._loop.stop()

    async def put(
        self, changed: Sequence[Article], by: str = "", kind: str = "edited", off: Sequence[str] = ()
    ) -> None:
        """Add articles or replace those of the same id, and switch others `off`: all of it or nothing."""
        now = self._clock.now()
        await self._store.write(partial(take_in, changed=changed, now=now, by=by, kind=kind, off=off))
        await self._bring([*(article.id for article in changed), *off])

    async def switch(self, article_id: str, *, active: bool, by: str = "") -> bool:
        """Let an article answer, or no more; False when that changed nothing."""
        now = self._clock.now()
        changing = partial(articles.switch, article_id=article_id, active=active, now=now, by=by)
        changed = await self._store.write(changing)
        await self._bring([article_id])
        return changed

    async def undo(self, article_id: str, by: str = "") -> bool:
        """Make an article what it was before its last change; False when nothing was before."""
        now = self._clock.now()
        undone = await self._store.write(partial(articles.undo, article_id=article_id, now=now, by=by))
        await self._bring([article_id])
        return undone

    async def bring(self, article_id: str) -> None:
        """An article was changed in a transaction of somebody else's: know it as it is."""
        await self._bring([article_id])

    async def reload(self) -> int:
        """Bring the whole base in line with the database; returns how many articles are in force."""
        async with self._one_at_a_time:
            today = self._today()
            fresh = {article.id: article for article in await self._store.read(articles.active)}
            gone = [article.id for article in self._knowledge.articles if article.id not in fresh]
            self._dated.difference_update(gone)
            for article_id in gone:
                self._knowledge.remove(article_id)
            for article in fresh.values():
                if self._stand(article, today):
                    await asyncio.sleep(0)  # one at a time: learning many at once would hold everybody up
            for _ in self._knowledge.read_ahead():
                await asyncio.sleep(0)
            self._read_on = today
        self._bell.set()
        return len(self._knowledge)

    async def _bring(self, ids: Iterable[str]) -> None:
        """The base in line with the database for a few articles."""
        async with self._one_at_a_time:
            for article_id in ids:
                kept = await self._store.read(partial(articles.find, article_id=article_id))
                if kept is not None and kept.active:
                    self._stand(kept.article, self._today())
                else:
                    self._knowledge.remove(article_id)
                    self._dated.discard(article_id)
        self._bell.set()

    def _stand(self, article: Article, today: date) -> bool:
        """Let the base know an article while it is valid; whether that changed it."""
        is_dated = article.valid_from is not None or article.valid_until is not None
        (self._dated.add if is_dated else self._dated.discard)(article.id)
        known = self._knowledge.article(article.id)
        if not article.is_valid_on(today):
            self._knowledge.remove(article.id)
            return known is not None
        if known != article:
            self._knowledge.add(article)
        return known != article

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    async def _run(self) -> None:
        while True:
            self._bell.clear()
            await self._rest()
            await self.turn_day()

    async def turn_day(self) -> None:
        """Read anew what is in force when another day has begun; what fails is tried again soon."""
        if not self._dated or self._today() == self._read_on:
            return
        try:
            log.info("articles_of_the_day", count=await self.reload())
        except StoreError as error:
            log.error("articles_store_down", error=type(error).__name__)
        except Exception as error:  # the watch never dies of our faults
            log.error("articles_failed", error=type(error).__name__, exc_info=error)

    async def _rest(self) -> None:
        """Until the day may have changed; while nothing hangs on the day, until something does."""
        try:
            async with asyncio.timeout(self._until_midnight() if self._dated else None):
                await self._bell.wait()
        except TimeoutError:
            return

    def _until_midnight(self) -> float:
        now = self._clock.now()
        midnight = datetime.combine(self._today() + timedelta(days=1), time(), tzinfo=self._zone)
        return min(max((midnight - now).total_seconds(), 0.005), LONGEST_SLEEP)


async def take_in(
    db: Db, changed: Sequence[Article], now: datetime, by: str, kind: str, off: Sequence[str]
) -> None:
    """Add or replace articles, and switch others off, in one transaction."""
    await articles.put(db, changed, now, by, kind)
    for article_id in off:
        await articles.switch(db, article_id, False, now, by)


def acts_on(shelf: Shelf) -> dict[str, Handler]:
    """What the operator's door lets `relais faq` do while the service runs."""

    async def put(asked: Mapping[str, Any]) -> int:
        changed = [articles.ARTICLE.validate_python(each) for each in asked["articles"]]
        await shelf.put(changed, kind=str(asked["kind"]), off=[str(each) for each in asked["off"]])
        return len(changed)

    async def switch(asked: Mapping[str, Any]) -> bool:
        return await shelf.switch(str(asked["id"]), active=bool(asked["active"]))

    async def undo(asked: Mapping[str, Any]) -> bool:
        return await shelf.undo(str(asked["id"]))

    return {"put_articles": put, "switch_article": switch, "undo_article": undo}
