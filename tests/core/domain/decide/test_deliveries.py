"""How deliveries ended, and timers that ring when much has happened since."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.conversation import Status, Step, Thread, WaitingFor
from core.domain.effects import (
    MOOT,
    Abandon,
    Absence,
    Mark,
    PromiseOutcome,
    RevivePromise,
    SayInWords,
    SetAbsence,
    SettlePromise,
    ToThread,
    UpdateCard,
)
from core.domain.events import (
    AgentReplied,
    AgentSettled,
    Delivered,
    DeliveryEvent,
    DeliveryReported,
    DeliveryUnknown,
    DeliveryWaits,
    NotDelivered,
    ReportStatus,
    TimerKind,
    TimerRang,
)
from core.domain.lines import Line
from core.domain.situation import Promise, Reply, SentEffect
from tests.core.domain.decide.scene import LEA, Scene, at, claimed, handed_over, keys, resolved

FAILED = DeliveryReported(ReportStatus.FAILED, "o1", reason="refused.blocked", code="63024")
Make = Callable[[], Scene]


def delivery(
    scene: Scene,
    event: DeliveryEvent,
    replies: tuple[Reply, ...] = (),
    promise: Promise | None = None,
    **effect: object,
) -> list[ToThread]:
    """The thread lines that a delivery's ending leads to."""
    row = SentEffect("o1", scene.state.id, "whatsapp", "message", text="Bonjour", is_for_customer=True)
    row = replace(row, **effect)  # type: ignore[arg-type]
    scene.facts = {"effect": row, "replies": replies, "promise": promise}
    scene.hears(event)
    return scene.of(ToThread)


@pytest.mark.parametrize("event", [NotDelivered("o1", "refused.blocked", "63024"), FAILED])
@pytest.mark.parametrize("make", [handed_over, claimed, resolved])
def test_a_failure_is_told_in_the_thread_with_the_agent_who_typed_it(
    make: Make, event: DeliveryEvent
) -> None:
    told = delivery(make(), event, agent="U0SAM")
    assert [(line.mark, line.mentions) for line in told] == [(Mark.ALARM, ("U0SAM",))]
    assert keys(told[0].words) == ["thread.failed", "Bonjour"]


@pytest.mark.parametrize("make", [handed_over, claimed, resolved])
def test_what_waits_for_somebody_to_mend_something_is_told_and_changes_nothing(make: Make) -> None:
    scene = make()
    before = replace(scene.state, version=0)
    (told,) = delivery(scene, DeliveryWaits("o1", "refused.credentials"), agent="U0SAM")
    assert (told.mark, told.mentions, keys(told.words)) == (
        Mark.ALARM,
        ("U0SAM",),
        ["thread.waits", "Bonjour"],
    )
    assert replace(scene.state, version=0) == before
    assert delivery(at(Step.CONFIRMING), DeliveryWaits("o1", "refused.credentials")) == []


def test_a_reply_that_did_not_arrive_answers_nothing_and_the_customer_still_waits() -> None:
    scene = claimed()
    scene.hears(AgentReplied(LEA, scene.state.id, "Bonjour"))
    before = scene.state.waiting_for
    delivery(scene, FAILED, (Reply(scene.now, is_lost=True),), agent=LEA.id)
    assert [before, scene.state.waiting_for] == [WaitingFor.CUSTOMER, WaitingFor.US]
    assert scene.of(UpdateCard) == [UpdateCard()]


def test_a_promise_that_a_lost_reply_had_kept_lives_again() -> None:
    scene = claimed()
    due = scene.state.promised_for
    assert due is not None
    told = scene.now
    scene.passes(timedelta(minutes=1))
    scene.hears(AgentReplied(LEA, scene.state.id, "Bonjour"))
    assert (scene.state.promised_for, scene.state.first_reply_at) == (None, scene.now)
    promise = Promise(told, due, is_settled=True)
    delivery(scene, FAILED, (Reply(scene.now, is_lost=True),), promise, agent=LEA.id)
    assert (scene.state.promised_for, scene.state.first_reply_at) == (due, None)
    assert scene.of(RevivePromise) == [RevivePromise(due)]


def test_a_failure_of_our_own_words_is_told_to_the_owner() -> None:
    assert delivery(claimed(), FAILED)[0].mentions == (LEA.id,)
    assert delivery(handed_over(), FAILED)[0].mentions == ()


def test_before_the_hand_off_there_is_no_thread_to_tell_a_failure_in() -> None:
    assert delivery(at(Step.CONFIRMING), FAILED) == []


