"""`/dead`: what ended badly and nobody was told of, and what was put aside, for managers alone.

No words of a customer are shown: whoever needs them opens the thread. Of our own words to a customer the
beginning stands here, masked.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from core.dead import EFFECT, DeadLetters
from core.desk import Outcome
from core.domain.rules import Agent
from core.masks import mask_text
from core.store.letters import Letter
from core.texts import catalogue
from handoff import markup
from handoff.acts import Acts
from handoff.answers import Answer, Choice, Part
from handoff.cards import label, thread_link

LISTED: Final = 10
DECIDING: Final = {"dead_again": True, "dead_drop": False}
WORDS: Final = 80
"""Characters of what did not arrive."""
_NEVER_AGAIN: Final = "agent_act"
"""Its author got the text back, and has decided since."""


class DeadPage:
    """Lists, and hears what a manager decides. `labels`: how destinations and sources are called."""

    def __init__(
        self, *, dead: DeadLetters, acts: Acts, labels: Mapping[str, str], moment: Callable[[datetime], str]
    ) -> None:
        self._dead = dead
        self._acts = acts
        self._labels = labels
        self._moment = moment

    async def answer(self, agent: Agent, told: str = "") -> Answer:
        """The newest of them; `told` comes before."""
        said = self._acts.said
        if not agent.is_manager:
            return Answer(said("refuse.not_manager"))
        listed = await self._dead.listed(LISTED)
        if not listed.total:
            return Answer("\n".join(filter(None, [told, said("dead.none")])))
        opening = "\n".join(filter(None, [told, said("dead.title", count=listed.total)]))
        rest = listed.total - len(listed.newest)
        more = (Part(said("dead.rest", count=rest)),) if rest else ()
        return Answer(opening, parts=(*map(self._part, listed.newest), *more))

    async def decided(self, agent: Agent, key: str, value: Mapping[str, str], *, again: bool) -> Answer:
        """A button was pressed: what came of it, and the list as it is now.

        Raises:
            StoreError: nothing was done.
        """
        kind = value.get("k", EFFECT)
        heard = await self._dead.settle(agent, key, kind, value["c"], again=again)
        is_twice = heard.outcome is Outcome.DUPLICATE
        told = self._acts.said("answers.duplicate") if is_twice else self._acts.told(heard)
        return await self.answer(agent, told) if agent.is_manager else Answer(told)

    def _part(self, letter: Letter) -> Part:
        value = {"c": letter.id, "k": letter.kind}
        again = Choice("dead_again", self._acts.said("button.again"), value)
        drop = Choice("dead_drop", self._acts.said("button.drop"), value, "danger")
        choices = (drop,) if letter.what == _NEVER_AGAIN else (again, drop)
        return Part(self._effect(letter) if letter.kind == EFFECT else self._request(letter), choices)

    def _effect(self, letter: Letter) -> str:
        said = self._acts.said
        known = f"dead.kind_{letter.what}"
        kind = said(known) if known in catalogue("fr") else said("dead.kind_other")
        where = f"{kind} → {label(self._labels.get(letter.source, letter.source))}"
        link = thread_link(letter.place, letter.thread, said("dead.thread")) if letter.thread else ""
        lines = [
            f"*{where}* · {markup.name(mask_text(letter.name))} · {self._moment(letter.at)}",
            markup.said(self._why(letter)),
            markup.quote(mask_text(letter.text)[:WORDS]),
            link,
        ]
        return "\n".join(filter(None, lines))

    def _why(self, letter: Letter) -> str:
        """In words where there are some; else as the platform or the code said it."""
        if letter.is_unsure:
            return self._acts.said("dead.unsure")
        reason, _, code = letter.error.partition(" ")
        if reason in catalogue("fr"):
            return self._acts.said(reason, code=code)
        return self._acts.said("dead.error", error=letter.error[:WORDS])

    def _request(self, letter: Letter) -> str:
        said = self._acts.said
        source = label(self._labels.get(letter.source, letter.source))
        return "\n".join(
            [
                f"*{said(f'dead.aside_{letter.what}')}* · {source} · {self._moment(letter.at)}",
                markup.said(said("dead.error", error=letter.error[:WORDS])),
            ]
        )
