"""Who may do what with the knowledge base, by every door: its buttons, its forms, commands and shortcuts."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from core.domain.rules import Agent, Role
from handoff.base_door import PRESSED
from handoff.registry import SHORTCUTS
from tests.stories.forged import FORM, slack
from tests.stories.people import sentence, told, waiting, words
from tests.stories.test_authority import OURS, STRANGERS, TEAM, WHO, come_in
from tests.stories.town import CHANNEL, HUGO, LEA, SOFIA, Town, shipped_rules, town

REFERENT = Agent("U0REFERENT", "Nina", Role.REFERENT, ("support",))
LEFT = Agent("U0LEFT", "Paul", Role.REFERENT, ("support",))
"""The rules name them still; Slack says that they are gone."""
EVERYBODY = WHO | {"a referent": (REFERENT.id, OURS), "a referent who left": (LEFT.id, OURS)}
MAY_SEARCH = TEAM | {"a referent"}
MAY_CHANGE = {"a referent", "a manager"}
MAY = dict.fromkeys(PRESSED, MAY_CHANGE) | dict.fromkeys(
    ("faq_view", "faq_insert", "macro_insert"), MAY_SEARCH
)
ARTICLE = "mot-de-passe"
ASKED = "j'ai oublié mon mot de passe"
LONG = "Louez-vous des xylophones ? Je voudrais le savoir avant samedi, car mon fils en joue depuis peu."
REASONS = ("unknown", "guest", "outsider", "bot", "unavailable")
_NUMBERS = count(1)


@dataclass(frozen=True)
class Shown:
    """What somebody sees of what they did: words to them alone, or a form."""

    words: str
    has_form: bool

    @property
    def is_refusal(self) -> bool:
        """Whether it says that this person may not."""
        refusals = [sentence(f"roster.{reason}") for reason in REASONS]
        return self.words.startswith((*refusals, sentence("refuse.not_referent")))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Town]:
    """Everybody who does not belong is in the team's channel too."""
    rules = replace(shipped_rules(), agents=(LEA, HUGO, SOFIA, REFERENT, LEFT))
    async with town(tmp_path, rules) as place:
        come_in(place, STRANGERS | {REFERENT.id: {}, LEFT.id: {"deleted": True}})
        yield place


