"""The team's way to what is ready: the knowledge base and the macros, by verbs, buttons and a form."""

from collections.abc import Mapping
from typing import Final

from core.domain.rules import Agent
from core.promotion import draft
from handoff.acts import Acts
from handoff.answers import Answer, Choice
from handoff.articles import Articles
from handoff.courtesies import Place
from handoff.faq_page import FaqPage
from handoff.kb_page import DECIDED, KbPage
from handoff.macro_page import MacroPage

VERBS: Final = frozenset({"faq", "kb", "article", "macro"})
OPENING: Final = frozenset({"faq_insert", "macro_insert", "kb_new", "kb_gap", "kb_edit", "kb_promote"})
PRESSED: Final = OPENING | {"faq_view", *DECIDED}


class BaseDoor:
    """Brings each gesture to its page."""

    def __init__(
        self,
        *,
        faq_page: FaqPage,
        macro_page: MacroPage,
        kb_page: KbPage,
        articles: Articles,
        acts: Acts,
        language: str,
    ) -> None:
        self._faq_page = faq_page
        self._macro_page = macro_page
        self._kb_page = kb_page
        self._acts = acts
        self._language = language
        self.articles = articles

    async def typed(self, verb: str, agent: Agent, words: str, trigger: str, place: Place) -> Answer | None:
        """A command: its page, or for `/article` the form; None once that is shown."""
        if verb != "article":
            return await self.shown(verb, agent, words)
        return await self._new(agent, words, trigger, place)

    async def _new(self, agent: Agent, words: str, trigger: str, place: Place) -> Answer | None:
        article = draft(words, "", language=self._language)
        return await self.articles.offer(agent, trigger, place, article, typed=words)

    async def shown(self, verb: str, agent: Agent, words: str, conversation: str = "") -> Answer:
        """A verb's page. A line in a thread opens no form, so `!article` shows the button that does."""
        if verb == "faq":
            return await self._faq_page.answer(agent, words, conversation)
        if verb == "macro":
            return await self._macro_page.answer(agent, words, conversation)
        if verb == "kb":
            return await self._kb_page.answer(agent, words)
        if not agent.is_referent:
            return Answer(self._acts.said("refuse.not_referent"), given_back=words.strip())
        new = Choice("kb_promote", self._acts.said("button.article_from"), {"c": conversation}, "primary")
        return Answer(self._acts.said("base.promote"), (new,), given_back=words.strip())

    async def pressed(
        self, verb: str, agent: Agent, key: str, value: Mapping[str, str], trigger: str, place: Place
    ) -> Answer | None:
        """A button of these pages; None once a form is shown.

        Raises:
            StoreError: nothing was done.
        """
        article_id, conversation, words = value.get("a", ""), value.get("c", ""), value.get("w", "")
        match verb:
            case "faq_view":
                return self._faq_page.whole(article_id, conversation)
            case "faq_insert":
                return await self._faq_page.insert(agent, trigger, article_id, conversation, place)
            case "macro_insert":
                return await self._macro_page.insert(agent, trigger, value.get("m", ""), conversation, place)
            case "kb_edit":
                return await self.articles.offer_change(agent, trigger, place, article_id)
            case "kb_promote":
                return await self.articles.offer_promoted(agent, trigger, place, conversation)
            case "kb_gap":
                return await self.articles.offer(agent, trigger, place, await self._kb_page.draft_of(words))
            case "kb_new":
                return await self._new(agent, words, trigger, place)
            case _:
                return await self._kb_page.decided(agent, key, verb, value)
