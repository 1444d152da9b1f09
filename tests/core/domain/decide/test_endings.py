"""How talks end and are taken up again, the commands customers may type, and the language (P24, P25)."""

from datetime import timedelta

import pytest

from core.domain.conversation import Ending, Status, Step
from core.domain.customer import Customer
from core.domain.effects import CallOnDuty, MakePromise, Record, ToCustomer, ToThread
from core.domain.events import TimerKind
from core.domain.rules import Rules
from tests.core.domain.decide.scene import (
    KNOWN,
    LEA,
    MONDAY,
    TELEGRAM,
    UNKNOWN,
    Scene,
    at,
    claimed,
    handed_over,
    resolved,
    shipped,
)

DAY = timedelta(hours=24)


def ended(step: Step, **scene: object) -> Scene:
    """A talk that ended by a day of silence at a step."""
    made = at(step, **scene)
    made.passes(DAY)
    made.rings(TimerKind.BOT_SILENCE)
    return made


def answered() -> Scene:
    made = at(Step.CONFIRMING)
    made.says("oui")
    made.passes(timedelta(minutes=5))
    return made


def closed() -> Scene:
    """Resolved, and 72 hours without a word."""
    made = resolved()
    made.passes(timedelta(hours=72))
    made.rings(TimerKind.CLOSE)
    return made


@pytest.mark.parametrize(
    ("step", "ending"),
    [
        (Step.LISTENING, Ending.ABANDONED),
        (Step.CONFIRMING, Ending.UNCONFIRMED),
        (Step.CHOOSING, Ending.ABANDONED),
        (Step.GUESSING, Ending.ABANDONED),
        (Step.MOTIVE, Ending.ABANDONED),
        (Step.BLOCKING, Ending.ABANDONED),
    ],
)
def test_a_day_of_silence_ends_the_talk_without_a_word(step: Step, ending: Ending) -> None:
    scene = ended(step)
    assert (scene.told, scene.state.ending, scene.timers) == ([], ending, {})
    assert (scene.state.waiting_for, scene.state.owner) == (None, "")


@pytest.mark.parametrize("urgent", ["C'est urgent, mon vélo grince", "Mon avocat va porter plainte"])
def test_silence_after_an_urgent_word_goes_to_the_team_within_a_quarter_of_an_hour(urgent: str) -> None:
    scene = Scene()
    scene.says(urgent)
    assert scene.timers[TimerKind.BOT_SILENCE] - scene.now <= timedelta(minutes=15)
    scene.passes(timedelta(minutes=15))
    scene.rings(TimerKind.BOT_SILENCE)
    assert (scene.state.status, scene.state.is_urgent) == (Status.OPEN, True)
    assert len(scene.of(CallOnDuty)) == 1


def test_silence_after_an_urgent_question_that_was_answered_ends_the_talk() -> None:
    scene = Scene()
    scene.says(f"{KNOWN} C'est urgent")
    assert scene.told[-1] == "faq.helped"
    scene.passes(DAY)
    scene.rings(TimerKind.BOT_SILENCE)
    assert scene.state.ending is Ending.UNCONFIRMED


def test_a_time_that_cannot_be_told_is_not_promised() -> None:
    scene = at(Step.IDENTITY)
    scene.facts = {"absence": "blocked"}
    scene.passes(timedelta(minutes=15))
    scene.rings(TimerKind.BOT_SILENCE)
    assert (scene.state.status, scene.state.promised_for) == (Status.OPEN, None)
    assert scene.of(MakePromise) == []


@pytest.mark.parametrize("step", [Step.CONFIRMING, Step.MOTIVE])
def test_within_72_hours_the_talk_is_taken_up_again(step: Step) -> None:
    scene = ended(step)
    before = scene.state.id
    scene.passes(timedelta(hours=71))
    scene.says("Le vélo grince encore")
    assert (scene.state.id, scene.state.status, scene.state.ending) == (before, Status.BOT, None)
    assert "greeting.again" not in scene.told


def test_after_72_hours_a_new_talk_begins_and_knows_the_past_one() -> None:
    scene = ended(Step.CONFIRMING)
    before = scene.state.id
    scene.passes(timedelta(hours=73))
    assert scene.says(KNOWN)[0] == "greeting.again"
    assert (scene.state.previous_id, scene.state.id != before) == (before, True)


@pytest.mark.parametrize("how", ["typed", "tapped"])
def test_the_question_of_yesterday_can_be_answered_today(how: str) -> None:
    scene = ended(Step.CONFIRMING)
    told = scene.says("oui") if how == "typed" else scene.taps("yes")
    assert (told, scene.state.ending) == (["faq.glad"], Ending.ANSWERED)


def test_the_blocking_question_of_yesterday_is_not_forced_on_another_message() -> None:
    scene = ended(Step.BLOCKING)
    assert scene.says("Comment faire un retour ?")[-1] == "faq.helped"


