"""What a customer does beside writing: a changed message, a sign, a shut door; and what a thread loses."""

from dataclasses import replace

import pytest

from core.domain.channel import Address
from core.domain.conversation import Ending, Status, Thread, WaitingFor
from core.domain.effects import (
    Absence,
    CallOnDuty,
    Condition,
    Follow,
    Mark,
    OpenThread,
    PostTranscript,
    Record,
    Revise,
    SetAbsence,
    ToCustomer,
    ToThread,
    UpdateCard,
    Withdraw,
)
from core.domain.events import (
    AgentReplied,
    AgentResolved,
    CardLost,
    CustomerEdited,
    CustomerLeft,
    CustomerReacted,
    CustomerReturned,
    NoteDeleted,
    NoteEdited,
    Quoted,
    TimerKind,
)
from tests.core.domain.decide.scene import (
    HOME,
    LEA,
    TELEGRAM,
    WHATSAPP,
    Scene,
    claimed,
    handed_over,
    lines,
    resolved,
    shipped,
)

HERE = HOME["telegram"]
STOPPING = replace(WHATSAPP, honours_stop=True)


def edited(text: str, version: int = 1) -> CustomerEdited:
    return CustomerEdited(HERE, "m7", text, version)


def test_a_message_changed_before_it_is_read_is_read_as_it_stands() -> None:
    scene = Scene(channel=TELEGRAM)
    scene.writes("Où est mon coli")
    scene.facts = {"quoted": "Où est mon coli"}
    scene.hears(edited("Où est mon colis bleu"))
    assert scene.state.talk.burst == ("Où est mon colis bleu",)
    assert scene.of(Revise) == [Revise("m7", "Où est mon colis bleu", 1)]
    assert scene.told == []


def test_a_message_changed_after_it_was_read_is_kept_and_never_read_again() -> None:
    scene = Scene(channel=TELEGRAM)
    scene.says("Où est mon colis ?")
    before = scene.state.talk
    scene.facts = {"quoted": "Où est mon colis ?"}
    scene.hears(edited("Je veux être remboursé"))
    corrected = replace(before, question="Je veux être remboursé")
    assert (scene.state.talk, scene.told) == (corrected, []), "the card will show it; the bot answers nothing"
    assert len(scene.of(Revise)) == 1


def test_the_team_reads_a_change_beside_what_stood_before() -> None:
    scene = claimed(channel=TELEGRAM)
    scene.facts = {"quoted": "le 3 mai"}
    scene.hears(edited("le 4 mai"))
    (line,) = lines(scene, Mark.CUSTOMER)
    assert (line.words, line.quoted, line.is_edit) == (("le 4 mai",), "le 3 mai", True)


def test_a_change_that_nobody_sees_is_nothing() -> None:
    scene = claimed(channel=TELEGRAM)
    scene.facts = {"quoted": "le 3 mai"}
    assert scene.hears(edited("le 3 mai")).ignored


def test_a_changed_message_may_make_a_waiting_request_urgent() -> None:
    scene = handed_over(channel=TELEGRAM)
    scene.facts = {"quoted": "Ma commande"}
    scene.hears(edited("Ma commande, c'est urgent"))
    assert scene.state.is_urgent
    assert len(scene.of(CallOnDuty)) == 1


def test_an_edit_names_the_owner() -> None:
    scene = claimed(channel=TELEGRAM)
    scene.facts = {"quoted": "le 3 mai"}
    scene.hears(edited("le 4 mai"))
    assert lines(scene, Mark.CUSTOMER)[0].mentions == (LEA.id,)


def test_asking_for_a_person_by_an_edit_hands_over() -> None:
    scene = Scene(channel=TELEGRAM)
    scene.says("Où est mon colis ?")
    scene.facts = {"quoted": "Où est mon colis ?"}
    scene.hears(edited("Où est mon colis ? Je veux parler à un conseiller"))
    assert scene.state.status is Status.OPEN
    assert scene.state.talk.question == "Où est mon colis ? Je veux parler à un conseiller"
    assert scene.told == ["handoff.confirmed"]


def test_thanks_changed_into_a_request_re_open_and_other_edits_do_not() -> None:
    scene = resolved(channel=TELEGRAM)
    scene.facts = {"quoted": "merci"}
    scene.hears(edited("merci beaucoup"))
    assert scene.state.status is Status.RESOLVED
    scene.hears(edited("merci mais le colis est toujours cassé"))
    assert (scene.state.status, scene.told) == (Status.IN_PROGRESS, ["reopened"])


