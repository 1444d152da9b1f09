"""What agents' acts lead to: replies, notes, resolutions, releases, motives, deliveries settled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.conversation import Mode, Priority, WaitingFor
from core.domain.effects import (
    Author,
    CallOnDuty,
    MakePromise,
    Mark,
    PromiseOutcome,
    Record,
    SettlePromise,
    ToCustomer,
    ToThread,
    UpdateCard,
)
from core.domain.events import (
    AgentChoseMotive,
    AgentClaimed,
    AgentNoted,
    AgentReleased,
    AgentReplied,
    AgentResolved,
    AgentSettled,
    TimerKind,
)
from core.domain.situation import SentEffect
from core.domain.triage import Criterion
from tests.core.domain.decide.agent_acts import (
    Make,
    act,
    closed,
    without_motive,
)
from tests.core.domain.decide.scene import (
    LEA,
    MONDAY,
    SAM,
    TELEGRAM,
    claimed,
    handed_over,
    keys,
    resolved,
)


def test_the_same_words_within_a_minute_are_asked_about_before_they_leave_again() -> None:
    scene = claimed()
    scene.facts = {"sent_before": scene.now}
    decision = scene.hears(act("reply", LEA, scene))
    assert (decision.refusal, decision.effects) == ("twice", ())
    assert scene.hears(act("reply again", LEA, scene)).refusal == ""


def test_the_same_words_confirmed_re_open_nothing_and_a_re_opening_repeats_nothing() -> None:
    scene = resolved()
    scene.facts = {"sent_before": scene.now}
    text, resolved_at = "Colis renvoyé ce matin.", scene.state.resolved_at
    to = scene.state.id
    assert scene.hears(AgentReplied(LEA, to, text, twice=True)).refusal == "reopens"
    assert scene.hears(AgentReplied(LEA, to, text, reopens=resolved_at)).refusal == "twice"
    assert scene.hears(AgentReplied(LEA, to, text, reopens=MONDAY, twice=True)).refusal == "reopens"
    assert scene.hears(AgentReplied(LEA, to, text, reopens=resolved_at, twice=True)).refusal == ""


@pytest.mark.parametrize(
    ("hours", "minutes", "refusal"), [(23, 50, ""), (23, 56, "window"), (30, 0, "window")]
)
def test_outside_the_window_a_reply_is_refused_and_not_shown_as_sent(
    hours: int, minutes: int, refusal: str
) -> None:
    scene = handed_over()
    assert scene.state.last_customer_at is not None
    scene.now = scene.state.last_customer_at + timedelta(hours=hours, minutes=minutes)
    assert scene.hears(act("reply", LEA, scene)).refusal == refusal


def test_a_claim_outside_the_window_is_made_and_not_told() -> None:
    scene = handed_over()
    scene.passes(timedelta(hours=30))
    scene.hears(act("claim", LEA, scene))
    assert (scene.state.owner, scene.told) == (LEA.id, [])


def test_without_a_window_a_reply_always_leaves() -> None:
    scene = handed_over(channel=TELEGRAM)
    scene.passes(timedelta(days=30))
    assert scene.hears(act("reply", LEA, scene)).refusal == ""


def test_a_note_yields_nothing_for_the_customer() -> None:
    scene = claimed()
    scene.hears(act("note", SAM, scene))
    assert scene.of(ToCustomer) == []
    assert scene.of(Record) == [Record(Author.NOTE, "Transporteur prévenu.", SAM.id)]
    assert [line.mark for line in scene.of(ToThread)] == [Mark.NOTE]


def test_a_note_that_stands_in_the_thread_already_is_not_written_twice() -> None:
    scene = claimed()
    scene.hears(AgentNoted(SAM, scene.state.id, "Vu.", reference="1.2"))
    assert scene.effects == [Record(Author.NOTE, "Vu.", SAM.id, reference="1.2")]


def test_a_resolution_holds_the_recap_and_how_to_come_back() -> None:
    scene = claimed()
    scene.hears(act("resolve", LEA, scene))
    assert scene.told == ["resolved.intro", "Colis renvoyé.", "resolved.next_step", "resolved.reopen"]
    state = scene.state
    assert (state.motive, state.recap, state.waiting_for) == (
        "delivery",
        "Colis renvoyé.",
        WaitingFor.CUSTOMER,
    )
    assert scene.timers == {TimerKind.CLOSE: scene.now + timedelta(hours=72)}


def test_given_back_after_a_reply_the_customer_is_told_a_new_hour() -> None:
    scene = claimed()
    scene.hears(act("reply", LEA, scene))
    scene.hears(act("release", LEA, scene))
    assert (scene.told, len(scene.of(MakePromise))) == (["status.promised"], 1)
    assert scene.state.promised_for == scene.of(MakePromise)[0].due


def test_given_back_before_any_reply_the_promise_stands() -> None:
    scene = claimed()
    before = scene.state.promised_for
    scene.hears(act("release", LEA, scene))
    assert (scene.told, scene.state.promised_for) == ([], before)


def test_given_back_after_it_became_urgent_the_team_is_called_once() -> None:
    scene, calls = claimed(), []
    scene.says("C’est urgent")
    for event in (act("release", LEA, scene), act("claim", LEA, scene), act("release", LEA, scene)):
        scene.hears(event)
        calls.append(len(scene.of(CallOnDuty)))
    assert calls == [1, 0, 0]


def test_given_back_outside_the_window_the_next_message_is_told_an_hour() -> None:
    scene = claimed()
    scene.hears(act("reply", LEA, scene))
    scene.passes(timedelta(hours=30))
    scene.hears(act("release", LEA, scene))
    assert scene.told == []
    assert (scene.says("merci"), scene.says("et mon colis ?")) == (["pleasantry.answer"], ["status.promised"])
    assert (len(scene.of(MakePromise)), scene.of(SettlePromise)) == (1, [])
    assert scene.says("je l’attends") == []


def test_a_motive_changes_the_card_and_never_the_channel() -> None:
    scene = handed_over()
    scene.hears(act("motive", SAM, scene))
    assert (scene.state.motive, scene.state.team) == ("billing", "support")
    assert scene.of(UpdateCard) != []


@pytest.mark.parametrize(("make", "calls", "told"), [(handed_over, 1, ["promise.sooner"]), (claimed, 0, [])])
def test_a_motive_that_is_always_urgent_calls_while_nobody_owns_it(
    make: Make, calls: int, told: list[str]
) -> None:
    scene = make()
    scene.hears(AgentChoseMotive(SAM, scene.state.id, "incident"))
    assert (scene.state.priority, len(scene.of(CallOnDuty)), scene.told) == (Priority.URGENT, calls, told)


def test_a_formal_motive_makes_it_a_dossier_whoever_chose_it_and_when() -> None:
    scene = claimed()
    scene.hears(AgentChoseMotive(LEA, scene.state.id, "legal"))
    assert scene.state.mode is Mode.FORMAL
    scene = without_motive()
    scene.hears(AgentResolved(LEA, scene.state.id, "Réponse envoyée.", motive="legal"))
    assert scene.state.mode is Mode.FORMAL


def test_at_rest_a_motive_is_corrected_without_alarm() -> None:
    scene = resolved()
    scene.hears(AgentChoseMotive(SAM, scene.state.id, "incident"))
    assert (scene.state.priority, scene.of(CallOnDuty), scene.told) == (Priority.NORMAL, [], [])


@pytest.mark.parametrize(("resend", "key"), [(True, "thread.resent"), (False, "thread.abandoned")])
@pytest.mark.parametrize("make", [handed_over, claimed, resolved, closed])
def test_an_unknown_delivery_is_settled_by_anyone_at_any_time(make: Make, resend: bool, key: str) -> None:
    scene = make()
    effect = SentEffect("o1", scene.state.id, "whatsapp", "message", state="unknown", is_for_customer=True)
    scene.facts = {"effect": effect}
    scene.hears(AgentSettled(SAM, scene.state.id, "o1", resend=resend))
    assert scene.thread == [key]
    for other in (replace(effect, state="sent"), replace(effect, conversation_id="another")):
        scene.facts = {"effect": other}
        assert scene.hears(AgentSettled(SAM, scene.state.id, "o1", resend=resend)).refusal == "settled"


def test_the_answer_names_the_customer() -> None:
    scene = handed_over()
    answer = scene.hears(act("claim", LEA, scene)).answer
    assert keys(answer) == ["answer.claimed"]


def test_a_motive_corrected_takes_back_the_urgency_it_had_brought() -> None:
    scene = claimed(motive="delivery")
    scene.hears(AgentChoseMotive(LEA, scene.state.id, "incident"))
    assert (scene.state.is_urgent, scene.state.criterion) == (True, Criterion("motive", "incident"))
    scene.hears(AgentChoseMotive(LEA, scene.state.id, "delivery"))
    assert (scene.state.is_urgent, scene.state.criterion) == (False, None)


def test_an_agents_next_step_is_told_in_place_of_ours() -> None:
    scene = claimed()
    scene.hears(AgentResolved(LEA, scene.state.id, "Colis renvoyé.", next_step="livraison mardi."))
    assert scene.told == ["resolved.intro", "Colis renvoyé.", "resolved.next_is", "resolved.reopen"]


def test_what_leaves_an_agents_hands_by_anothers_act_is_remembered() -> None:
    scene = claimed()
    scene.hears(AgentClaimed(SAM, scene.state.id, take_over_from=LEA.id))
    assert (scene.state.lost_by, scene.state.lost_at) == (LEA.id, scene.now)
    scene.hears(AgentReleased(SAM, scene.state.id))
    assert scene.state.lost_by == LEA.id, "what one gives back oneself is not lost"


def test_the_end_that_a_customer_types_lets_a_running_promise_go() -> None:
    scene = handed_over()
    scene.says("/fin")
    assert scene.of(SettlePromise) == [SettlePromise(PromiseOutcome.RENEGOTIATED)]
    assert scene.state.first_reply_at is None