def test_when_nobody_can_tell_whether_the_bot_was_heard_a_person_takes_over_and_decides() -> None:
    scene = at(Step.CONFIRMING)
    (asked,) = delivery(scene, DeliveryUnknown("o1"))
    assert scene.state.status is Status.OPEN
    assert (asked.mark, keys(asked.words)[0]) == (Mark.ALARM, "thread.unknown")
    assert [action.verb for action in asked.actions] == ["resend", "abandon"]


@pytest.mark.parametrize("absence", [*Absence, None])
def test_what_the_bot_may_have_said_to_who_has_left_concerns_nobody(absence: Absence | None) -> None:
    scene = at(Step.CONFIRMING)
    if absence is None:
        scene.rings(TimerKind.BOT_SILENCE)
    before = scene.state.status
    row = SentEffect("o1", scene.state.id, "whatsapp", "message", text="Bonjour", is_for_customer=True)
    scene.facts = {"effect": row, "absence": absence or ""}
    scene.hears(DeliveryUnknown("o1"))
    assert (scene.effects, scene.state.status) == ([Abandon("o1", MOOT)], before)
    assert before is (Status.BOT if absence else Status.CLOSED)


def test_a_failure_without_a_known_reason_gives_the_platforms_code() -> None:
    told = delivery(claimed(), NotDelivered("o1", "", "99"))[0].words[0]
    assert isinstance(told, Line)
    why = told.values["why"]
    assert isinstance(why, Line)
    assert (why.key, why.values["code"]) == ("refused.other", "99")


def test_an_unknown_outcome_asks_with_two_actions() -> None:
    asked = delivery(claimed(), DeliveryUnknown("o1"), agent=LEA.id)[0]
    assert [(action.verb, action.value) for action in asked.actions] == [("resend", "o1"), ("abandon", "o1")]
    assert asked.mentions == (LEA.id,)


def test_what_the_bot_said_before_the_hand_off_is_not_offered_again() -> None:
    scene = claimed()
    asked = delivery(scene, DeliveryUnknown("o1"), condition="with_bot", state="unknown")[0]
    assert [action.verb for action in asked.actions] == ["abandon"]
    assert scene.hears(AgentSettled(LEA, scene.state.id, "o1", resend=True)).refusal == "bots"
    assert scene.hears(AgentSettled(LEA, scene.state.id, "o1", resend=False)).refusal == ""


def test_what_arrives_after_its_failure_was_told_is_told_and_it_is_the_customers_turn() -> None:
    scene = claimed()
    scene.hears(AgentReplied(LEA, scene.state.id, "Bonjour"))
    written = scene.now
    scene.passes(timedelta(minutes=1))
    delivery(scene, FAILED, (Reply(written, is_lost=True),), agent=LEA.id)
    arrived = DeliveryReported(ReportStatus.DELIVERED, "o1")
    told = delivery(scene, arrived, (Reply(written, is_lost=False),), agent=LEA.id, reported="failed")
    assert keys(told[0].words) == ["thread.arrived", "Bonjour"]
    assert (scene.state.waiting_for, scene.state.first_reply_at) == (WaitingFor.CUSTOMER, written)


def test_what_arrives_after_all_kept_its_promise_when_it_was_written_in_time() -> None:
    scene = claimed()
    told, due = scene.now, scene.now + timedelta(hours=1)
    scene.passes(timedelta(minutes=1))
    scene.hears(AgentReplied(LEA, scene.state.id, "Bonjour"))
    written = scene.now
    scene.passes(timedelta(minutes=1))
    delivery(scene, FAILED, (Reply(written, is_lost=True),), Promise(told, due, is_settled=True))
    assert scene.state.promised_for == due
    scene.passes(timedelta(hours=2))
    arrived = DeliveryReported(ReportStatus.DELIVERED, "o1")
    live = Promise(told, due, is_settled=False)
    delivery(scene, arrived, (Reply(written, is_lost=False),), live, agent=LEA.id, reported="failed")
    assert scene.of(SettlePromise) == [SettlePromise(PromiseOutcome.KEPT)]


def test_the_failure_of_an_older_reply_does_not_undo_a_newer_one() -> None:
    scene = claimed()
    told = scene.now
    scene.hears(AgentReplied(LEA, scene.state.id, "premier"))
    written = scene.now
    scene.passes(timedelta(minutes=1))
    scene.hears(AgentReplied(LEA, scene.state.id, "second"))
    replies = (Reply(written, is_lost=True), Reply(scene.now, is_lost=False))
    promise = Promise(told, scene.now + timedelta(hours=1), is_settled=True)
    assert delivery(scene, FAILED, replies, promise, agent=LEA.id) != []
    assert (scene.state.waiting_for, scene.state.first_reply_at) == (WaitingFor.CUSTOMER, scene.now)
    assert scene.of(RevivePromise) == []