def test_what_is_edited_into_what_was_not_read_yet_is_heard_as_if_written_so() -> None:
    asking = Scene(channel=TELEGRAM)
    asking.writes("Où est mon vélo ?")
    asking.facts = {"quoted": "Où est mon vélo ?"}
    asking.hears(edited("/humain"))
    assert asking.state.status is Status.OPEN
    urgent = Scene(channel=TELEGRAM)
    urgent.writes("Où est mon vélo ?")
    urgent.facts = {"quoted": "Où est mon vélo ?"}
    urgent.hears(edited("C’est urgent"))
    assert urgent.state.talk.fired is not None
    urgent.facts = {"quoted": "C’est urgent"}
    urgent.hears(edited("Où est mon vélo bleu ?", 2))
    assert urgent.state.talk.fired is None


def test_what_is_edited_into_something_urgent_is_not_left_to_silence() -> None:
    scene = Scene(channel=TELEGRAM)
    scene.says("Où est mon colis ?")
    scene.facts = {"quoted": "Où est mon colis ?"}
    scene.hears(edited("Où est mon colis ? Je vais porter plainte"))
    assert (scene.state.status, scene.told) == (Status.BOT, [])
    scene.facts = {}
    scene.rings(TimerKind.BOT_SILENCE)
    assert (scene.state.status, scene.state.is_urgent) == (Status.OPEN, True)


def test_the_card_shows_the_corrected_request() -> None:
    scene = Scene(channel=TELEGRAM)
    scene.says("Où est mon vélo 12 ?")
    scene.says("conseiller")
    assert "vélo 12" in scene.state.talk.question
    scene.facts = {"quoted": "Où est mon vélo 12 ?"}
    scene.hears(edited("Où est mon vélo 13 ?"))
    assert "vélo 13" in scene.state.talk.question
    assert scene.of(UpdateCard) == [UpdateCard()]


def test_thanks_changed_into_a_request_make_it_our_turn() -> None:
    scene = claimed(channel=TELEGRAM)
    scene.hears(AgentReplied(LEA, scene.state.id, "Mardi ?"))
    scene.facts = {"quoted": "merci"}
    scene.hears(edited("Merci beaucoup"))
    before = scene.state.waiting_for
    scene.hears(edited("Non, mercredi, c’est possible ?", 2))
    assert [before, scene.state.waiting_for] == [WaitingFor.CUSTOMER, WaitingFor.US]


def test_an_edit_of_what_was_never_received_reaches_the_team_all_the_same() -> None:
    scene = claimed(channel=TELEGRAM)
    scene.hears(edited("Mon numéro de commande est le bon"))
    (line,) = lines(scene, Mark.CUSTOMER)
    assert (line.quoted, line.is_edit) == ("", True)


def test_a_sign_is_told_to_the_team_with_what_it_stands_under() -> None:
    scene = claimed(channel=TELEGRAM)
    scene.facts = {"quoted": "Votre colis part demain."}
    scene.hears(CustomerReacted(HERE, "m3", "👍"))
    (told,) = lines(scene, Mark.FACT)
    assert (scene.thread, told.quoted) == (["thread.reacted"], "Votre colis part demain.")
    scene.facts = {}
    scene.hears(CustomerReacted(HERE, "m3", "👍"))
    assert [one.quoted for one in lines(scene, Mark.FACT)] == [""]
    assert scene.hears(CustomerReacted(HERE, "m3", "")).ignored


def test_a_sign_while_the_bot_talks_is_nothing() -> None:
    scene = Scene(channel=TELEGRAM)
    scene.says("Où est mon colis ?")
    assert scene.hears(CustomerReacted(HERE, "m3", "👍")).ignored


def test_a_shut_door_ends_the_bots_talk_and_lets_nothing_leave() -> None:
    scene = Scene(channel=TELEGRAM)
    scene.says("Où est mon colis ?")
    scene.hears(CustomerLeft(HERE))
    assert (scene.state.status, scene.state.ending) == (Status.CLOSED, Ending.ABANDONED)
    assert scene.of(Withdraw) == [Withdraw()]
    assert scene.of(SetAbsence) == [SetAbsence(HERE, Absence.BLOCKED)]
    assert scene.timers == {}


def test_a_shut_door_is_told_to_the_owner_and_so_is_its_opening() -> None:
    scene = claimed(channel=TELEGRAM)
    scene.hears(CustomerLeft(HERE))
    (alarm,) = lines(scene, Mark.ALARM)
    assert (scene.thread, alarm.mentions) == (["thread.blocked"], (LEA.id,))
    assert scene.state.status is Status.IN_PROGRESS
    scene.hears(CustomerReturned(HERE))
    assert scene.thread == ["thread.reachable"]
    assert scene.of(SetAbsence) == [SetAbsence(HERE, None)]


