"""`/macro`: the ready texts of the rules file, to be put into a reply and changed there (R129, R134)."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from core.domain.rules import Agent, Macro
from core.store.screens import Entry
from handoff import markup
from handoff.acts import Acts
from handoff.answers import Answer, Choice, Part
from handoff.courtesies import Place
from handoff.faq_page import LEAST_TOLD
from handoff.forms import Forms
from handoff.targets import Targets

LISTED: Final = 10
"""So many are shown to whoever looks for none."""
PREVIEW: Final = 300
"""Characters of each there; a search shows the whole,"""
SECTION: Final = 2_800
"""as far as a section of Slack's holds it, which is 3,000."""

Found = tuple[Macro, float | None]


class MacroPage:
    """Looks macros up, and puts them into the reply form. `told`: one as a customer reads it."""

    def __init__(
        self,
        *,
        macros: Sequence[Macro],
        find: Callable[[str], Sequence[Found]],
        acts: Acts,
        targets: Targets,
        forms: Forms,
        told: Callable[[Macro, Entry | None], str],
    ) -> None:
        self._macros = macros
        self._find = find
        self._acts = acts
        self._targets = targets
        self._forms = forms
        self._told = told

    async def answer(self, agent: Agent, words: str, conversation: str = "") -> Answer:
        """What is found; without words, all of them. `conversation`: the one of the thread."""
        looked_for = words.strip()
        if not self._macros:
            return self._none(looked_for)
        if not looked_for:
            return await self._every(agent, conversation)
        found = self._find(looked_for)
        if not found:
            return Answer(self._acts.said("macro.nothing", words=looked_for), given_back=looked_for)
        opening = self._acts.said("macro.found", count=len(found), words=looked_for)
        return await self._listed(agent, opening, found, conversation)

    def _none(self, words: str) -> Answer:
        example = self._acts.said("macro.example", name="{prénom}")
        return Answer(self._acts.said("macro.none"), given_back=words, details=(example,))

    async def _every(self, agent: Agent, conversation: str) -> Answer:
        shown = [(macro, None) for macro in self._macros[:LISTED]]
        opening = self._acts.said("macro.every", count=len(self._macros))
        if (left := len(self._macros) - len(shown)) > 0:
            opening = f"{opening}\n{self._acts.said('macro.more', count=left)}"
        return await self._listed(agent, opening, shown, conversation, longest=PREVIEW)

    async def _listed(
        self, agent: Agent, opening: str, found: Sequence[Found], conversation: str, longest: int = 0
    ) -> Answer:
        """Each as the customer at hand would read it, if it is clear who that is."""
        entry = await self._reader(agent, conversation)
        if entry is not None:
            opening = f"{opening}\n{self._acts.said('macro.for_customer', customer=entry.customer)}"
        parts = (self._part(macro, score, entry, conversation, longest) for macro, score in found)
        return Answer(opening, parts=tuple(parts))

    async def _reader(self, agent: Agent, conversation: str) -> Entry | None:
        """Whom the reply form would be for."""
        if conversation:
            return await self._targets.entry(conversation)
        return (await self._targets.own(agent, "reply")).one

    def _part(
        self, macro: Macro, score: float | None, entry: Entry | None, conversation: str, longest: int
    ) -> Part:
        title = f"*{markup.escape(macro.key)}*"
        if score is not None and score >= LEAST_TOLD:
            title += f" · {self._acts.said('base.confidence', percent=round(100 * score))}"
        text = self._told(macro, entry)
        shown = f"{text[:longest]}…" if longest and len(text) > longest else text
        value = {"m": macro.key, "c": conversation}
        insert = Choice("macro_insert", self._acts.said("button.insert"), value, "primary")
        return Part(f"{title}\n{_quoted(shown)}", (insert,))

    async def insert(
        self, agent: Agent, trigger: str, key: str, conversation: str, place: Place
    ) -> Answer | None:
        """The reply form with a macro's words in it, to be changed and sent; None once it is shown.

        Its variables are filled anew, for whomever the form is for.
        """
        macro = next((each for each in self._macros if each.key == key), None)
        if macro is None:
            return Answer(self._acts.said("refuse.macro_gone"))
        said = partial(self._told, macro)
        shown = await self._forms.insert(agent, trigger, place, said, conversation=conversation)
        return None if shown is None else Answer(shown.text, given_back=said(None))


def _quoted(text: str) -> str:
    """As much of a text as one section holds, once what Slack would read as its own is escaped."""
    shown = text
    while len(quoted := markup.quote(shown)) > SECTION:
        shown = f"{shown[: len(shown) * 3 // 4]}…"
    return quoted