def test_a_greeting_after_a_silence_finds_the_question_still_standing() -> None:
    scene = ended(Step.BLOCKING)
    assert scene.says("bonjour") == ["blocking.ask"]


@pytest.mark.parametrize("make", [answered, closed, lambda: ended(Step.CONFIRMING)])
def test_a_pleasantry_within_a_day_of_a_closing_is_answered_once_and_opens_nothing(make) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    scene = make()
    scene.passes(timedelta(hours=23))
    assert scene.says("merci") == ["pleasantry.farewell"]
    assert len(scene.of(Record)) == 1
    assert scene.says("merci encore") == []
    assert (scene.conversation, scene.state.status) == (None, Status.CLOSED)


@pytest.mark.parametrize("text", ["Merci Léa, colis bien reçu", "D’accord", "thanks Lea"])
def test_a_courtesy_after_the_closing_is_no_question_for_the_knowledge_base(text: str) -> None:
    scene = closed()
    assert scene.says(text) == ["pleasantry.farewell"]
    assert scene.conversation is None
    scene.passes(timedelta(hours=80))
    assert scene.says(text)[-1] == "pleasantry.answer"


def test_thanks_at_rest_and_thanks_after_the_closing_are_each_answered_once() -> None:
    scene = resolved()
    assert scene.says("merci") == ["pleasantry.answer"]
    scene.passes(timedelta(hours=72))
    scene.rings(TimerKind.CLOSE)
    assert (scene.says("merci"), scene.says("merci")) == (["pleasantry.farewell"], [])


def test_a_pleasantry_a_day_later_opens_a_talk() -> None:
    scene = answered()
    scene.passes(timedelta(hours=25))
    assert scene.says("merci") == ["greeting.again", "pleasantry.answer"]
    assert scene.state.status is Status.BOT


@pytest.mark.parametrize("make", [answered, closed])
def test_what_is_written_after_a_closing_begins_a_new_conversation(make) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    scene = make()
    before = scene.state.id
    assert scene.says(KNOWN)[0] == "greeting.again"
    assert (scene.state.previous_id, scene.state.status) == (before, Status.BOT)
    assert (scene.state.handle, scene.state.owner, scene.state.reopened) == ("", "", 0)


def test_closing_72_hours_after_the_resolution_is_silent_on_every_channel() -> None:
    whatsapp = closed()
    assert (whatsapp.told, whatsapp.state.ending) == ([], Ending.RESOLVED)
    telegram = resolved(channel=TELEGRAM)
    telegram.rings(TimerKind.CLOSE)
    assert (telegram.told, telegram.state.ending) == ([], Ending.RESOLVED)


def test_closing_what_the_customer_ended_says_nothing_more() -> None:
    scene = handed_over(channel=TELEGRAM)
    scene.says("/fin")
    scene.rings(TimerKind.CLOSE)
    assert (scene.told, scene.state.ending) == ([], Ending.RESOLVED)


def test_an_old_button_after_a_closing_opens_nothing() -> None:
    scene = answered()
    assert scene.taps("yes", "old") == ["menu.outdated"]
    assert scene.taps("yes", "old", after=1) == []
    assert scene.conversation is None


def test_the_way_to_a_person_works_under_a_closed_conversation() -> None:
    scene = answered()
    assert scene.taps("person", "old") == ["greeting.again", "handoff.confirmed"]


COMMANDS = [
    (lambda: at(Step.LISTENING), "/start", ["greeting.invite"], Status.BOT),
    (lambda: at(Step.LISTENING), "/aide", ["help"], Status.BOT),
    (lambda: at(Step.LISTENING), "/nimporte", ["help"], Status.BOT),
    (lambda: at(Step.LISTENING), "/langue en", ["language.set"], Status.BOT),
    (lambda: at(Step.MOTIVE), "/langue en", ["language.set", "motive.ask"], Status.BOT),
    (lambda: at(Step.LISTENING), "/langue", ["language.how"], Status.BOT),
    (lambda: at(Step.LISTENING), "/fin", ["closed.by_customer"], Status.CLOSED),
    (lambda: at(Step.CONFIRMING), "/fin@relais_bot", ["closed.by_customer"], Status.CLOSED),
    (lambda: at(Step.CONFIRMING), "Fin.", ["closed.by_customer"], Status.CLOSED),
    (lambda: at(Step.MOTIVE), "end", ["closed.by_customer"], Status.CLOSED),
    (lambda: at(Step.LISTENING), "/langue en.", ["language.set"], Status.BOT),
    (handed_over, "/start", ["status.promised"], Status.OPEN),
    (handed_over, "/fin.", ["closed.by_customer"], Status.RESOLVED),
    (handed_over, "fin", [], Status.OPEN),
    (handed_over, "/aide", ["help"], Status.OPEN),
    (handed_over, "/langue english", ["language.set"], Status.OPEN),
    (handed_over, " /fin", ["closed.by_customer"], Status.RESOLVED),
    (claimed, "/start", [], Status.IN_PROGRESS),
    (claimed, "/help", ["help"], Status.IN_PROGRESS),
    (claimed, "/langue en", ["language.set"], Status.IN_PROGRESS),
    (claimed, "/fin", ["closed.by_customer"], Status.RESOLVED),
    (claimed, "/fin !", ["closed.by_customer"], Status.RESOLVED),
    (claimed, "fin", [], Status.IN_PROGRESS),
    (resolved, "fin", ["closed.by_customer"], Status.RESOLVED),
    (resolved, "/start", ["greeting.invite"], Status.RESOLVED),
    (resolved, "/aide", ["help"], Status.RESOLVED),
    (resolved, "/langue en", ["language.set"], Status.RESOLVED),
    (resolved, "/fin", ["closed.by_customer"], Status.RESOLVED),
    (answered, "/start", ["greeting.again", "greeting.invite"], Status.BOT),
    (answered, "/aide", ["help"], Status.CLOSED),
    (answered, "/langue en", ["language.set"], Status.CLOSED),
    (answered, "/fin", ["closed.by_customer"], Status.CLOSED),
    (answered, "fin", ["closed.by_customer"], Status.CLOSED),
]