async def contents(place: Town) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table; budgets, sweeps and the probe of `/ready` are no memory."""
    names = [name for name in await place.counts() if not name.startswith("sqlite_")]
    return {name: await place.rows(f"SELECT * FROM {name}") for name in names}  # noqa: S608 - our own


async def posted(place: Town, body: dict[str, Any]) -> dict[str, Any]:
    """What Slack is answered to a gesture that it signed."""
    answer = await slack(place, urlencode({"payload": json.dumps(body)}).encode(), kind=FORM).post(place)
    assert answer.status_code == 200
    return dict(answer.json()) if answer.content else {}


def press_of(
    place: Town, user: str, verb: str, value: str, team: str = OURS, *, ephemeral: bool = False
) -> dict[str, Any]:
    """A press of a button that nobody was shown, with a place for its answer."""
    hook = place.slack.memory.new_hook(user, CHANNEL) if user else None
    return {
        "type": "block_actions",
        "user": {"id": user, "team_id": team},
        "team": {"id": team},
        "actions": [{"action_id": f"{verb}:0", "type": "button", "value": value, "block_id": "b"}],
        "trigger_id": place.slack.memory.new_trigger(user),
        "container": {"type": "message", "channel_id": CHANNEL, "is_ephemeral": ephemeral},
        "response_url": place.slack.memory.hook_url(hook) if hook else "",
    }


async def shown_by(place: Town, user: str, body: dict[str, Any]) -> Shown:
    """Do it; and what this person sees of it. Nobody is nobody, who sees nothing."""
    before = len(place.slack.ephemerals)
    await posted(place, body)
    await place.settle()
    if not user:
        return Shown("", has_form=False)
    return await seen_since(place, user, before)


async def seen_since(place: Town, user: str, before: int) -> Shown:
    """What somebody was shown after so many lines to anybody; a form is closed again."""
    hands = place.slack.hands
    await place.until(lambda: hands.modal(user) or len(place.slack.ephemerals) > before)
    has_form = hands.modal(user) is not None
    hands.close(user)
    return Shown("" if has_form else words(await told(place, user)), has_form)


def form_of(
    place: Town,
    user: str,
    values: dict[str, str],
    team: str = OURS,
    **carried: Any,  # noqa: ANN401 - tampered with
) -> dict[str, Any]:
    """The form of an article, sent as it never opened. `carried`: its metadata, or what it says of itself."""
    held = {"v": 1, "i": "", "n": 0, "d": "", "p": CHANNEL, "t": "", "k": {}}
    metadata = carried.pop("metadata", json.dumps(held | carried.pop("changed", {})))
    given = {name: {"value": {"type": "plain_text_input", "value": text}} for name, text in values.items()}
    view = {
        "id": f"V{next(_NUMBERS)}",
        "type": "modal",
        "callback_id": "article",
        "private_metadata": metadata,
        "blocks": [{"type": "input", "block_id": name} for name in values],
        "state": {"values": given},
    }
    user_of = {"id": user, "team_id": team}
    return {"type": "view_submission", "user": user_of, "team": {"id": team}, "view": view | carried}


def letters(number: int) -> str:
    """A word of its own for a number."""
    return "".join("bcdfghjklm"[int(figure)] for figure in f"{number:04}")


async def by_value(place: Town, verb: str, talk: str) -> dict[str, str]:
    """What the button of that verb carries, with something left for it to do."""
    fresh = f"xylophone {letters(next(_NUMBERS))}"
    before = {"kb_off": "kb_on", "kb_on": "kb_off", "kb_undo": "kb_off"}.get(verb)
    if before:
        await shown_by(place, SOFIA.id, press_of(place, SOFIA.id, before, json.dumps({"a": ARTICLE})))
    is_wordy = verb in {"kb_learn", "kb_dismiss", "kb_new", "kb_gap"}
    return {"a": ARTICLE, "m": "merci", "c": talk} | ({"w": fresh} if is_wordy else {})


@pytest.mark.parametrize("verb", sorted(PRESSED))
async def test_a_button_of_the_base_is_for_those_who_may_and_refuses_all_others(
    house: Town, verb: str
) -> None:
    await waiting(house)
    (talk,) = await house.rows("SELECT id FROM conversations")
    may = set()
    for who, (user, team) in EVERYBODY.items():
        value = json.dumps(await by_value(house, verb, talk["id"]))
        before = await contents(house)
        shown = await shown_by(house, user, press_of(house, user, verb, value, team))
        if not user or shown.is_refusal:
            assert (await contents(house), shown.has_form) == (before, False), who
            continue
        may.add(who)
        has_changed = await contents(house) != before
        assert has_changed == verb.startswith(("kb_o", "kb_u", "kb_l", "kb_d")), who
        assert shown.has_form == (
            verb in {"faq_insert", "macro_insert", "kb_new", "kb_gap", "kb_edit", "kb_promote"}
        ), who
    assert may == MAY[verb]


async def test_an_article_is_saved_by_those_who_may_and_everybody_else_keeps_their_words(house: Town) -> None:
    may = set()
    for who, (user, team) in EVERYBODY.items():
        before = await contents(house)
        question = f"Louez-vous des {letters(next(_NUMBERS))} ?"
        values = {"question": question, "answer": "Oui, à la journée.", "language": "fr"}
        answer = await posted(house, form_of(house, user, values, team))
        await house.settle()
        if answer:
            assert answer["response_action"] == "errors", who
            told_why = answer["errors"]["question"].replace("\u00a0", " ")
            assert Shown(told_why, has_form=False).is_refusal, who
            assert await contents(house) == before, who
        else:
            may.add(who)
    assert may == MAY_CHANGE
    rows = await house.rows("SELECT event FROM journal WHERE kind = 'ArticleChanged'")
    assert {json.loads(row["event"])["agent"] for row in rows} == {REFERENT.id, SOFIA.id}


COMMANDS = {"/faq": MAY_SEARCH, "/kb": MAY_CHANGE, "/article": MAY_CHANGE}


@pytest.mark.parametrize("command", COMMANDS)
async def test_who_may_not_use_a_command_of_the_base_gets_every_word_back(house: Town, command: str) -> None:
    may, before = set(), await contents(house)
    for who, (user, team) in EVERYBODY.items():
        if user and team == house.slack.memory.person(user).team_id:
            answer = await house.command(user, command, LONG)
            shown = Shown(words(answer), house.slack.hands.modal(user) is not None)
            house.slack.hands.close(user)
            if shown.has_form or not shown.is_refusal:
                may.add(who)
            else:
                assert shown.words.endswith(f"> {LONG}"), who
    assert may == COMMANDS[command]
    assert await contents(house) == before


async def test_letters_that_ended_badly_are_listed_to_managers_alone(house: Town) -> None:
    refused = sentence("refuse.not_manager")
    for user in (LEA.id, REFERENT.id):
        assert words(await house.command(user, "/dead")) == refused
        assert words(await house.command(user, "/sav", "dead")) == refused
    assert words(await house.command(SOFIA, "/dead")) == sentence("dead.none")


async def test_in_a_thread_an_agent_is_refused_the_base_and_gets_every_word_back(house: Town) -> None:
    await waiting(house)
    (card,) = house.cards
    for verb in ("kb", "article"):
        await house.slack.say(HUGO.id, CHANNEL, f"!{verb} {LONG}", card.ts)
        await house.settle()
        shown = words(await told(house, HUGO.id))
        assert shown.startswith(sentence("refuse.not_referent"))
        assert shown.endswith(f"> {LONG}")


@pytest.mark.parametrize("callback", sorted(SHORTCUTS))
async def test_a_shortcut_is_for_those_who_may(house: Town, callback: str) -> None:
    await waiting(house)
    (card,) = house.cards
    may, before = set(), await contents(house)
    for who, (user, team) in EVERYBODY.items():
        if not user or team != house.slack.memory.person(user).team_id:
            continue
        seen = len(house.slack.ephemerals)
        await house.slack.hands.shortcut(user, callback, CHANNEL, card.ts)
        shown = await seen_since(house, user, seen)
        assert shown.has_form != shown.is_refusal, who
        if shown.has_form:
            may.add(who)
    assert may == (MAY_CHANGE if callback == "sc_article" else MAY_SEARCH)
    assert await contents(house) == before


async def test_words_that_were_looked_for_come_back_to_whoever_left_meanwhile(house: Town) -> None:
    """The press takes the place of the line that held them."""
    value = json.dumps({"w": LONG})
    shown = await shown_by(house, LEFT.id, press_of(house, LEFT.id, "kb_new", value, ephemeral=True))
    assert shown.words.startswith(sentence("roster.unknown"))
    assert shown.words.endswith(f"> {LONG}")
