"""Who may do what on whose conversation, by every door: a table; and what is forged by someone who may knock.

Each gesture is signed as Slack's, and says what no screen offered: the state alone must decide.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.stories.forged import FORM, JSON, slack
from tests.stories.people import OnWhatsApp, waiting
from tests.stories.town import CHANNEL, HUGO, LEA, SOFIA, Town

OURS = "T0RELAIS01"
WHO = {
    "the owner": (LEA.id, OURS),
    "another agent": (HUGO.id, OURS),
    "a manager": (SOFIA.id, OURS),
    "a stranger": ("U0NINA", OURS),
    "a guest": ("U0GUEST", OURS),
    "an outsider": ("U0OTHER", "T0OTHER001"),
    "the owner's id from another workspace": (LEA.id, "T0OTHER001"),
    "somebody who left": ("U0GONE", OURS),
    "an app": ("U0ROBOT", OURS),
    "nobody": ("", ""),
}
TEAM = {"the owner", "another agent", "a manager"}
MAY: dict[str, set[str]] = {
    "claim": set(),  # it is the owner's already, and no colleague takes it without being asked
    "reply": {"the owner"},
    "note": TEAM,
    "set_motive": TEAM,
    "resolve": {"the owner", "a manager"},
    "release": {"the owner", "a manager"},
}
"""Of a conversation that Léa owns."""
MAY_FREE: dict[str, set[str]] = {
    "claim": TEAM,
    "reply": TEAM,
    "note": TEAM,
    "set_motive": TEAM,
    "resolve": {"a manager"},
    "release": set(),
}
"""Of one that nobody owns."""
TEXT = "Votre colis part demain."
_NUMBERS = count(1)
Knock = Callable[[Town, str, str, str, dict[str, Any]], Awaitable[httpx.Response]]


async def by_button(place: Town, user: str, team: str, verb: str, told: dict[str, Any]) -> httpx.Response:
    """A press of a button that nobody was shown."""
    value = {"c": told["talk"], "m": "delivery"} | told.get("value", {})
    action = {"action_id": verb, "type": "button", "value": json.dumps(value), "block_id": "b"}
    body = {
        "type": "block_actions",
        "user": {"id": user, "team_id": team},
        "team": {"id": team},
        "actions": [action],
        "trigger_id": told.get("trigger") or f"t{next(_NUMBERS)}",
        "container": {"type": "message", "channel_id": CHANNEL, "is_ephemeral": True},
        "response_url": "",
    }
    return await _interact(place, body)


async def by_form(place: Town, user: str, team: str, verb: str, told: dict[str, Any]) -> httpx.Response:
    """A form that never opened, sent."""
    carried = {"v": 1, "c": told["talk"], "p": CHANNEL, "t": ""} | told.get("value", {})
    given = {"value": {"type": "plain_text_input", "value": TEXT}}
    motive = {"value": {"type": "static_select", "selected_option": {"value": "delivery"}}}
    view = {
        "id": told.get("trigger") or f"V{next(_NUMBERS)}",
        "type": "modal",
        "callback_id": verb,
        "private_metadata": json.dumps(carried),
        "blocks": [{"type": "input", "block_id": "text"}],
        "state": {"values": {"text": given, "motive": motive}},
    }
    body = {
        "type": "view_submission",
        "user": {"id": user, "team_id": team},
        "team": {"id": team},
        "view": view,
    }
    return await _interact(place, body)


async def in_thread(place: Town, user: str, team: str, verb: str, told: dict[str, Any]) -> httpx.Response:
    """A line in the conversation's thread."""
    ts = f"{place.clock.seconds():.0f}.{next(_NUMBERS):06}"
    text = TEXT if verb == "note" else f"!{verb} {TEXT if verb in {'reply', 'resolve'} else ''}"
    event = {"type": "message", "channel": CHANNEL, "ts": ts, "thread_ts": told["thread"], "text": text}
    by_app = {"bot_id": "B0ROBOT"} if user == "U0ROBOT" else {}
    body = {
        "type": "event_callback",
        "team_id": team,
        "event_id": f"Ev{next(_NUMBERS)}",
        "event": event | {"user": user, "team": team} | by_app,
    }
    return await slack(place, json.dumps(body).encode(), kind=JSON).post(place)


async def _interact(place: Town, body: dict[str, Any]) -> httpx.Response:
    return await slack(place, urlencode({"payload": json.dumps(body)}).encode(), kind=FORM).post(place)


DOORS: dict[str, tuple[Knock, set[str]]] = {
    "button": (by_button, set(MAY) - {"reply", "note", "resolve"}),
    "form": (by_form, {"reply", "note", "resolve"}),
    "thread": (in_thread, set(MAY) - {"set_motive", "resolve"}),
}


STRANGERS: dict[str, dict[str, Any]] = {
    "U0NINA": {},
    "U0GUEST": {"guest": True},
    "U0OTHER": {"team_id": "T0OTHER001"},
    "U0GONE": {"deleted": True},
    "U0ROBOT": {"bot": True},
}
"""Who is in the channel and does not belong, and what Slack says of them."""


@pytest.fixture
async def full_house(place: Town) -> Town:
    """Everybody who does not belong is in the team's channel too."""
    come_in(place, STRANGERS)
    return place


def come_in(place: Town, kinds: Mapping[str, Mapping[str, Any]]) -> None:
    """Somebody of each kind is in the team's channel."""
    for user, kind in kinds.items():
        place.slack.add_user(user, user.lower(), user.title(), **kind)
        place.slack.channels[CHANNEL].members.add(user)


