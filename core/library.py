"""The knowledge base in the team's hands: looked at by everybody, changed by referents and managers.

A change is one transaction under the gesture's own key, with its row in the journal; the base in memory takes
it over once it is on disk. Nobody's conversation changes by it, so there is nothing to decide about one.
"""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from core.clashes import bound_of, told_of
from core.clock import Clock
from core.desk import Outcome
from core.domain.knowledge import Article
from core.domain.lines import line
from core.domain.rules import Agent
from core.domain.words import fold, tokens
from core.learning import is_new_to, may_learn
from core.promotion import draft
from core.store import articles, journal, questions
from core.store.articles import Kept
from core.store.db import Db
from core.store.engine import Store
from core.store.promoted import promoted
from core.store.questions import Tally
from core.wishes import Matcher, Saved, Standing, Trial, Wish, digest_of, personal_faults

LONGEST_ID: Final = 60
SHORT: Final = 3
"""Letters of words that say little by themselves."""
_VARIABLE: Final = re.compile(r"\{[^{}]*\}")
_OTHER: Final = re.compile(r"[^a-z0-9]+")
HIDING: Final = frozenset({"off", "undone"})
"""After which an article may answer nobody: no customer is shown it once that is on disk."""
USEFUL: Final = 5
"""So many articles are shown to whoever looks for none (R123 keeps ten)."""


