"""`/faq`: what the knowledge base knows of some words, to be read or put into a reply (R133).

The same search as the customers' own, with the same confidence.
"""

from collections.abc import Callable
from functools import partial

from core.domain.knowledge import Article
from core.domain.rules import Agent
from core.library import Library
from core.store.screens import Entry
from handoff import markup
from handoff.acts import Acts
from handoff.answers import Answer, Choice, Part
from handoff.courtesies import Place
from handoff.forms import Forms
from handoff.targets import Targets

PREVIEW = 150
"""Characters of an answer in a list."""
KEPT_WORDS = 150
"""Characters of what was looked for, which a button carries."""
LEAST_TOLD = 0.005
"""A confidence that would be told as 0 % is not told."""


class FaqPage:
    """Looks articles up, and puts them into the reply form. `told`: an article as a customer reads it."""

    def __init__(
        self,
        *,
        library: Library,
        acts: Acts,
        targets: Targets,
        forms: Forms,
        told: Callable[[Article, Entry | None], str],
        language: str,
    ) -> None:
        self._library = library
        self._acts = acts
        self._targets = targets
        self._forms = forms
        self._told = told
        self._language = language

    async def answer(self, agent: Agent, words: str, conversation: str = "") -> Answer:
        """What is found; without words, what may be useful now. `conversation`: the one of the thread."""
        looked_for = words.strip()
        if not looked_for:
            return await self._useful(agent, conversation)
        found = self.found(looked_for)
        if not found:
            return self._nothing(agent, looked_for)
        opening = self._acts.said("base.found", count=len(found), words=looked_for)
        return Answer(opening, parts=tuple(self._part(*each, conversation) for each in found))

    def found(self, words: str) -> list[tuple[Article, float | None]]:
        """The first articles, each with the matcher's confidence."""
        scores = self._library.matcher.find(words, self._language).notable
        known = ((self._library.matcher.article(article_id), score) for article_id, score in scores)
        return [(article, score) for article, score in known if article is not None]

    async def _useful(self, agent: Agent, conversation: str) -> Answer:
        """What fits the customer at hand, if it is clear who that is; then what customers ask most."""
        mine = [] if conversation else await self._targets.mine(agent)
        entry = await self._targets.entry(conversation) if conversation else None
        entry = mine[0] if len(mine) == 1 else entry
        if entry is not None and (found := await self._fitting(entry)):
            opening = self._acts.said("base.for_customer", customer=entry.customer)
            return Answer(opening, parts=tuple(self._part(*each, entry.id) for each in found))
        tallies = await self._library.useful()
        known = [article for each in tallies if (article := self._library.matcher.article(each.article))]
        if not known:
            return Answer(self._acts.said("base.how"))
        opening = self._acts.said("base.most_asked")
        return Answer(opening, parts=tuple(self._part(article, None, conversation) for article in known))

    async def _fitting(self, entry: Entry) -> list[tuple[Article, float | None]]:
        """For their latest words; for their latest question, where these say nothing, such as a thank-you."""
        return self.found(entry.last_words) or self.found(await self._library.asked(entry.id))

    def _nothing(self, agent: Agent, words: str) -> Answer:
        told = self._acts.said("base.nothing", words=words)
        if not agent.is_referent:
            return Answer(f"{told}\n{self._acts.said('base.ask_referent')}")
        new = Choice("kb_new", self._acts.said("button.article_new"), {"w": words[:KEPT_WORDS]}, "primary")
        return Answer(told, (new,))

    def _part(self, article: Article, score: float | None, conversation: str) -> Part:
        title = f"*{markup.escape(article.question)}*"
        if score is not None and score >= LEAST_TOLD:
            title += f" · {self._acts.said('base.confidence', percent=round(100 * score))}"
        preview = article.answer if len(article.answer) <= PREVIEW else f"{article.answer[:PREVIEW]}…"
        return Part(f"{title}\n{markup.quote(preview)}", self._choices(article, conversation))

    def _choices(self, article: Article, conversation: str, *, is_whole: bool = False) -> tuple[Choice, ...]:
        value = {"a": article.id, "c": conversation}
        insert = Choice("faq_insert", self._acts.said("button.insert"), value, "primary")
        return (insert,) if is_whole else (insert, Choice("faq_view", self._acts.said("button.view"), value))

    def whole(self, article_id: str, conversation: str) -> Answer:
        """One article as a customer reads it."""
        article = self._library.matcher.article(article_id)
        if article is None:
            return Answer(self._acts.said("refuse.article_gone"))
        choices = self._choices(article, conversation, is_whole=True)
        return Answer(article.question, choices, details=(markup.quote(self._told(article, None)),))

    async def insert(
        self, agent: Agent, trigger: str, article_id: str, conversation: str, place: Place
    ) -> Answer | None:
        """The reply form with the article's words in it, to be changed and sent; None once it is shown."""
        article = self._library.matcher.article(article_id)
        if article is None:
            return Answer(self._acts.said("refuse.article_gone"))
        said = partial(self._told, article)
        shown = await self._forms.insert(agent, trigger, place, said, article.id, conversation)
        return None if shown is None else Answer(shown.text, given_back=said(None))
