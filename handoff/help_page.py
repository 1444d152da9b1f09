"""`/aide`: what this person can do now, with examples, from the registry of commands."""

from core.domain.rules import Agent
from handoff.acts import Acts
from handoff.answers import Answer
from handoff.registry import COMMANDS, UMBRELLA
from handoff.targets import Targets


class HelpPage:
    """Reads the person's own conversations, so that the help begins with them."""

    def __init__(self, *, targets: Targets, acts: Acts, is_bang_on: bool) -> None:
        self._is_bang_on = is_bang_on
        self._targets = targets
        self._acts = acts

    async def answer(self, agent: Agent, *, told: str = "", given_back: str = "") -> Answer:
        """Whom they follow, who waits, and every command with an example; `told` comes before it."""
        said = self._acts.said
        mine = await self._targets.mine(agent)
        waiting = await self._targets.waiting_count()
        theirs = [each for each in COMMANDS if each.who.includes(agent)]
        lines = [said(command.described) for command in (*theirs, UMBRELLA)]
        now = [said("help.waiting", count=waiting)]
        if mine:
            names = ", ".join(entry.customer for entry in mine)
            now.insert(0, said("help.yours", count=len(mine), names=names))
        listed = "\n".join(f"• {line}" for line in lines)
        opening = "\n".join([*filter(None, [told]), *now, said("help.title")])
        return Answer(
            opening,
            given_back=given_back,
            details=(listed, said("help.thread" if self._is_bang_on else "help.thread_only")),
        )