@pytest.mark.parametrize("absence", Absence)
def test_nothing_is_sent_to_who_wants_nothing_and_the_agent_is_told_why(absence: Absence) -> None:
    scene = claimed(channel=TELEGRAM)
    scene.facts = {"absence": absence.value}
    decision = scene.hears(AgentReplied(LEA, scene.state.id, "Bonjour"))
    assert (decision.refusal, decision.effects) == (absence.value, ())
    scene.hears(AgentResolved(LEA, scene.state.id, "Réglé."))
    assert scene.state.status is Status.RESOLVED
    assert scene.of(ToCustomer) == []
    assert scene.thread == ["thread.resolved_untold"]
    assert scene.state.first_reply_at is None


@pytest.mark.parametrize("word", ["STOP", "stop.", "Arrêt", "UNSUBSCRIBE", "Se désabonner"])
def test_stop_is_answered_once_and_ends_the_bots_talk(word: str) -> None:
    scene = Scene(channel=STOPPING)
    scene.says("Où est mon colis ?")
    assert scene.says(word) == ["stop.confirmed"]
    assert scene.state.ending is Ending.ABANDONED
    assert [type(each) for each in scene.effects if isinstance(each, Withdraw | ToCustomer | SetAbsence)] == [
        Withdraw,
        ToCustomer,
        SetAbsence,
    ]
    scene.facts = {"back_from": "stopped"}
    assert scene.says(word) == []


@pytest.mark.parametrize(
    "text", ["Stop, je veux un remboursement", "ne stop pas", "stop ?", "arrêtez tout", "le bus stop"]
)
def test_stop_inside_a_sentence_is_a_word(text: str) -> None:
    scene = Scene(channel=STOPPING)
    scene.says(text)
    assert scene.of(SetAbsence) == []
    assert scene.state.status is Status.BOT


def test_stop_is_a_word_where_the_channel_has_a_way_of_its_own() -> None:
    scene = Scene(channel=TELEGRAM)
    scene.says("STOP")
    assert scene.of(SetAbsence) == []


def test_stop_as_the_first_word_ever_opens_nothing() -> None:
    scene = Scene(channel=STOPPING)
    assert scene.says("STOP") == ["stop.confirmed"]
    assert scene.state.status is Status.CLOSED


def test_stop_with_an_agent_is_told_to_the_agent_and_leaves_the_conversation_to_them() -> None:
    scene = claimed(channel=STOPPING)
    scene.says("STOP")
    assert scene.told == ["stop.confirmed"]
    (alarm,) = lines(scene, Mark.ALARM)
    assert alarm.mentions == (LEA.id,)
    assert scene.state.status is Status.IN_PROGRESS


def test_stop_asks_for_nothing_and_start_tells_that_the_request_stands() -> None:
    scene = claimed(channel=STOPPING)
    scene.hears(AgentReplied(LEA, scene.state.id, "Bonjour"))
    scene.says("STOP")
    assert scene.state.waiting_for is WaitingFor.CUSTOMER
    scene.facts = {"back_from": "stopped"}
    assert scene.says("START") == ["stop.resumed_waiting"]
    assert [effect.condition for effect in scene.of(ToCustomer)] == [Condition.REACHABLE]
    assert scene.state.waiting_for is WaitingFor.CUSTOMER


def test_start_tells_a_time_to_whoever_was_handed_over_while_they_could_not_be_told() -> None:
    scene = Scene(channel=STOPPING, facts={"absence": "stopped"})
    scene.says("conseiller")
    assert (scene.state.status, scene.state.promised_for) == (Status.OPEN, None)
    scene.facts = {"back_from": "stopped"}
    assert scene.says("START")[-2:] == ["stop.resumed_queued", "status.promised"]
    assert scene.state.promised_for is not None


def test_start_tells_again_what_was_promised() -> None:
    scene = handed_over(channel=STOPPING)
    promised = scene.state.promised_for
    scene.says("STOP")
    scene.facts = {"back_from": "stopped"}
    assert scene.says("START") == ["stop.resumed_queued", "status.promised"]
    assert scene.state.promised_for == promised is not None


