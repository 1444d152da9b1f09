"""After the hand-off: the queue, the owner, the rest after a resolution, and what re-opens it (P15, B16)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.channel import Address, Media
from core.domain.conversation import Priority, Status, Step, WaitingFor
from core.domain.effects import (
    CallOnDuty,
    MakePromise,
    Mark,
    PromiseOutcome,
    Record,
    SettlePromise,
    StopTimer,
    ToCustomer,
    ToThread,
    UpdateCard,
)
from core.domain.events import AgentReleased, AgentReplied, TimerKind
from tests.core.domain.decide.scene import (
    KNOWN,
    LEA,
    PHONE,
    TELEGRAM,
    Scene,
    at,
    claimed,
    handed_over,
    lines,
    resolved,
    shipped,
)

STICKER = (Media("sticker"),)


def outcomes(scene: Scene) -> list[PromiseOutcome]:
    return [effect.outcome for effect in scene.of(SettlePromise)]


@pytest.mark.parametrize("text", [KNOWN, "Mon adresse est 3 rue des Lilas", "bonjour", "oui", "2"])
def test_what_is_written_in_the_queue_is_filed_and_not_searched_for(text: str) -> None:
    scene = handed_over()
    scene.facts = {"finding": None, "guess": None}
    assert scene.says(text) == []
    assert [effect.words for effect in scene.of(ToThread)] == [(text,)]
    assert len(scene.of(Record)) == 1


@pytest.mark.parametrize(
    "text", ["Où en est ma demande ?", "toujours pas de réponse", "conseiller", "/start"]
)
def test_where_is_my_request_is_answered_with_the_promise(text: str) -> None:
    scene = handed_over()
    assert scene.says(text) == ["status.promised"]
    assert (scene.of(MakePromise), outcomes(scene)) == ([], [])


def test_a_promise_that_has_passed_is_replaced_by_one_that_can_be_kept() -> None:
    scene = handed_over()
    scene.passes(timedelta(hours=26))
    assert scene.says("Où en est ma demande ?") == ["status.late"]
    assert outcomes(scene) == [PromiseOutcome.LATE]
    assert scene.of(MakePromise)[0].due == scene.state.promised_for
    assert scene.says("Où en est ma demande ?") == ["status.promised"]


def test_new_words_raise_the_priority_call_the_team_and_promise_sooner() -> None:
    scene = handed_over()
    before = scene.state.promised_for
    assert scene.says("C’est urgent, tout est bloqué") == ["promise.sooner"]
    assert (scene.state.priority, len(scene.of(CallOnDuty))) == (Priority.URGENT, 1)
    assert outcomes(scene) == [PromiseOutcome.RENEGOTIATED]
    after = scene.state.promised_for
    assert before is not None
    assert after is not None
    assert after < before
    assert scene.says("C’est urgent !!!") == []
    assert scene.of(CallOnDuty) == []


def test_raised_when_the_promise_is_near_the_promise_stands() -> None:
    scene = handed_over()
    assert scene.state.promised_for is not None
    scene.now = scene.state.promised_for - timedelta(minutes=5)
    before = scene.state.promised_for
    assert scene.says("Où en est ma demande ? C’est urgent") == ["status.promised"]
    assert (scene.state.promised_for, scene.state.priority) == (before, Priority.URGENT)


def test_raised_when_the_promise_has_passed_a_new_one_is_told() -> None:
    scene = handed_over()
    scene.passes(timedelta(hours=26))
    assert scene.says("C’est urgent") == ["status.late"]
    assert (outcomes(scene), len(scene.of(MakePromise))) == ([PromiseOutcome.LATE], 1)


@pytest.mark.parametrize("text", ["ce n’est pas urgent", "rien ne presse"])
def test_negated_words_raise_nothing(text: str) -> None:
    scene = handed_over()
    assert scene.says(text) == []
    assert scene.state.priority is Priority.NORMAL


def test_a_pleasantry_in_the_queue_is_answered_once() -> None:
    scene = handed_over()
    assert (scene.says("merci"), scene.says("merci beaucoup")) == (["pleasantry.answer"], [])


def test_a_button_of_the_talk_pressed_in_the_queue_tells_the_promise() -> None:
    scene = handed_over()
    assert scene.taps("yes", "old") == ["status.promised"]
    assert (scene.of(Record), scene.thread) == ([], ["thread.told_status"])
    assert scene.taps("yes", "old", after=1) == []
    assert scene.taps("person", "old") == ["status.promised"]


def test_a_label_of_ours_never_raises_the_priority() -> None:
    scene = handed_over()
    scene.writes("Oui, c’est bloquant", tap=None)
    assert scene.state.priority is Priority.URGENT
    scene = handed_over()
    scene.taps("yes", "old")
    assert scene.state.priority is Priority.NORMAL


def test_a_contact_shared_late_is_kept_thanked_and_shown_on_the_card() -> None:
    scene = handed_over(channel=TELEGRAM)
    assert scene.says("", phone=PHONE, shared_phone=True) == ["identity.thanks"]
    assert (scene.customer.phone, scene.of(ToThread)) == (PHONE, [])
    assert scene.of(UpdateCard) != []


@pytest.mark.parametrize(
    "text", [KNOWN, "merci", "conseiller", "Où en est ma demande ?", "C’est urgent", "bonjour", "/start"]
)
def test_the_bot_is_mute_once_somebody_owns_it(text: str) -> None:
    scene = claimed()
    assert scene.says(text) == []
    assert scene.of(ToThread)[0].words == (text,)


def test_an_owner_is_told_when_it_becomes_urgent_and_nobody_else_is_called() -> None:
    scene = claimed()
    scene.says("C’est urgent")
    assert [line.mentions for line in lines(scene, Mark.ALARM)] == [(LEA.id,)]
    assert (scene.of(CallOnDuty), scene.state.priority) == ([], Priority.URGENT)


def test_the_owner_is_named_when_it_is_their_turn_again_and_only_then() -> None:
    scene = claimed()
    scene.hears(AgentReplied(LEA, scene.state.id, "Quelle est votre commande ?"))
    mentions = []
    for text in ("merci", "La 12", "et la 13"):
        scene.says(text)
        mentions.append(scene.of(ToThread)[0].mentions)
    assert mentions == [(), (LEA.id,), ()]


@pytest.mark.parametrize(
    "text", ["D’accord", "Volontiers", "non merci", "c’est bon", "oui merci", "ok", "👍", "sure"]
)
def test_an_agreement_answers_the_owner_who_may_have_asked(text: str) -> None:
    scene = claimed()
    scene.hears(AgentReplied(LEA, scene.state.id, "Souhaitez-vous que je vous rembourse ?"))
    assert scene.says(text) == []
    assert scene.state.waiting_for is WaitingFor.US
    assert scene.state.waiting_since == scene.now
    assert scene.of(ToThread)[0].mentions == (LEA.id,)
    assert scene.of(UpdateCard) != []


@pytest.mark.parametrize(
    "text", ["merci", "merci Léa", "bonne journée", "ok merci, à bientôt", "/aide", "/langue en"]
)
def test_thanks_and_commands_make_nobody_wait(text: str) -> None:
    scene = claimed()
    scene.hears(AgentReplied(LEA, scene.state.id, "C’est fait."))
    scene.says(text)
    assert scene.state.waiting_for is WaitingFor.CUSTOMER


def test_given_back_to_the_queue_it_is_still_not_the_bots() -> None:
    scene = claimed()
    scene.hears(AgentReleased(LEA, scene.state.id))
    assert scene.says(KNOWN) == []
    assert scene.says("Où en est ma demande ?") == ["status.promised"]


@pytest.mark.parametrize(
    "thanks", ["merci", "Merci Léa !", "👍", "c’est bon", "D’accord", "Merci, bonne journée"]
)
def test_thanks_after_the_resolution_are_answered_once_and_open_nothing(thanks: str) -> None:
    scene = resolved()
    assert (scene.says(thanks), scene.says(thanks)) == (["pleasantry.answer"], [])
    assert (scene.state.status, scene.state.waiting_for) == (Status.RESOLVED, WaitingFor.CUSTOMER)
    assert TimerKind.CLOSE in scene.timers


@pytest.mark.parametrize(
    "text",
    [
        "merci mais ça ne marche toujours pas",
        "Merci Léa, mais ça ne marche pas",
        KNOWN,
        "conseiller",
        "bonjour",
        "Où en est ma demande ?",
        "?",
    ],
)
def test_a_request_after_the_resolution_reopens_with_one_promise_and_no_other_word(text: str) -> None:
    scene = resolved()
    assert scene.says(text) == ["reopened"]
    state = scene.state
    assert (state.status, state.owner, state.reopened) == (Status.IN_PROGRESS, LEA.id, 1)
    assert [effect.due for effect in scene.of(MakePromise)] == [state.promised_for]
    assert (outcomes(scene), TimerKind.CLOSE in scene.timers) == ([], False)
    assert [line.mentions for line in scene.of(ToThread)] == [(), (LEA.id,)]
    assert scene.says("vous êtes là ?") == []


def test_a_photo_reopens_and_a_sticker_does_not() -> None:
    scene = resolved()
    assert scene.says(media=STICKER) == []
    assert scene.state.status is Status.RESOLVED
    assert scene.says(media=(Media("image"),)) == ["reopened"]


def test_an_old_button_or_a_contact_after_the_resolution_reopens_nothing() -> None:
    scene = resolved(channel=TELEGRAM)
    assert scene.taps("yes", "old") == ["menu.outdated"]
    assert scene.taps("yes", "old", after=1) == []
    assert scene.says("", phone=PHONE, shared_phone=True) == []
    assert (scene.state.status, scene.state.waiting_for) == (Status.RESOLVED, WaitingFor.CUSTOMER)
    assert scene.taps("person", "old") == ["reopened"]


def test_a_reopening_in_urgent_words_promises_the_urgent_delay() -> None:
    plain, urgent = resolved(), resolved()
    plain.says("ça recommence")
    urgent.says("ça recommence, c’est urgent")
    assert urgent.told == plain.told == ["reopened"]
    assert urgent.state.promised_for is not None
    assert plain.state.promised_for is not None
    assert urgent.state.promised_for < plain.state.promised_for


def test_a_request_that_was_called_out_once_is_not_called_out_again_when_reopened() -> None:
    scene = resolved("incident")
    scene.says("ça recommence, c’est urgent")
    assert (scene.of(CallOnDuty), scene.state.priority) == ([], Priority.URGENT)


def test_reopened_after_a_late_promise_it_has_one_new_promise() -> None:
    scene = handed_over()
    scene.passes(timedelta(hours=30))
    scene.says("/fin")
    assert outcomes(scene) == [PromiseOutcome.LATE]
    scene.says("en fait non, j’attends toujours mon colis")
    assert (scene.told, outcomes(scene), len(scene.of(MakePromise))) == (["reopened"], [], 1)
    assert (scene.state.status, scene.state.owner) == (Status.OPEN, "")


def test_no_timer_of_the_bot_is_left_after_the_hand_off() -> None:
    scene = at(Step.CONFIRMING)
    scene.writes("encore un mot")
    scene.writes("conseiller")
    assert {effect.kind for effect in scene.of(StopTimer)} >= {TimerKind.BURST, TimerKind.BOT_SILENCE}
    assert scene.timers == {}


def test_replies_of_the_bot_in_the_queue_go_where_the_customer_wrote_last() -> None:
    scene = handed_over()
    elsewhere = Address("telegram", "700")
    scene.says("Où en est ma demande ?", address=elsewhere)
    assert [message.address for message in scene.of(ToCustomer)] == [elsewhere]
    assert scene.of(UpdateCard) != []


def test_replies_stay_where_the_conversation_began_when_the_rules_say_so() -> None:
    scene = handed_over(rules=replace(shipped(), reply_on_latest=False))
    scene.says("Où en est ma demande ?", address=Address("telegram", "700"))
    assert [message.address.channel for message in scene.of(ToCustomer)] == ["whatsapp"]
