"""Every refusal of Slack's our posts and updates can meet, and whose matter it is (facts §6.13, §16)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from core.jobs import CallEnding, Job, Look, Refused, Retry, ThreadGone, Unknown
from handoff.carry import TeamCarrier
from handoff.refusals import CHANGES, EDITABLE_MS
from sandbox.slack import buttons, refusal
from sandbox.wire import Fault
from tests.handoff.test_carry import CARD, INBOX, LINE, job, last, opened

if TYPE_CHECKING:
    from tests.handoff.slack_room import Room

pytest_plugins = ("tests.handoff.slack_room",)

OPERATOR = (
    *("channel_not_found", "not_in_channel", "is_archived", "restricted_action", "missing_scope"),
    *("restricted_action_read_only_channel", "restricted_action_thread_only_channel", "is_inactive"),
    *("restricted_action_non_threadable_channel", "message_limit_exceeded", "token_revoked"),
    *("account_inactive", "invalid_auth", "not_allowed_token_type", "access_denied", "team_added_to_org"),
)
NOBODY_KNOWS = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
TOO_FAST = ("ratelimited", "rate_limited")
CARD_GONE = ("message_not_found", "cant_update_message", "edit_window_closed")
THREAD_GONE = (
    *("thread_not_found", "message_not_found", "cannot_reply_to_message"),
    "restricted_action_thread_locked",
)
METADATA = ("metadata_too_large", "metadata_must_be_sent_from_app", "invalid_metadata_format")
UNFORESEEN = ("duplicate_message_not_found", "team_not_found", "user_is_restricted", "a_new_word")
SENTENCE = "Un message n’a pas pu être montré ici"
MARK: dict[str, Any] = LINE | {"mark": "agent", "delivery": "sent"}


@pytest.fixture
def carrier(room: Room) -> TeamCarrier:
    return TeamCarrier(api=room.api, texts=room.texts, rules=room.rules, sharing=room.sharing)


@pytest.fixture
async def root(room: Room, carrier: TeamCarrier) -> str:
    return await opened(room, carrier)


def of_kind(room: Room, kind: str, root: str) -> Job:
    """A job of a kind whose card has stood for an hour."""
    anew = {"mark": MARK | {"reference": root}, "retell": LINE | {"reference": root}}
    shown: dict[str, dict[str, Any]] = {"update_card": CARD, **anew}
    made = job(room, kind, shown.get(kind, LINE), root)
    return replace(made, attempted_at=(made.attempted_at or 0) + 3_600_000)


async def ending(room: Room, carrier: TeamCarrier, made: Job, error: str) -> CallEnding:
    method = "chat.update" if made.kind in CHANGES else "chat.postMessage"
    room.slack.wire.plan(method, Fault(answer=refusal(error)))
    with pytest.raises(CallEnding) as met:
        await carrier.carry(made)
    return met.value


KINDS = ("line", "update_card", "mark", "retell")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("error", OPERATOR)
async def test_what_an_operator_must_mend_is_kept_tried_again_and_named(
    room: Room, carrier: TeamCarrier, root: str, error: str, kind: str
) -> None:
    met = await ending(room, carrier, of_kind(room, kind, root), error)
    assert isinstance(met, Retry)
    assert met.after == 60
    assert error in room.api.trouble


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("error", NOBODY_KNOWS)
async def test_what_may_have_happened_is_unknown(
    room: Room, carrier: TeamCarrier, root: str, error: str, kind: str
) -> None:
    assert isinstance(await ending(room, carrier, of_kind(room, kind, root), error), Unknown)


@pytest.mark.parametrize(
    ("kind", "budget"),
    [("line", f"slack:post:{INBOX}"), ("mark", "slack:update"), ("retell", "slack:update")],
)
@pytest.mark.parametrize("error", TOO_FAST)
async def test_what_came_too_fast_waits_with_all_that_spends_the_same(
    room: Room, carrier: TeamCarrier, root: str, error: str, kind: str, budget: str
) -> None:
    met = await ending(room, carrier, of_kind(room, kind, root), error)
    assert isinstance(met, Retry)
    assert met.blocks == budget


@pytest.mark.parametrize("error", CARD_GONE)
async def test_a_card_that_can_no_longer_change_is_gone(
    room: Room, carrier: TeamCarrier, root: str, error: str
) -> None:
    met = await ending(room, carrier, of_kind(room, "update_card", root), error)
    assert isinstance(met, ThreadGone)
    assert str(met) == error


@pytest.mark.parametrize("error", THREAD_GONE)
@pytest.mark.parametrize("kind", ["line", "transcript", "call"])
async def test_a_thread_that_takes_no_more_is_gone(
    room: Room, carrier: TeamCarrier, root: str, error: str, kind: str
) -> None:
    assert isinstance(await ending(room, carrier, of_kind(room, kind, root), error), ThreadGone)


async def test_where_edits_close_at_once_the_card_stays_as_it_is_rather_than_being_posted_ever_anew(
    room: Room, carrier: TeamCarrier, root: str
) -> None:
    made = of_kind(room, "update_card", root)
    young = replace(made, attempted_at=int(float(root) * 1000) + EDITABLE_MS - 1)
    met = await ending(room, carrier, young, "edit_window_closed")
    assert isinstance(met, Refused)
    assert isinstance(await ending(room, carrier, made, "edit_window_closed"), ThreadGone)


@pytest.mark.parametrize("kind", ["mark", "retell"])
@pytest.mark.parametrize("error", [*CARD_GONE, *METADATA, *UNFORESEEN])
async def test_a_line_that_cannot_be_changed_is_refused_and_no_more(
    room: Room, carrier: TeamCarrier, root: str, error: str, kind: str
) -> None:
    met = await ending(room, carrier, of_kind(room, kind, root), error)
    assert isinstance(met, Refused)
    assert met.code == error


@pytest.mark.parametrize("error", METADATA)
@pytest.mark.parametrize("kind", ["line", "open_thread"])
async def test_metadata_that_is_refused_is_left_out_and_the_post_is_found_all_the_same(
    room: Room, carrier: TeamCarrier, root: str, error: str, kind: str
) -> None:
    room.slack.wire.plan("chat.postMessage", Fault(answer=refusal(error)))
    made = job(room, kind, CARD if kind == "open_thread" else LINE, "" if kind == "open_thread" else root)
    assert await carrier.look_up(made) is Look.ABSENT
    ts = await carrier.carry(made)
    posted = last(room)
    assert posted.metadata is None
    assert "Et mon colis ?" in str(posted.blocks) or buttons(posted)
    assert await carrier.look_up(made) == ts
    assert await carrier.look_up(replace(made, id="01OTHER")) is Look.ABSENT


async def test_words_without_metadata_and_without_layout_leave_the_sentence_and_are_found(
    room: Room, carrier: TeamCarrier, root: str
) -> None:
    refused = [Fault(answer=refusal(error)) for error in ("metadata_too_large", "invalid_blocks")]
    room.slack.wire.plan("chat.postMessage", *refused)
    made = job(room, "line", LINE, root)
    ts = await carrier.carry(made)
    assert last(room).text.startswith(SENTENCE)
    assert await carrier.look_up(made) == ts


@pytest.mark.parametrize("error", UNFORESEEN)
async def test_a_word_nobody_foresaw_leaves_the_words_in_plain_text_or_the_sentence(
    room: Room, carrier: TeamCarrier, root: str, error: str
) -> None:
    made = of_kind(room, "line", root)
    for times, shown in ((1, "Marie Dupont"), (2, SENTENCE)):
        room.slack.wire.plan("chat.postMessage", *[Fault(answer=refusal(error))] * times)
        await carrier.carry(made)
        assert last(room).text.startswith(shown)
        assert not room.api.trouble


@pytest.mark.parametrize("error", [*UNFORESEEN, "msg_too_long"])
async def test_what_slack_takes_in_no_form_waits_and_an_operator_is_told_until_it_worked(
    room: Room, carrier: TeamCarrier, root: str, error: str
) -> None:
    room.slack.wire.plan("chat.postMessage", *[Fault(answer=refusal(error))] * 3)
    with pytest.raises(Retry) as met:
        await carrier.carry(of_kind(room, "line", root))
    assert met.value.after == 60
    assert room.api.trouble == f"{error} chat.postMessage {INBOX}"
    await carrier.carry(of_kind(room, "line", root))
    assert not room.api.trouble


@pytest.mark.parametrize("error", [*UNFORESEEN, "thread_not_found"])
async def test_a_card_is_not_posted_without_its_buttons_for_what_is_not_about_them(
    room: Room, carrier: TeamCarrier, error: str
) -> None:
    met = await ending(room, carrier, job(room, "open_thread", CARD), error)
    assert isinstance(met, Retry)
    assert error in room.api.trouble
    assert room.slack.channels[INBOX].messages == []


@pytest.mark.parametrize("kind", ["open_thread", *KINDS])
async def test_what_passes_by_itself_is_tried_again_and_nobody_is_called(
    room: Room, carrier: TeamCarrier, root: str, kind: str
) -> None:
    met = await ending(room, carrier, of_kind(room, kind, root), "external_channel_migrating")
    assert isinstance(met, Retry)
    assert met.after is None
    assert not room.api.trouble


@pytest.mark.parametrize("error", [*UNFORESEEN, "invalid_blocks", "edit_window_closed"])
async def test_a_card_that_cannot_be_changed_is_told_and_holds_nothing_back(
    room: Room, carrier: TeamCarrier, root: str, error: str
) -> None:
    made = replace(of_kind(room, "update_card", root), attempted_at=int(float(root) * 1000))
    assert isinstance(await ending(room, carrier, made, error), Refused)
    assert room.api.trouble == f"{error} chat.update {INBOX}"


@pytest.mark.parametrize("error", CARD_GONE)
async def test_a_mark_whose_line_is_gone_is_nobodys_trouble(
    room: Room, carrier: TeamCarrier, root: str, error: str
) -> None:
    await ending(room, carrier, of_kind(room, "mark", root), error)
    assert not room.api.trouble


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long", "block_mismatch"])
async def test_a_layout_that_is_refused_leaves_the_words_in_plain_text(
    room: Room, carrier: TeamCarrier, root: str, error: str
) -> None:
    room.slack.wire.plan("chat.postMessage", Fault(answer=refusal(error)))
    ts = await carrier.carry(job(room, "line", LINE, root))
    posted = last(room)
    assert (posted.ts, posted.blocks, posted.thread_ts) == (ts, [], root)
    assert posted.text == "Marie Dupont (WhatsApp)\u00a0: Et mon colis ?"
    assert posted.metadata is not None
    assert room.slack.wire.count("chat.postMessage") == 3


async def test_a_text_that_is_too_long_is_shortened_above_blocks_that_say_it_all(
    room: Room, carrier: TeamCarrier, root: str
) -> None:
    room.slack.wire.plan("chat.postMessage", Fault(answer=refusal("msg_too_long")))
    await carrier.carry(job(room, "line", LINE | {"text": "mot " * 800}, root))
    posted = last(room)
    assert 900 < len(posted.text) <= 1000
    assert "mot mot" in str(posted.blocks)


async def test_words_that_slack_will_not_take_at_all_leave_a_sentence_that_says_so(
    room: Room, carrier: TeamCarrier, root: str
) -> None:
    room.slack.wire.plan("chat.postMessage", *[Fault(answer=refusal("msg_too_long"))] * 2)
    await carrier.carry(job(room, "line", LINE, root))
    assert last(room).text.startswith(SENTENCE)


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_too_long"])
async def test_a_card_is_never_updated_without_its_blocks(
    room: Room, carrier: TeamCarrier, root: str, error: str
) -> None:
    met = await ending(room, carrier, of_kind(room, "update_card", root), error)
    assert isinstance(met, Refused)
    assert room.slack.wire.count("chat.update") == 1
    shown = [each.action_id for each in buttons(room.slack.channels[INBOX].messages[0])]
    assert shown == ["claim", "open_reply", "open_note", "motive"]


async def test_a_mark_keeps_the_words_the_blocks_and_the_metadata_of_its_line(
    room: Room, carrier: TeamCarrier, root: str
) -> None:
    said = LINE | {"mark": "agent", "who": "Léa", "text": "Bonjour Marie"}
    ts = await carrier.carry(job(room, "line", said, root))
    before = last(room).text
    for known, shown in [("sent", "✓ envoyé"), ("read", "✓✓ lu"), ("unknown", "❔ remise incertaine")]:
        marked = job(room, "mark", said | {"delivery": known, "reference": ts}, root, id="01MARK")
        assert await carrier.carry(marked) == ts
        assert last(room).text == before
        assert shown in str(last(room).blocks[-1])
    lost = {"delivery": "failed", "why": "Le client <a> bloqué", "reference": ts}
    await carrier.carry(job(room, "mark", said | lost, root, id="01MARK"))
    assert "*non remis.* Le client &lt;a&gt; bloqué" in str(last(room).blocks[-1])
    metadata = last(room).metadata
    assert metadata is not None
    assert metadata["event_payload"] == {"outbox_id": "01JOB"}
    arguments = room.slack.wire.calls[-1].arguments
    assert {"text", "blocks", "ts", "channel"} == set(arguments)


async def test_a_line_that_calls_the_team_is_seen_in_the_channel_too(
    room: Room, carrier: TeamCarrier, root: str
) -> None:
    await carrier.carry(job(room, "line", {"mark": "fact", "text": "rouverte", "calls_team": True}, root))
    assert last(room).reply_broadcast
    await carrier.carry(job(room, "line", {"mark": "fact", "text": "rouverte"}, root))
    assert not last(room).reply_broadcast