def test_start_is_answered_where_it_was_written_whatever_channel_the_team_answers_on() -> None:
    scene = handed_over(channel=STOPPING, rules=replace(shipped(), reply_on_latest=False))
    other = Address("elsewhere", "900")
    scene.facts = {"back_from": "stopped"}
    scene.says("START", address=other)
    (answer,) = scene.of(ToCustomer)
    assert (answer.address, scene.told) == (other, ["stop.resumed_waiting"])


def test_after_start_no_old_question_is_answered() -> None:
    scene = Scene(channel=STOPPING)
    scene.says("Où est mon colis ?")
    assert scene.state.talk.options
    scene.says("STOP")
    assert scene.state.talk.options == ()


def test_start_resumes_and_any_message_does() -> None:
    scene = Scene(channel=STOPPING)
    scene.says("STOP")
    scene.facts = {"back_from": "stopped"}
    assert scene.says("START") == ["stop.resumed"]
    assert scene.of(SetAbsence) == []
    invited = [effect.condition for effect in scene.of(ToCustomer)]
    assert invited == [Condition.WITH_BOT], "to invite a question is the bot's, and not beside the team"
    scene.facts = {}
    assert scene.says("start") != ["stop.resumed"], "a word like another while nothing was stopped"


def test_writing_again_after_a_stop_is_told_to_the_team() -> None:
    scene = claimed(channel=STOPPING)
    scene.says("STOP")
    scene.facts = {"back_from": "stopped"}
    scene.says("Finalement, où en est mon colis ?")
    assert scene.thread[0] == "thread.reachable"


def test_a_very_long_message_may_have_been_cut_and_the_team_is_told() -> None:
    scene = claimed(channel=replace(WHATSAPP, inbound_limit=1600))
    scene.says("a" * 1600)
    (whole,) = lines(scene, Mark.CUSTOMER)
    assert [remark.key for remark in whole.remarks] == ["thread.may_be_cut"]
    scene.says("a" * 1599)
    assert lines(scene, Mark.CUSTOMER)[-1].remarks == ()


def test_what_a_message_answers_to_stands_beside_it() -> None:
    scene = claimed(channel=TELEGRAM)
    scene.facts = {"quoted": "Votre colis part demain."}
    scene.says("Pas reçu", quoted=Quoted("m3"), reference="m9", album="a1")
    (line,) = lines(scene, Mark.CUSTOMER)
    assert (line.quoted, line.album) == ("Votre colis part demain.", "a1")
    (kept,) = scene.of(Record)
    assert (kept.reference, kept.quoted) == ("m9", "Votre colis part demain.")


def test_what_a_link_said_is_kept_with_the_conversation_it_opens() -> None:
    scene = Scene(channel=TELEGRAM)
    scene.says("/start", link="facture-mai")
    assert scene.state.origin == "facture-mai"


def test_every_version_of_a_note_is_kept() -> None:
    scene = claimed()
    scene.facts = {"quoted": "je relance"}
    scene.hears(NoteEdited(scene.state.id, "n1", "je relance demain", 5))
    assert scene.effects == [Revise("n1", "je relance demain", 5)]
    scene.facts = {"quoted": "je relance demain"}
    assert scene.hears(NoteEdited(scene.state.id, "n1", "je relance demain", 6)).ignored
    scene.hears(NoteDeleted(scene.state.id, "n1", 7))
    assert scene.effects == [Revise("n1", "", 7, is_deleted=True)]


def with_card(scene: Scene) -> Scene:
    assert scene.conversation is not None
    scene.conversation = scene.conversation.but(thread=Thread("C1", "1.1"))
    return scene


def test_a_card_that_is_gone_is_opened_anew_with_all_that_was_said() -> None:
    scene = with_card(claimed())
    scene.hears(CardLost(scene.state.id, "1.1"))
    assert [type(each) for each in scene.effects] == [OpenThread, PostTranscript, ToThread, Follow]
    assert scene.of(OpenThread) == [OpenThread("C1")]
    assert scene.state.thread is None
    assert lines(scene, Mark.FACT)[0].mentions == (LEA.id,)


def test_a_card_that_was_opened_anew_already_is_not_opened_twice() -> None:
    scene = with_card(claimed())
    assert scene.hears(CardLost(scene.state.id, "0.9")).ignored


def test_a_conversation_that_is_closed_needs_no_card() -> None:
    scene = with_card(resolved())
    assert scene.conversation is not None
    closed = scene.conversation.but(status=Status.CLOSED, closed_at=scene.now, ending=Ending.RESOLVED)
    scene.conversation, scene.last = None, closed
    assert scene.hears(CardLost(closed.id, "1.1")).ignored
