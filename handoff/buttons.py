"""Buttons, on cards, in threads and in answers. What comes of a press is shown to that person alone."""

import json
from collections.abc import Mapping
from typing import Any

import structlog

from core.desk import Desk
from handoff import modals
from handoff.acts import Act, Acts
from handoff.answers import Answer
from handoff.base_door import PRESSED, BaseDoor
from handoff.courtesies import Courtesies, Place
from handoff.dead_page import DECIDING, DeadPage
from handoff.forms import Forms
from handoff.modals import FORMS
from handoff.reading import Reading
from handoff.roster import NotOnRoster, Roster

log = structlog.get_logger("handoff")

SETTLING = {"resend": True, "abandon": False}
ACTING = frozenset({"claim", "reply", "note", "resolve", "release", "set_motive"})
NEW_ARTICLE = "kb_new"
"""What was looked for stands in the line that its refusal takes the place of, and in the button alone."""
OPENING = {f"open_{verb}": verb for verb in FORMS}
"""Buttons that show a form."""
LOOKING = frozenset({"cancel", "motive", "read_all"})
VERBS = frozenset({*LOOKING, *OPENING, *SETTLING, *DECIDING, *PRESSED, *ACTING})
"""Every button there is: no other does anything."""


class Buttons:
    """Hears presses. Slack never repeats one, so whatever fails is told."""

    def __init__(
        self,
        *,
        desk: Desk,
        acts: Acts,
        forms: Forms,
        roster: Roster,
        courtesies: Courtesies,
        dead_page: DeadPage,
        reading: Reading,
        base: BaseDoor,
    ) -> None:
        self._desk = desk
        self._acts = acts
        self._forms = forms
        self._roster = roster
        self._courtesies = courtesies
        self._dead_page = dead_page
        self._reading = reading
        self._base = base

    async def pressed(self, body: Mapping[str, Any]) -> None:
        """A button was pressed."""
        action = body["actions"][0]
        verb = str(action["action_id"]).split(":")[0]
        value, failed = _value(str(action.get("value", ""))), False
        try:
            answer = await self._press(body, verb, value)
        except NotOnRoster as refusal:
            typed = await self._typed(str(body["user"]["id"]), value)
            typed = typed or (value.get("w", "") if verb == NEW_ARTICLE else "")
            answer = Answer(self._acts.said(refusal.reason), given_back=typed)
        except Exception as error:  # noqa: BLE001 - Slack never repeats a press: the person must be told
            log.error("button_failed", verb=verb, error=type(error).__name__)
            failed = True
            typed = await self._typed(str(body["user"]["id"]), value)
            answer = Answer(self._acts.said("answers.failed"), given_back=typed)
        if answer is not None:
            self._show(body, answer, in_place=not failed)

    async def _press(self, body: Mapping[str, Any], verb: str, value: dict[str, str]) -> Answer | None:
        user = body["user"]
        agent = await self._roster.agent(str(user["id"]), str(user.get("team_id", "")))
        trigger = str(body.get("trigger_id", ""))
        key = f"slack:{user.get('team_id', '')}:{agent.id}:{trigger}"
        if verb not in VERBS:
            return Answer(self._acts.said("answers.unknown_button"))
        if verb in OPENING:
            return await self._forms.offer_for(OPENING[verb], value["c"], trigger, _place(body))
        if verb == "cancel":
            typed = await self._typed(agent.id, value)
            return Answer(self._acts.said("answers.cancelled"), given_back=typed)
        if verb == "motive":
            return await self._acts.choose_motive(value["c"])
        if verb == "read_all":
            return await self._reading.page(value)
        if verb in SETTLING:
            return await self._acts.settle(agent, key, value["c"], resend=SETTLING[verb])
        if verb in DECIDING:
            return await self._dead_page.decided(agent, key, value, again=DECIDING[verb])
        if verb in PRESSED:
            return await self._base.pressed(verb, agent, key, value, trigger, _place(body))
        return await self._with_draft(Act(agent, verb, key, conversation=value["c"]), value)

    async def _with_draft(self, act: Act, value: Mapping[str, str]) -> Answer:
        draft = await self._desk.draft(value["d"]) if value.get("d") else None
        if value.get("d") and draft is None:
            return Answer(self._acts.said("answers.draft_gone"))
        if draft is not None and draft.agent != act.agent.id:
            return Answer(self._acts.said("answers.not_yours_draft"))
        chosen = Act(
            act.agent,
            act.verb,
            act.key,
            text=draft.text if draft else "",
            motive=value.get("m", ""),
            draft=draft.id if draft else "",
            typed_at=modals.moment(value.get("o")) or (draft.at if draft else None),
            take_over_from=value.get("w", ""),
            reopens=modals.moment(value.get("r")),
            twice=value.get("f") == "twice",
        )
        return await self._acts.on(chosen, act.conversation)

    async def _typed(self, user: str, value: Mapping[str, str]) -> str:
        """What this very person typed before the press, if it can be read."""
        try:
            draft = await self._desk.draft(value.get("d", ""))
        except Exception:  # noqa: BLE001 - the store that failed the press fails this too
            return ""
        return draft.text if draft and draft.agent == user else ""

    def _show(self, body: Mapping[str, Any], answer: Answer, *, in_place: bool) -> None:
        """In place of the ephemeral line that held the button; beside a card, never instead of it.

        After a failure of ours the line stays: it may hold the only copy of what was typed.
        """
        is_ephemeral = bool(body.get("container", {}).get("is_ephemeral"))
        shown = self._acts.document(answer) | {"replace_original": is_ephemeral and in_place}
        self._courtesies.respond(str(body.get("response_url", "")), shown)


def _place(body: Mapping[str, Any]) -> Place:
    """Where the press was made; a card pressed in the channel has no thread open beside it."""
    container = body.get("container")
    found = container if isinstance(container, Mapping) else {}
    return Place(str(found.get("channel_id") or ""), str(found.get("thread_ts") or ""))


def _value(value: str) -> dict[str, str]:
    """What a button carries: our own JSON, or an id alone. Never trusted: the state is checked anew."""
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return {"c": value}
    known = parsed if isinstance(parsed, dict) else {"c": value}
    return {"c": ""} | {str(name): str(part) for name, part in known.items()}
