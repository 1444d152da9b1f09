"""Forms for those who would rather not type a command: opened by a gesture, heard when they are sent.

Opening is a courtesy within the three seconds of Slack's trigger, with one look at the agent's own
conversations before it: who cannot be shown a form is told how to do without. What is sent goes the way of a
command; a refusal keeps the form open with everything in it.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from core.desk import Heard, Outcome
from core.domain.rules import Agent
from core.jobs import CallEnding
from core.store.screens import Entry
from handoff import markup, modals
from handoff.acts import Act, Acts, owner_of, read_up_to, resolved_ms
from handoff.answers import Answer
from handoff.api import SlackApi, SlackSaysNo
from handoff.courtesies import Courtesies, Place
from handoff.hidden import holds_a_command
from handoff.modals import NOTHING_FILLED, Filled, Form, Modals
from handoff.roster import NotOnRoster, Roster
from handoff.targets import Target, Targets

log = structlog.get_logger("handoff")

_CONFIRMED = {
    ("reply", "owned"): modals.TAKE_OVER,
    ("reply", "reopens"): modals.REOPENS,
    ("reply", "twice"): modals.TWICE,
    ("resolve", "again"): modals.AGAIN,
}
"""Refusals that sending the form once more overrides, and what the form then says."""


class Forms:
    """Opens forms and hears them. `still_says`: whether a text still holds words of an article."""

    def __init__(
        self,
        *,
        api: SlackApi,
        acts: Acts,
        targets: Targets,
        roster: Roster,
        layout: Modals,
        courtesies: Courtesies,
        patience: float,
        still_says: Callable[[str, str], bool],
    ) -> None:
        self._api = api
        self._acts = acts
        self._targets = targets
        self._roster = roster
        self._layout = layout
        self._courtesies = courtesies
        self._patience = patience / 2
        self._still_says = still_says

    async def offer(self, verb: str, agent: Agent, trigger: str, place: Place) -> Answer | None:
        """A form for the conversation a command would mean (P4); None once it is shown."""
        target = await self._targets.own(agent, verb)
        return await self._shown(verb, target, trigger, place)

    async def offer_for(self, verb: str, conversation: str, trigger: str, place: Place) -> Answer | None:
        """A form for one conversation; None once it is shown."""
        entry = await self._targets.entry(conversation)
        if entry is None:
            return Answer(self._acts.said("refuse.gone"))
        return await self._shown(verb, Target(one=entry), trigger, place)

    async def insert(
        self,
        agent: Agent,
        trigger: str,
        place: Place,
        told: Callable[[Entry | None], str],
        article: str = "",
        conversation: str = "",
    ) -> Answer | None:
        """A reply with ready words in it, for a conversation or for the one a command would mean.

        `told`: the words for the customer of a conversation, or for nobody known yet; `article`: whose they
        are, if an article's.
        """
        entry = await self._targets.entry(conversation) if conversation else None
        target = Target(one=entry) if entry else await self._targets.own(agent, "reply")
        filled = Filled(text=told(target.one), article=article)
        return await self._shown("reply", target, trigger, place, filled)

    async def _shown(
        self, verb: str, target: Target, trigger: str, place: Place, filled: Filled = NOTHING_FILLED
    ) -> Answer | None:
        if target.one is None and not target.several:
            return Answer(self._acts.said(target.why))
        told = self._acts.said(target.why, lost=target.lost) if target.lost else ""
        opened_ms = int(self._acts.now().timestamp() * 1000)
        form = Form(verb, place, target.one, target.several, told, opened_ms, filled)
        if await self.opened(trigger, self._layout.view(form)):
            return None
        return Answer(self._acts.said(f"usage.{verb}"))

    async def opened(self, trigger: str, view: Mapping[str, Any]) -> bool:
        """Show a form, within the time there is."""
        try:
            async with asyncio.timeout(self._patience):
                await self._api.call("views.open", {"trigger_id": trigger, "view": view})
        except (CallEnding, TimeoutError) as ending:
            code = ending.error if isinstance(ending, SlackSaysNo) else type(ending).__name__
            log.warning("form_not_opened", error=code)
            return False
        return True

    async def sent(self, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """A form was sent: what Slack is answered; None closes the form.

        Whatever fails, the form stays open with what was typed: Slack never sends it again by itself.
        """
        filled = modals.read(body["view"])
        if not filled.verb:
            return modals.errors(filled, modals.TEXT, Answer(self._acts.said("modal.stale")))
        if not filled.conversation:
            return modals.errors(filled, modals.CONVERSATION, Answer(self._acts.said("modal.choose")))
        try:
            return await self._sent(body, filled)
        except NotOnRoster as refusal:
            told = self._acts.said(refusal.reason)
        except Exception as error:  # noqa: BLE001 - the words are in the form and nowhere else
            log.error("form_failed", verb=filled.verb, error=type(error).__name__)
            told = self._acts.said("modal.failed")
        return modals.errors(filled, modals.TEXT, Answer(told))

    async def _sent(self, body: Mapping[str, Any], filled: Filled) -> dict[str, Any] | None:
        user = body["user"]
        agent = await self._roster.agent(str(user["id"]), str(user.get("team_id", "")))
        try:
            act = self._act(agent, f"slack:{user.get('team_id', '')}:view:{body['view']['id']}", filled)
        except _Unfit as unfit:
            return modals.errors(filled, unfit.field, unfit.told)
        heard = await self._acts.heard(act, filled.conversation)
        if heard.outcome is Outcome.REFUSED:
            return await self._refused(act, filled, heard)
        if heard.outcome is Outcome.DUPLICATE:
            return await self._repeated(act, filled)
        if heard.outcome is Outcome.DONE:
            answer = await self._acts.answer(act, filled.conversation, heard)
            self._courtesies.whisper(filled.place, agent.id, answer)
        return None

    async def _repeated(self, act: Act, filled: Filled) -> dict[str, Any] | None:
        """Sent again: after Slack's trouble the words may be others, and closing would say that they left."""
        if await self._acts.is_said_again(act, filled.conversation):
            return None
        return modals.errors(filled, modals.TEXT, Answer(self._acts.said("modal.used")))

    def _act(self, agent: Agent, key: str, filled: Filled) -> Act:
        text = self._words(filled, modals.TEXT, filled.text)
        return Act(
            agent,
            filled.verb,
            key,
            text=text,
            next_step=self._words(filled, modals.NEXT_STEP, filled.next_step),
            motive=filled.motive,
            typed_at=modals.moment(filled.opened_ms),
            take_over_from=filled.owner,
            reopens=modals.moment(filled.resolved_ms),
            twice=modals.TWICE in filled.flags,
            article=filled.article if self._still_says(filled.article, text) else "",
        )

    def _words(self, filled: Filled, field: str, typed: str) -> str:
        """A field as it is meant: to customers as they read it, to colleagues as it was typed."""
        if filled.verb == "note":
            return typed.strip()
        if holds_a_command(typed):
            raise _Unfit(field, Answer(self._acts.said("answers.command_inside")))
        try:
            return markup.from_command(typed, users=self._roster.names()).strip()
        except markup.InternalMention as found:
            told = self._acts.said("answers.internal_mention", found=str(found))
            raise _Unfit(field, Answer(told)) from found

    async def _refused(self, act: Act, filled: Filled, heard: Heard) -> dict[str, Any] | None:
        """Why, under the field it is about; or, where sending again is a decision, the form that says so."""
        told = self._acts.told(heard)
        flag = _CONFIRMED.get((act.verb, heard.refusal))
        entry = await self._targets.entry(filled.conversation) if flag else None
        if flag is None or entry is None:
            where = modals.MOTIVE if heard.refusal == "motive" else modals.TEXT
            return modals.errors(filled, where, Answer(told))
        confirming = _confirming(filled, flag, heard)
        opened = confirming.opened_ms
        form = Form(filled.verb, filled.place, entry, told=told, opened_ms=opened, filled=confirming)
        return {"response_action": "update", "view": self._layout.view(form)}


def _confirming(filled: Filled, flag: str, heard: Heard) -> Filled:
    """The form shown again: to send it confirms what this refusal tells, and nothing that comes after."""
    asked = replace(filled, flags=filled.flags | {flag})
    match flag:
        case modals.TAKE_OVER:
            return replace(asked, owner=owner_of(heard))
        case modals.REOPENS:
            return replace(asked, resolved_ms=resolved_ms(heard))
        case modals.AGAIN:
            return replace(asked, opened_ms=read_up_to(heard))
        case _:
            return asked


class _Unfit(Exception):
    """A field that cannot leave as it is."""

    def __init__(self, field: str, told: Answer) -> None:
        super().__init__(field)
        self.field = field
        self.told = told