async def acts(place: Town) -> list[dict[str, Any]]:
    """What agents did, by the journal."""
    return await place.rows("SELECT key, kind, event FROM journal WHERE kind LIKE 'Agent%'")


async def fresh(place: Town, *, owned: bool) -> tuple[OnWhatsApp, dict[str, Any]]:
    """A conversation with the team, and where it is."""
    marie = await waiting(place, f"Marie {next(_NUMBERS)}")
    sql = "SELECT id AS talk, thread_reference AS thread FROM conversations WHERE status = 'open'"
    (told,) = await place.rows(sql)
    if owned:
        await by_button(place, LEA.id, OURS, "claim", told)
    await place.settle()
    return marie, told


async def who_may(place: Town, door: str, verb: str, *, owned: bool) -> set[str]:
    """Those whose act is done; it is put down to them alone. What was done is over before the next tries."""
    may: set[str] = set()
    marie, told = await fresh(place, owned=owned)
    for who, (user, team) in WHO.items():
        before, read = [act["key"] for act in await acts(place)], len(marie.reads)
        assert (await DOORS[door][0](place, user, team, verb, told)).status_code == 200
        await place.settle()
        new = [act for act in await acts(place) if act["key"] not in before]
        assert [act for act in new if json.loads(act["event"])["agent"]["id"] != user] == []
        if new:
            may.add(who)
            await marie.writes("/fin")
            marie, told = await fresh(place, owned=owned)
        assert new or len(marie.reads) == read, "a refusal says nothing to the customer"
    return may


CASES = [(door, verb) for door, (_, verbs) in DOORS.items() for verb in sorted(verbs)]


@pytest.mark.parametrize(("door", "verb"), CASES)
async def test_the_owner_colleagues_managers_and_nobody_else(full_house: Town, door: str, verb: str) -> None:
    assert await who_may(full_house, door, verb, owned=True) == MAY[verb]


@pytest.mark.parametrize(("door", "verb"), CASES)
async def test_of_a_conversation_that_nobody_owns(full_house: Town, door: str, verb: str) -> None:
    assert await who_may(full_house, door, verb, owned=False) == MAY_FREE[verb]


HOSTILE = [
    *("", "nothing", "talk-of-nobody", "[]", "null", "0", "' OR 1=1 --", "../..", "x" * 1900, "[" * 1900),
    *(
        '{"c": {}}',
        '{"c": null}',
        '{"c": "", "d": "", "w": "", "r": "9", "f": "twice"}',
        '{"d": "nobody\'s"}',
    ),
]


async def test_forged_values_of_buttons_and_forms_do_nothing(full_house: Town) -> None:
    place = full_house
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    before, read = await place.counts(), list(marie.reads)
    for value in HOSTILE:
        for verb in (
            *MAY,
            "resend",
            "abandon",
            "open_reply",
            "cancel",
            "motive",
            "read_all",
            "dead_again",
            "dead_drop",
            "unheard_of",
            "",
        ):
            action = {"action_id": verb, "type": "button", "value": value, "block_id": "b"}
            body = {"type": "block_actions", "user": {"id": HUGO.id, "team_id": OURS}, "actions": [action]}
            assert (await _interact(place, body | {"trigger_id": f"t{next(_NUMBERS)}"})).status_code == 200
        view = {
            "id": f"V{next(_NUMBERS)}",
            "type": "modal",
            "callback_id": "reply",
            "private_metadata": value,
        }
        sent = {"type": "view_submission", "user": {"id": HUGO.id, "team_id": OURS}, "view": view}
        assert (await _interact(place, sent)).status_code == 200
    await place.settle()
    assert (await place.counts(), marie.reads) == (before, read)


async def test_a_form_that_says_it_was_asked_to_take_over_takes_from_that_owner_alone(
    full_house: Town,
) -> None:
    place = full_house
    await waiting(place)
    (talk,) = await place.rows("SELECT id FROM conversations")
    await place.command(LEA, "/claim", "marie")
    for owner in ("", SOFIA.id, HUGO.id, "*"):
        tampered = {
            "talk": talk["id"],
            "value": {"w": owner, "f": "take_over twice again reopens", "r": 1, "o": 1},
        }
        await by_form(place, HUGO.id, OURS, "reply", tampered)
        await by_button(place, HUGO.id, OURS, "claim", tampered)
    await place.settle()
    (row,) = await place.rows("SELECT owner FROM conversations")
    assert row["owner"] == LEA.id


async def test_another_persons_draft_is_sent_by_nobody_else(full_house: Town) -> None:
    place = full_house
    marie = await waiting(place)
    await waiting(place, "Karim Benali")
    await place.command(LEA, "/reply", TEXT)
    (draft,) = await place.rows("SELECT id FROM drafts")
    (talk,) = await place.rows("SELECT id FROM conversations WHERE handle LIKE 'marie%'")
    for user in (HUGO.id, SOFIA.id):
        await by_button(place, user, OURS, "reply", {"talk": talk["id"], "value": {"d": draft["id"]}})
    await place.settle()
    assert TEXT not in marie.reads


async def test_what_is_sent_again_to_the_letter_is_done_once(full_house: Town) -> None:
    place = full_house
    marie = await waiting(place)
    (talk,) = await place.rows("SELECT id FROM conversations")
    for _ in range(5):
        await by_form(place, LEA.id, OURS, "reply", {"talk": talk["id"], "trigger": "V-again"})
        await by_button(place, LEA.id, OURS, "release", {"talk": talk["id"], "trigger": "t-again"})
    await place.settle()
    kinds = [act["kind"] for act in await acts(place)]
    assert (kinds.count("AgentReplied"), kinds.count("AgentReleased")) == (1, 1)
    assert marie.reads.count(TEXT) == 1