@pytest.mark.parametrize(("make", "command", "told", "status"), COMMANDS)
def test_each_command_in_each_status(make, command: str, told: list[str], status: Status) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    scene = make()
    assert scene.says(command) == told
    assert scene.state.status is status
    assert scene.customer.language == (
        "en" if command in {"/langue en", "/langue en.", "/langue english"} else "fr"
    )


def test_fin_with_the_bot_ends_as_answered_only_when_the_answer_stands() -> None:
    endings = []
    for step in (Step.CONFIRMING, Step.GUESSING, Step.MOTIVE):
        scene = at(step)
        scene.says("/fin")
        endings.append(scene.state.ending)
    assert endings == [Ending.ANSWERED, Ending.ABANDONED, Ending.ABANDONED]


@pytest.mark.parametrize("make", [handed_over, claimed])
def test_fin_after_the_hand_off_resolves_with_other_and_tells_the_thread(make) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    scene = make(motive="")
    scene.says("/fin")
    assert (scene.state.motive, scene.state.recap) == ("other", "Clos par le client")
    owner = (LEA.id,) if scene.state.owner else ()
    assert scene.thread[-1] == "thread.closed_by_customer"
    assert scene.of(ToThread)[-1].mentions == owner
    assert TimerKind.CLOSE in scene.timers


def test_fin_while_the_phone_is_asked_removes_its_button() -> None:
    scene = at(Step.IDENTITY)
    scene.says("/fin")
    assert scene.of(ToCustomer)[0].clears_keyboard


def test_a_sentence_that_begins_with_a_slash_is_a_sentence() -> None:
    assert Scene().says("/!\\ Où est mon colis ?")[-1] == "faq.helped"
    assert Scene().says("/remboursement de ma commande")[-1] in {"faq.helped", "faq.did_you_mean"}


def test_a_stranger_who_types_a_command_first_is_greeted() -> None:
    assert Scene().says("/start") == ["greeting.first", "greeting.privacy", "greeting.invite"]


@pytest.mark.parametrize(
    ("known", "text", "hint", "language"),
    [
        ("", "Where is my parcel?", "", "en"),
        ("fr", "Where is my parcel?", "", "en"),
        ("en", "Où est mon colis ?", "", "fr"),
        ("en", "bonjour", "", "fr"),
        ("fr", "help", "", "fr"),
        ("fr", "ok", "en-US", "fr"),
        ("", "ok", "en-US", "en"),
        ("", "ok", "de", "fr"),
        ("en", "/fin", "fr", "en"),
        ("en", "/aide bonjour je suis perdu", "", "en"),
        ("", "42", "", "fr"),
    ],
)
def test_the_language_follows_what_is_written(known: str, text: str, hint: str, language: str) -> None:
    scene = Scene(customer=Customer("m1", "Marie", language=known, greeted_at=MONDAY))
    scene.writes(text, language_hint=hint)
    assert scene.customer.language == language


def test_a_menu_is_written_in_the_language_of_the_customer() -> None:
    scene = at(Step.MOTIVE)
    scene.says("/langue en")
    assert scene.state.talk.options[0].label == "Delivery, tracking"


@pytest.mark.parametrize("rules", [shipped()])
def test_every_word_of_the_bot_in_its_talk_leads_to_a_person(rules: Rules) -> None:
    scene = Scene(rules=rules)
    for text in (
        "bonjour",
        "merci",
        "Où en est ma demande ?",
        "/aide",
        "/langue",
        "/langue fr",
        KNOWN,
        "non",
        "42",
    ):
        scene.says(text)
        assert [message.way_out for message in scene.of(ToCustomer)] == [True], text
    assert at(Step.LISTENING).says(UNKNOWN) == ["motive.ask"]
