"""The knowledge base as `relais faq` reaches it: beside a running service, through its door, or alone."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

import click

from composition.articles import take_in
from composition.evaluation import evaluation_of
from composition.faq_edit import Known
from core.clock import Clock, WallClock
from core.domain.knowledge import Article
from core.local_door import ask
from core.store import articles
from core.store.articles import Change, Kept
from core.store.db import Db
from core.store.engine import Store
from core.store.errors import StoreError
from core.store.peek import peek
from core.store.rows import to_ms
from settings import Settings

T = TypeVar("T")


class Faulty(click.ClickException):
    """The database must be mended first, or the service, or its rules."""

    exit_code = 2


class Declined(click.exceptions.Exit):
    """Somebody said no, or nobody was there to say yes: nothing was done, and a script sees it."""

    def __init__(self) -> None:
        super().__init__(1)


class Base:
    """The articles of one database. Reading needs no lock; a running service makes the changes itself."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or WallClock()
        self.rules = settings.rules
        self.rules_path = settings.rules_path
        self.zone = settings.rules.hours.zone
        self.answer_from = settings.rules.answer_from
        self.evaluation = evaluation_of(settings.rules)
        self.motives = {motive.key for motive in settings.rules.motives}

    def today(self) -> date:
        """The day it is for the team."""
        return self._clock.now().astimezone(self.zone).date()

    def everything(self) -> list[Kept]:
        """Every article, switched on or off."""
        return self.read(articles.everything)

    def active(self) -> list[Article]:
        """Those that are switched on."""
        return self.read(articles.active)

    def article(self, article_id: str) -> Kept:
        """The article of that id; says so where there is none."""
        kept = self.read(partial(articles.find, article_id=article_id))
        if kept is None:
            raise click.ClickException(f"No article {article_id}: `relais faq list --all` shows them.")
        return kept

    def known(self, others: Iterable[Kept], *more: Article) -> Known:
        """What an article may name beside these others: a motive of the rules, or one that an article has
        already, for rules change and articles stay. `more`: articles whose motive is theirs to keep."""
        articles = [kept.article for kept in others]
        languages = {article.id: article.language for article in articles}
        held = {article.motive for article in (*articles, *more) if article.motive}
        return Known(languages, held | self.motives)

    def changes(self, article_id: str, limit: int) -> list[Change]:
        """What became of it, the newest first."""
        return self.read(partial(articles.changes, article_id=article_id, limit=limit))

    def put(self, changed: Sequence[Article], kind: str, off: Sequence[str] = ()) -> None:
        """Add or replace articles, and switch others off: all of it or nothing."""
        told = [articles.ARTICLE.dump_python(article, mode="json") for article in changed]
        asked = {"articles": told, "kind": kind, "off": list(off)}
        alone = partial(take_in, changed=changed, now=self.now(), by="", kind=kind, off=off)
        self._change("put_articles", asked, alone)

    def switch(self, article_id: str, *, active: bool) -> bool:
        """Let an article answer, or no more; False when that changes nothing."""
        alone = partial(articles.switch, article_id=article_id, active=active, now=self.now())
        return bool(self._change("switch_article", {"id": article_id, "active": active}, alone))

    def undo(self, article_id: str) -> bool:
        """Make it what it was before its last change; False when nothing was before."""
        alone = partial(articles.undo, article_id=article_id, now=self.now(), by="")
        return bool(self._change("undo_article", {"id": article_id}, alone))

    def read(self, fn: Callable[[Db], Awaitable[T]]) -> T:
        """One look at the database."""
        try:
            return asyncio.run(_peek(self._settings, fn))
        except StoreError as error:
            raise Faulty(str(error)) from error

    def _change(self, do: str, asked: dict[str, Any], alone: Callable[[Db], Awaitable[Any]]) -> Any:  # noqa: ANN401 - JSON
        try:
            return asyncio.run(self._changed(do, asked, alone))
        except StoreError as error:
            raise Faulty(str(error)) from error
        except RuntimeError as error:
            what = f"The service could not say that it did it ({error}): `relais faq history` tells."
            raise Faulty(what) from error

    async def _changed(self, do: str, asked: dict[str, Any], alone: Callable[[Db], Awaitable[Any]]) -> Any:  # noqa: ANN401 - JSON
        with suppress(ConnectionError, FileNotFoundError):
            return await ask(self._settings.database, do, **asked)
        store = await Store.open(self._settings.database, now_ms=lambda: to_ms(self.now()) or 0)
        try:
            return await store.write(alone)
        finally:
            await store.close()

    def now(self) -> datetime:
        """The moment, aware, UTC."""
        return self._clock.now()


async def _peek(settings: Settings, fn: Callable[[Db], Awaitable[T]]) -> T:
    return await peek(settings.database, fn)