@pytest.mark.parametrize(("reported", "told"), [("", 1), ("sent", 1), ("delivered", 0), ("read", 0)])
def test_the_better_report_wins_over_a_later_failure(reported: str, told: int) -> None:
    assert len(delivery(claimed(), FAILED, reported=reported)) == told


@pytest.mark.parametrize(
    "event",
    [
        Delivered("o1", "SM1"),
        DeliveryReported(ReportStatus.DELIVERED, "o1"),
        DeliveryReported(ReportStatus.READ),
    ],
)
def test_good_news_changes_nothing(event: DeliveryEvent) -> None:
    scene = claimed()
    before = scene.state
    assert (delivery(scene, event), scene.decision.ignored, scene.state) == ([], True, before)


def test_the_opened_thread_is_kept_where_it_stands() -> None:
    scene = handed_over()
    delivery(scene, Delivered("o1", "171.1"), kind="open_thread", place="C0SAV", is_for_customer=False)
    assert scene.state.thread == Thread("C0SAV", "171.1")


def test_a_failure_of_the_teams_own_rows_is_not_the_customers_business() -> None:
    assert delivery(claimed(), NotDelivered("o1", "refused.other"), is_for_customer=False) == []


def closed() -> Scene:
    scene = resolved()
    scene.rings(TimerKind.CLOSE)
    return scene


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        *((make, TimerKind.BURST) for make in (handed_over, claimed, resolved, closed)),
        *((make, TimerKind.BOT_SILENCE) for make in (handed_over, claimed, resolved, closed)),
        *((make, TimerKind.CLOSE) for make in (handed_over, claimed, closed)),
        (lambda: at(Step.MOTIVE), TimerKind.CLOSE),
        (lambda: at(Step.MOTIVE), TimerKind.BURST),
    ],
)
def test_a_timer_whose_reason_is_gone_does_nothing(make: Make, kind: TimerKind) -> None:
    scene = make()
    before = scene.state
    assert (scene.rings(kind).ignored, scene.effects, scene.state) == (True, [], before)


def test_silence_is_not_rung_while_a_burst_is_pending() -> None:
    scene = at(Step.CONFIRMING)
    scene.writes("encore un mot")
    assert scene.rings(TimerKind.BOT_SILENCE).ignored


def test_a_timer_of_a_conversation_that_is_gone_does_nothing() -> None:
    scene = Scene()
    assert scene.hears(TimerRang("gone", TimerKind.CLOSE, 1)).ignored


def lost(scene: Scene, reason: str, **effect: object) -> None:
    """A message of the bot that its platform refused."""
    row = SentEffect(
        "o1", scene.state.id, "telegram", "message", text="Bonjour", is_for_customer=True, to="7"
    )
    scene.facts = {"effect": replace(row, **effect)}  # type: ignore[arg-type]
    scene.hears(NotDelivered("o1", reason, "63013"))


def test_a_menu_that_is_not_shown_is_said_in_words() -> None:
    scene = at(Step.CONFIRMING)
    lost(scene, "refused.content", has_menu=True)
    assert scene.of(SayInWords) == [SayInWords("o1")]
    assert scene.state.status is Status.BOT


def test_a_bot_that_is_not_heard_gives_the_talk_to_people_and_says_why() -> None:
    scene = at(Step.CONFIRMING)
    lost(scene, "refused.content")
    assert scene.state.status is Status.OPEN
    assert "thread.failed" in scene.thread


@pytest.mark.parametrize("reason", ["refused.no_account", "refused.window", "refused.chat_gone"])
def test_who_cannot_be_reached_is_nobodys_work(reason: str) -> None:
    scene = at(Step.CONFIRMING)
    lost(scene, reason)
    assert scene.state.status is Status.BOT
    assert [effect for effect in scene.effects if not isinstance(effect, SetAbsence)] == []


@pytest.mark.parametrize(
    ("reason", "absence"),
    [
        ("refused.blocked", Absence.BLOCKED),
        ("refused.opted_out", Absence.STOPPED),
        ("refused.no_account", Absence.UNREACHABLE),
        ("refused.chat_gone", Absence.UNREACHABLE),
        ("refused.other", None),
    ],
)
def test_a_refusal_that_says_the_door_is_shut_is_remembered(reason: str, absence: Absence | None) -> None:
    scene = claimed()
    lost(scene, reason, agent=LEA.id)
    told = [effect.why for effect in scene.of(SetAbsence)]
    assert told == ([absence] if absence else [])