class Library:
    """The one way to look at articles and to change them."""

    def __init__(self, *, store: Store, clock: Clock, matcher: Matcher, zone: ZoneInfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self.matcher = matcher

    async def standing(self, article_id: str) -> Standing | None:
        """One article with its record; None when there is none of that id."""
        return await self._store.read(partial(self._standing, article_id))

    async def _standing(self, article_id: str, db: Db) -> Standing | None:
        kept = await articles.find(db, article_id)
        if kept is None:
            return None
        tally = (await questions.records(db, [article_id], self._clock.now())).get(article_id)
        latest = await articles.changes(db, article_id, limit=2)
        seen = latest[0].number if latest else 0
        return Standing(kept.article, kept.active, seen, len(latest) > 1, tally or Tally(article_id))

    async def asked(self, conversation_id: str) -> str:
        """What the customer of a conversation last asked the base."""
        return await self._store.read(partial(questions.last_of, conversation_id=conversation_id))

    async def useful(self) -> list[Tally]:
        """The articles that customers see most, most first."""
        return await self._store.read(partial(questions.busiest, now=self._clock.now(), limit=USEFUL))

    async def switched_off(self, words: str) -> list[Kept]:
        """The articles that answer nobody and hold all the longer ones of these words."""
        typed = tokens(words)
        wanted = {word for word in typed if len(word) > SHORT} or set(typed)
        every = await self._store.read(articles.everything)
        return [kept for kept in every if not kept.active and wanted <= _held(kept.article)]

    async def unhelpful(self, limit: int) -> list[Tally]:
        """The articles that customers say no to more than yes, most often first."""
        return await self._store.read(partial(questions.unhelpful, now=self._clock.now(), limit=limit))

    async def promoted(self, conversation_id: str, reference: str) -> Article | None:
        """The draft of an article out of a conversation: of the reply that stands there, or the latest."""
        found = await self._store.read(
            partial(promoted, conversation_id=conversation_id, reference=reference)
        )
        if found is None:
            return None
        return draft(found.question, found.reply, language=found.language, motive=found.motive)

    def still_says(self, article_id: str, text: str) -> bool:
        """Whether a reply that began with an article's words still holds a sentence of them."""
        article = self.matcher.article(article_id)
        said = (article.answer, *article.steps, article.follow_up) if article else ()
        return any(longest in text for part in said if (longest := _longest_own(part)))

    async def save(self, agent: Agent, key: str, wish: Wish) -> Saved:
        """Add an article, or change one: checked first, and never over what somebody else has changed since.

        Raises:
            StoreError: nothing was saved.
        """
        if not agent.is_referent:
            return _refused("refuse.not_referent")
        if await self._store.read(partial(journal.is_heard, key=key)):
            return Saved(Outcome.DUPLICATE, wish.article)
        article = _validated(wish.article, agent, self._clock.now().astimezone(self._zone))
        faults = (*self.matcher.faults(article), *personal_faults(article))
        if faults:
            return Saved(Outcome.REFUSED, article, faults)
        named = article if article.id else await self._store.read(partial(_named, article))
        trial = await self._tried(named)
        bound, clashes = bound_of(trial), trial.clashes
        if clashes and not (agent.is_manager and wish.despite == digest_of(clashes)):
            faults = told_of(named, clashes, self.matcher.article)
            despite = digest_of(clashes) if agent.is_manager else ""
            return Saved(Outcome.REFUSED, article, faults, despite, bound=bound)
        saved = await self._written(partial(self._put, agent, key, replace(wish, article=article)))
        return replace(saved, bound=bound)

    async def _tried(self, article: Article) -> Trial:
        """Of one that is switched off nothing can clash."""
        kept = await self._store.read(partial(articles.find, article_id=article.id))
        return await self.matcher.tried(article) if kept is None or kept.active else Trial()

    async def _put(self, agent: Agent, key: str, wish: Wish, db: Db) -> Saved:
        if await journal.is_heard(db, key):
            return Saved(Outcome.DUPLICATE, wish.article)
        article = wish.article
        if not article.id:
            article = replace(await _named(article, db), author=agent.name)
        elif await _seen(db, article.id) != wish.seen:
            return _refused("refuse.article_changed", article)
        kind = "edited" if wish.article.id else "added"
        await articles.put(db, [article], self._clock.now(), agent.id, kind)
        return await self._done(db, agent, key, article.id, kind)

    async def switch(self, agent: Agent, key: str, article_id: str, *, active: bool) -> Saved:
        """Let an article answer, or no more. One that would clash is not switched on.

        Raises:
            StoreError: nothing was changed.
        """
        kept = await self._store.read(partial(articles.find, article_id=article_id))
        if (
            kept is not None
            and active
            and not kept.active
            and (bad := await self._clashing(agent, kept.article))
        ):
            return bad

        async def change(db: Db, now: datetime) -> bool:
            return await articles.switch(db, article_id, active, now, agent.id)

        return await self._changed(agent, key, article_id, "on" if active else "off", change)

    async def _clashing(self, agent: Agent, article: Article) -> Saved | None:
        """The refusal of what would clash, told by the first of what would; None when nothing does."""
        trial = await self.matcher.tried(article) if agent.is_referent else Trial()
        if not trial.clashes:
            return None
        faults = told_of(article, trial.clashes, self.matcher.article)
        return Saved(Outcome.REFUSED, article, faults, told=faults[0].told)

    async def undo(self, agent: Agent, key: str, article_id: str) -> Saved:
        """Make an article what it was before its last change; not where it is off and came back to clash.

        Raises:
            StoreError: nothing was changed.
        """
        latest = await self._store.read(partial(articles.changes, article_id=article_id, limit=2))
        comes_back = len(latest) > 1 and latest[1].active and not latest[0].active
        if comes_back and (bad := await self._clashing(agent, latest[1].article)):
            return bad

        async def change(db: Db, now: datetime) -> bool:
            return await articles.undo(db, article_id, now, agent.id)

        return await self._changed(agent, key, article_id, "undone", change)

    async def learn(self, agent: Agent, key: str, article_id: str, phrasing: str) -> Saved:
        """Take a customer's own words among the phrasings of an article; not when they would clash: much may
        have changed since they were proposed.

        Raises:
            StoreError: nothing was changed.
        """
        kept = await self._store.read(partial(articles.find, article_id=article_id))
        if kept is not None and kept.active and may_learn(kept.article, phrasing):
            taught = replace(kept.article, learnt=(*kept.article.learnt, phrasing))
            if bad := await self._clashing(agent, taught):
                return bad

        async def change(db: Db, now: datetime) -> bool:
            kept = await articles.find(db, article_id)
            if kept is None or not may_learn(kept.article, phrasing):
                return False
            learnt = replace(kept.article, learnt=(*kept.article.learnt, phrasing))
            await articles.put(db, [learnt], now, agent.id)
            return True

        return await self._changed(agent, key, article_id, "learnt", change)

    async def dismiss(self, agent: Agent, key: str, article_id: str, phrasing: str) -> Saved:
        """Propose these words for this article no more.

        Raises:
            StoreError: nothing was changed.
        """

        async def change(db: Db, now: datetime) -> bool:
            kept = await articles.find(db, article_id)
            if kept is None or not is_new_to(kept.article, phrasing):
                return False
            return await questions.dismiss(db, article_id, phrasing, agent.id, now)

        return await self._changed(agent, key, article_id, "dismissed", change)

    async def _changed(
        self,
        agent: Agent,
        key: str,
        article_id: str,
        kind: str,
        change: Callable[[Db, datetime], Awaitable[bool]],
    ) -> Saved:
        async def write(db: Db) -> Saved:
            if await journal.is_heard(db, key):
                return Saved(Outcome.DUPLICATE)
            if not await change(db, self._clock.now()):
                return _refused("refuse.article_so")
            return await self._done(db, agent, key, article_id, kind)

        if not agent.is_referent:
            return _refused("refuse.not_referent")
        if kind not in HIDING:
            return await self._written(write)
        self.matcher.hidden(article_id)
        try:
            return await self._written(write)
        finally:
            await self.matcher.brought(article_id)

    async def _done(self, db: Db, agent: Agent, key: str, article_id: str, kind: str) -> Saved:
        """Who did what, like everything that happens; and the article as it is now."""
        event, now = json.dumps({"agent": agent.id, "article": article_id, "what": kind}), self._clock.now()
        await journal.record(
            db, key, at=now, kind="ArticleChanged", conversation_id="", event=event, raw=None
        )
        kept = await articles.find(db, article_id)
        return Saved(Outcome.DONE, kept.article if kept else None)

    async def _written(self, write: Callable[[Db], Awaitable[Saved]]) -> Saved:
        """The next message is answered by what was written."""
        saved = await self._store.write(write)
        if saved.article is not None and saved.outcome is not Outcome.REFUSED:
            await self.matcher.brought(saved.article.id)
        return saved


def _held(article: Article) -> set[str]:
    """Every word by which an article may be looked for."""
    texts = (article.question, *article.phrasings, *article.keywords)
    return {word for text in texts for word in tokens(text)}


def _longest_own(text: str) -> str:
    """The longest part of a text that is the same for every customer."""
    return max(_VARIABLE.split(text), key=len).strip()


def _refused(key: str, article: Article | None = None) -> Saved:
    return Saved(Outcome.REFUSED, article, told=line(key))


def _validated(article: Article, agent: Agent, now: datetime) -> Article:
    """Whoever may save it has looked at it (R127)."""
    return replace(article, validated_by=agent.name, validated_on=now.date())


async def _seen(db: Db, article_id: str) -> int:
    latest = await articles.changes(db, article_id, limit=1)
    return latest[0].number if latest else 0


async def _named(article: Article, db: Db) -> Article:
    """With an id made of the question's words, and a number where they are taken."""
    begin = _OTHER.sub("-", fold(article.question)).strip("-")[:LONGEST_ID].strip("-") or "article"
    tried, number = begin, 1
    while await articles.find(db, tried) is not None:
        number += 1
        tried = f"{begin}-{number}"
    return replace(article, id=tried)
