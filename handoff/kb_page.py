"""`/kb`: what the knowledge base lacks, what it may learn, what does not help; for referents and managers."""

from collections.abc import Mapping
from typing import Final

from core.desk import Outcome
from core.domain.knowledge import Article
from core.domain.rules import Agent
from core.gaps import Gap, Gaps
from core.learning import Learning, Proposal
from core.library import Library
from core.promotion import draft
from core.store.questions import Tally
from core.wishes import Saved, Standing
from handoff import markup
from handoff.acts import Acts
from handoff.answers import Answer, Choice, Part

GAPS: Final = 5
PROPOSALS: Final = 4
UNHELPFUL: Final = 4
FOUND: Final = 5
EXAMPLES: Final = 3
DECIDED: Final = {
    "kb_off": "base.done_off",
    "kb_on": "base.done_on",
    "kb_undo": "base.done_undo",
    "kb_learn": "base.done_learn",
    "kb_dismiss": "base.done_dismiss",
}
"""The buttons that decide something, and what is told of each."""
WORDS: Final = 150
"""Characters of a question in a list, and in a button."""


class KbPage:
    """Lists, and hears what a referent decides about an article."""

    def __init__(
        self, *, library: Library, gaps: Gaps, learning: Learning, acts: Acts, language: str
    ) -> None:
        self._library = library
        self._gaps = gaps
        self._learning = learning
        self._acts = acts
        self._language = language

    async def answer(self, agent: Agent, words: str, told: str = "") -> Answer:
        """The page, or what is found of some words; `told` comes before."""
        if not agent.is_referent:
            return Answer(self._acts.said("refuse.not_referent"), given_back=words.strip())
        looked_for = words.strip()
        unread = "" if looked_for else await self._library.matcher.unread()
        parts = await self._found(looked_for) if looked_for else await self._page(learns=not unread)
        key = "base.title_found" if looked_for else "base.title"
        if not parts and not unread:
            key = "base.nothing" if looked_for else "base.all_well"
        opening = self._acts.said(key, words=looked_for)
        unlearnt = self._acts.said("base.unread_file", places=unread) if unread else ""
        new = Choice("kb_new", self._acts.said("button.article_new"), {"w": looked_for[:WORDS]})
        return Answer("\n".join(filter(None, [told, opening, unlearnt])), (new,), parts=parts)

    async def _page(self, *, learns: bool) -> tuple[Part, ...]:
        """`learns`: whether phrasings can be tried, and so proposed."""
        gaps = [self._gap(gap) for gap in await self._gaps.found(limit=GAPS)]
        learnt = await self._learning.proposed(PROPOSALS) if learns else ()
        proposed = [self._proposal(each) for each in learnt]
        unhelpful = [self._unhelpful(each) for each in await self._library.unhelpful(UNHELPFUL)]
        listed = {
            "base.gaps": gaps,
            "base.proposed": proposed,
            "base.unhelpful": list(filter(None, unhelpful)),
        }
        return tuple(
            part
            for key, parts in listed.items()
            if parts
            for part in (Part(f"*{self._acts.said(key)}*"), *parts)
        )

    async def _found(self, words: str) -> tuple[Part, ...]:
        scores = self._library.matcher.find(words, self._language).notable
        ids = [article_id for article_id, _ in scores]
        ids += [kept.article.id for kept in await self._library.switched_off(words)]
        found = [await self._library.standing(article_id) for article_id in ids[:FOUND]]
        return tuple(self.part(standing) for standing in found if standing is not None)

    def part(self, standing: Standing) -> Part:
        """An article with its record, and what can be done with it."""
        article, value = standing.article, {"a": standing.article.id}
        title = f"*{markup.escape(article.question)}*"
        if not standing.active:
            title += f" · {self._acts.said('base.is_off')}"
        switch = ("kb_off", "button.switch_off") if standing.active else ("kb_on", "button.switch_on")
        choices = [
            Choice("kb_edit", self._acts.said("button.edit"), value),
            Choice(switch[0], self._acts.said(switch[1]), value),
        ]
        if standing.is_changed:
            choices.append(Choice("kb_undo", self._acts.said("button.undo"), value))
        shown = markup.quote(article.answer[:WORDS])
        return Part("\n".join([title, shown, self._record(standing.tally)]), tuple(choices))

    def _record(self, tally: Tally) -> str:
        if not tally.shown:
            return self._acts.said("base.record_empty")
        counts = {"shown": tally.shown, "helped": tally.helped, "not_helped": tally.not_helped}
        return self._acts.said("base.record", picked=tally.picked, **counts)

    def _gap(self, gap: Gap) -> Part:
        asked = self._acts.said("base.gap", count=gap.customers)
        examples = "\n".join(markup.quote(text[:WORDS]) for text in (gap.question, *gap.phrasings)[:EXAMPLES])
        replied = self._acts.said("base.gap_replied") if gap.reply else ""
        new = Choice("kb_gap", self._acts.said("button.article_from"), {"w": gap.question[:WORDS]})
        return Part("\n".join(filter(None, [asked, examples, replied])), (new,))

    def _proposal(self, proposal: Proposal) -> Part:
        value = {"a": proposal.article.id, "w": proposal.phrasing}
        said = self._acts.said(
            "base.proposal", count=proposal.customers, question=markup.escape(proposal.article.question)
        )
        choices = (
            Choice("kb_learn", self._acts.said("button.accept"), value, "primary"),
            Choice("kb_dismiss", self._acts.said("button.dismiss"), value),
        )
        return Part(f"{markup.quote(proposal.phrasing)}\n{said}", choices)

    def _unhelpful(self, tally: Tally) -> Part | None:
        article = self._library.matcher.article(tally.article)
        if article is None:
            return None
        edit = Choice("kb_edit", self._acts.said("button.edit"), {"a": article.id})
        return Part(f"*{markup.escape(article.question)}*\n{self._record(tally)}", (edit,))

    async def draft_of(self, words: str) -> Article:
        """The article that a gap asks for, by the beginning of its question; else one with these words."""
        gaps = await self._gaps.found()
        gap = next((each for each in gaps if each.question[:WORDS] == words), None)
        if gap is None:
            return draft(words, "", language=self._language)
        held = {"language": gap.language or self._language, "motive": gap.motive}
        return draft(gap.question, gap.reply, phrasings=gap.phrasings, **held)

    async def decided(self, agent: Agent, key: str, verb: str, value: Mapping[str, str]) -> Answer:
        """A button was pressed: what came of it, and the article as it is now.

        Raises:
            StoreError: nothing was done.
        """
        article_id = value.get("a", "")
        match verb:
            case "kb_off" | "kb_on":
                saved = await self._library.switch(agent, key, article_id, active=verb == "kb_on")
            case "kb_undo":
                saved = await self._library.undo(agent, key, article_id)
            case "kb_learn":
                saved = await self._library.learn(agent, key, article_id, value.get("w", ""))
            case _:
                saved = await self._library.dismiss(agent, key, article_id, value.get("w", ""))
        told = self._told(verb, saved)
        if verb in {"kb_learn", "kb_dismiss"} and agent.is_referent:
            return await self.answer(agent, "", told)
        standing = await self._library.standing(article_id) if agent.is_referent else None
        return Answer(told, parts=(self.part(standing),) if standing else ())

    def _told(self, verb: str, saved: Saved) -> str:
        if saved.told is not None:
            return self._acts.line(saved.told)
        if saved.outcome is Outcome.DUPLICATE:
            return self._acts.said("answers.duplicate")
        return self._acts.said(DECIDED[verb])
