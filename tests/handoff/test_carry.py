"""The team's lane over real HTTP: what it posts, how it ends, and what it finds when it asks Slack."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from core.domain.rules import Agent, UrgentCall
from core.jobs import Budget, Carrier, Job, Look, Refused, Retry, Unknown
from handoff.carry import TeamCarrier
from sandbox.slack import buttons, rate_limited, refusal
from sandbox.slack_memory import Message
from sandbox.wire import Fault

if TYPE_CHECKING:
    from tests.handoff.slack_room import Room

pytest_plugins = ("tests.handoff.slack_room",)

INBOX = "C0SAVINBOX"
LEA = "U0AGENTLEA"
CARD = {
    "conversation": "01CONV",
    "customer": "Marie Dupont",
    "channel": "WhatsApp",
    "handle": "marie-d",
    "status": "open",
    "waiting_for": "us",
    "waiting_since": 1790000000,
    "question": "où est mon colis ?",
}
LINE = {"mark": "customer", "who": "Marie Dupont", "channel": "WhatsApp", "text": "Et mon colis ?"}


@pytest.fixture
def carrier(room: Room) -> Carrier:
    return carrier_of(room)


def carrier_of(room: Room, **rules: Any) -> Carrier:  # noqa: ANN401 - any field of the rules
    return TeamCarrier(
        api=room.api, texts=room.texts, rules=replace(room.rules, **rules), sharing=room.sharing
    )


def job(room: Room, kind: str, payload: dict[str, Any] = LINE, root: str = "", **more: Any) -> Job:  # noqa: ANN401
    at = int(room.clock.now().timestamp() * 1000)
    thread: dict[str, Any] = {"thread_place": INBOX, "thread_reference": root} if root else {}
    made = Job("01JOB", "01CONV", "team", kind, INBOX, payload, attempted_at=at, created_at=at)
    return replace(made, **thread, **more)


async def opened(room: Room, carrier: Carrier) -> str:
    return await carrier.carry(job(room, "open_thread", CARD, id="01CARD"))


def last(room: Room) -> Message:
    return room.slack.channels[INBOX].messages[-1]


async def test_a_card_opens_a_thread_and_carries_nothing_but_its_outbox_id(
    room: Room, carrier: Carrier
) -> None:
    root = await opened(room, carrier)
    posted = last(room)
    assert (posted.ts, posted.thread_ts) == (root, None)
    assert posted.metadata == {"event_type": "relais_effect", "event_payload": {"outbox_id": "01CARD"}}
    arguments = room.slack.wire.calls[-1].arguments
    assert (arguments["unfurl_links"], arguments["unfurl_media"]) == (False, False)
    assert [each.action_id for each in buttons(posted)] == ["claim", "open_reply", "open_note", "motive"]


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("line", LINE),
        ("transcript", {"customer": "Marie", "lines": [{"author": "customer", "at": 1, "text": "Bonjour"}]}),
        ("call", {"text": "Urgent : Marie attend.", "agent": LEA}),
    ],
)
async def test_what_belongs_to_a_thread_is_posted_in_it(
    room: Room, carrier: Carrier, kind: str, payload: dict[str, Any]
) -> None:
    root = await opened(room, carrier)
    ts = await carrier.carry(job(room, kind, payload, root))
    posted = last(room)
    assert (posted.ts, posted.thread_ts, posted.reply_broadcast) == (ts, root, kind == "call")
    assert posted.metadata is not None
    assert posted.metadata["event_payload"] == {"outbox_id": "01JOB"}


@pytest.mark.parametrize("kind", ["line", "transcript", "call", "update_card"])
async def test_what_needs_a_thread_waits_for_it(room: Room, carrier: Carrier, kind: str) -> None:
    with pytest.raises(Retry) as ending:
        await carrier.carry(job(room, kind))
    assert ending.value.after == 5
    assert room.slack.wire.calls == []


async def test_a_kind_nobody_knows_is_refused_and_posts_nothing(room: Room, carrier: Carrier) -> None:
    with pytest.raises(Refused, match="unknown_kind"):
        await carrier.carry(job(room, "dance", root="1.1"))
    assert room.slack.wire.calls == []


async def test_a_card_is_brought_up_to_date_in_place_and_keeps_its_metadata(
    room: Room, carrier: Carrier
) -> None:
    root = await opened(room, carrier)
    claimed = CARD | {"status": "in_progress", "owner": LEA, "motive": "Livraison"}
    assert await carrier.carry(job(room, "update_card", claimed, root)) == root
    card = room.slack.channels[INBOX].messages[0]
    forms = ["open_reply", "open_resolve", "open_note"]
    assert [each.action_id for each in buttons(card)] == [*forms, "motive", "release"]
    assert f"<@{LEA}>" in str(card.blocks)
    assert card.metadata is not None
    assert card.metadata["event_payload"] == {"outbox_id": "01CARD"}


TEAM = (Agent(LEA, "Léa", teams=("support",)), Agent("U0AGENTPAU", "Paul", teams=("finance",)))


@pytest.mark.parametrize(
    ("agent", "rules", "called"),
    [
        (LEA, {}, f"<@{LEA}>"),
        (LEA, {"urgent_call": UrgentCall.TEAM, "agents": TEAM}, f"<@{LEA}>"),
        ("", {}, "<!here>"),
        ("", {"urgent_call": UrgentCall.HERE}, "<!here>"),
        ("", {"urgent_call": UrgentCall.TEAM}, "<!here>"),
        ("", {"urgent_call": UrgentCall.TEAM, "agents": TEAM}, f"<@{LEA}>"),
    ],
)
async def test_an_urgent_call_names_who_must_come(
    room: Room, agent: str, rules: dict[str, Any], called: str
) -> None:
    carrier = carrier_of(room, **rules)
    root = await opened(room, carrier)
    await carrier.carry(job(room, "call", {"text": "Urgent : Marie attend.", "agent": agent}, root))
    posted = last(room)
    assert posted.text == f"🚨 {called} Urgent : Marie attend."
    assert posted.blocks[0]["text"]["text"] == posted.text


async def test_a_closed_rate_closes_the_budget_of_that_channel(room: Room, carrier: Carrier) -> None:
    room.slack.wire.plan("chat.postMessage", Fault(answer=rate_limited(9)))
    with pytest.raises(Retry) as ending:
        await opened(room, carrier)
    assert (ending.value.after, ending.value.blocks) == (9, f"slack:post:{INBOX}")
    room.slack.wire.plan("chat.update", Fault(answer=rate_limited(11)))
    with pytest.raises(Retry) as ending:
        await carrier.carry(job(room, "update_card", CARD, "1.1"))
    assert (ending.value.after, ending.value.blocks) == (11, "slack:update")


def test_posts_share_their_channels_budget_and_updates_the_workspaces(room: Room, carrier: Carrier) -> None:
    posts = Budget(f"slack:post:{INBOX}", 1000, burst=3)
    assert carrier.budgets(job(room, "open_thread")) == (posts,)
    assert carrier.budgets(job(room, "line", root="1.1", place="C0AUTRE")) == (posts,)
    updates = (Budget("slack:update", 1700, burst=5),)
    assert carrier.budgets(job(room, "update_card", root="1.1")) == updates
    assert carrier.budgets(job(room, "mark", root="1.1")) == updates


async def test_a_post_whose_answer_was_lost_is_found_by_its_outbox_id(room: Room, carrier: Carrier) -> None:
    room.slack.wire.plan("chat.postMessage", Fault(cut="after"))
    card = job(room, "open_thread", CARD, id="01CARD")
    with pytest.raises(Unknown):
        await carrier.carry(card)
    root = last(room).ts
    assert await carrier.look_up(card) == root
    line = job(room, "line", LINE, root)
    assert await carrier.look_up(line) is Look.ABSENT
    room.slack.wire.plan("chat.postMessage", Fault(cut="after"))
    with pytest.raises(Unknown):
        await carrier.carry(line)
    assert await carrier.look_up(line) == last(room).ts


async def test_a_post_may_stand_under_a_card_that_was_left(room: Room, carrier: Carrier) -> None:
    left, root = await opened(room, carrier), await opened(room, carrier)
    room.slack.wire.plan("chat.postMessage", Fault(cut="after"))
    line = job(room, "line", LINE, left)
    with pytest.raises(Unknown):
        await carrier.carry(line)
    now = replace(line, thread_reference=root, left_threads=((INBOX, left),))
    assert await carrier.look_up(now) == last(room).ts
    assert await carrier.look_up(replace(now, thread_reference="")) == last(room).ts
    assert await carrier.look_up(replace(now, id="01NEVER")) is Look.ABSENT
    gone = Fault(answer=refusal("thread_not_found"))
    room.slack.wire.plan("conversations.replies", Fault(), gone)
    assert await carrier.look_up(now) is Look.ABSENT
    room.slack.wire.plan("conversations.replies", Fault(), Fault(answer=rate_limited(1)))
    assert await carrier.look_up(now) is Look.CANNOT_TELL


async def test_a_post_is_looked_for_on_every_page(room: Room, carrier: Carrier) -> None:
    root = await opened(room, carrier)
    line = job(room, "line", LINE, root)
    ts = await carrier.carry(line)
    for n in range(450):
        room.slack.channels[INBOX].add(Message(INBOX, room.slack.memory.new_ts(), str(n), user=LEA))
    channel = room.slack.channels[INBOX]
    for n in range(450):
        channel.add(Message(INBOX, room.slack.memory.new_ts(), str(n), user=LEA, thread_ts=root))
    assert await carrier.look_up(line) == ts
    assert await carrier.look_up(job(room, "open_thread", CARD, id="01CARD")) == root
    assert await carrier.look_up(replace(line, id="01NEVER")) is Look.ABSENT
    assert room.slack.wire.count("conversations.history") == 3
    assert room.slack.wire.count("conversations.replies") == 1 + 3


@pytest.mark.parametrize(
    "fault", [Fault(cut="before"), Fault(answer=rate_limited(1)), Fault(answer=refusal("thread_not_found"))]
)
async def test_a_look_that_fails_tells_nothing(room: Room, carrier: Carrier, fault: Fault) -> None:
    root = await opened(room, carrier)
    room.slack.wire.plan("conversations.replies", fault)
    assert await carrier.look_up(job(room, "line", LINE, root)) is Look.CANNOT_TELL


async def test_a_card_update_of_unknown_outcome_is_simply_done_again(room: Room, carrier: Carrier) -> None:
    assert await carrier.look_up(job(room, "update_card", CARD, "1.1")) is Look.ABSENT
    assert await carrier.look_up(job(room, "line")) is Look.ABSENT
    assert room.slack.wire.calls == []


async def test_a_channel_the_bot_is_not_in_waits_for_the_operator(room: Room, carrier: Carrier) -> None:
    room.slack.channels[INBOX].members.remove(room.slack.bot_user_id)
    with pytest.raises(Retry) as ending:
        await opened(room, carrier)
    assert ending.value.after == 60
    assert "channel_not_found" in room.api.trouble
