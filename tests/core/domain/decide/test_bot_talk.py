"""The bot's own talk: greeting, bursts, the three outcomes of a search, and whether the answer helped."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.asked import Asked, Judged
from core.domain.channel import Media
from core.domain.conversation import Ending, Status, Step
from core.domain.customer import Customer
from core.domain.decide.bot_talk import READ_CHARACTERS
from core.domain.decide.qualify import REQUEST_CHARACTERS
from core.domain.effects import Record, ToCustomer
from core.domain.events import TimerKind
from core.domain.knowledge import NOTHING_FOUND
from tests.core.domain.decide.scene import (
    BURST,
    KNOWN,
    MONDAY,
    UNKNOWN,
    UNSURE,
    Scene,
    at,
    knowledge,
    shipped,
    shown,
)

GREETING = ["greeting.first", "greeting.privacy"]


def without_burst() -> Scene:
    timers = replace(shipped().timers, burst=timedelta(0))
    return Scene(rules=replace(shipped(), timers=timers))


def test_the_first_words_greet_once_and_say_what_becomes_of_personal_data() -> None:
    scene = Scene()
    assert scene.says("bonjour") == [*GREETING, "greeting.invite"]
    assert scene.says("bonjour") == ["greeting.invite"]


def test_the_line_on_personal_data_holds_the_link_when_the_rules_have_one() -> None:
    scene = Scene(rules=replace(shipped(), privacy_url="https://example.org/donnees"))
    scene.says("bonjour")
    link = scene.of(ToCustomer)[0].words[1]
    assert not isinstance(link, str)
    assert (link.key, link.values["url"]) == ("greeting.privacy_link", "https://example.org/donnees")


def test_a_customer_who_comes_back_is_greeted_by_name_without_the_notice() -> None:
    scene = Scene(customer=Customer("m1", "Marie Dupont", greeted_at=MONDAY))
    assert scene.says("bonjour")[0] == "greeting.again"


def test_each_message_restarts_the_wait_up_to_fifteen_seconds() -> None:
    scene, dues = Scene(), []
    for text in ("bonjour", "alors", "voilà", "je", "vous", "écris", "pour"):
        scene.writes(text)
        dues.append(scene.timers[TimerKind.BURST] - MONDAY)
        scene.passes(timedelta(seconds=2.5))
    assert [due.total_seconds() for due in dues] == [3, 5.5, 8, 10.5, 13, 15, 15]
    assert scene.told == []


def test_a_burst_is_read_as_one_message() -> None:
    scene = Scene()
    assert scene.says("où est", "mon colis")[2:] == [*shown("suivi-commande"), "faq.helped"]
    assert scene.state.talk.question == "où est\nmon colis"


def test_a_flood_is_kept_whole_and_read_up_to_a_point_and_what_cannot_wait_is_heard_all_the_same() -> None:
    scene, sizes = Scene(), []
    for number in range(400):
        scene.writes(f"mon colis numéro {number} est encore en retard")
        assert len(scene.of(Record)) == 1
        sizes.append(len("".join(scene.state.talk.burst)))
    assert 0 < sizes[-1] == sizes[100] < READ_CHARACTERS
    scene.writes("urgent, fuite de gaz")
    assert scene.state.talk.fired is not None
    scene.writes("je veux parler à un conseiller")
    assert scene.state.status is Status.OPEN


@pytest.mark.parametrize(("before", "grows"), [(REQUEST_CHARACTERS - 1, True), (REQUEST_CHARACTERS, False)])
def test_a_request_that_is_long_grows_no_more(before: int, grows: bool) -> None:
    scene = Scene()
    scene.says("bonjour")
    scene.conversation = scene.state.but(talk=replace(scene.state.talk, question="x" * before))
    scene.says(UNKNOWN)
    assert (len(scene.state.talk.question) > before) is grows


@pytest.mark.parametrize("caption", [KNOWN, "", "oui"])
def test_pictures_sent_together_are_read_as_one_even_without_a_burst(caption: str) -> None:
    scene = without_burst()
    for number in range(10):
        scene.writes(caption if number == 0 else "", media=(Media("image"),), album="77")
        assert scene.told == []
        assert scene.timers[TimerKind.BURST] == scene.now + timedelta(seconds=1)
        scene.passes(timedelta(milliseconds=50))
    scene.passes(timedelta(seconds=1))
    scene.rings(TimerKind.BURST)
    assert len(scene.of(ToCustomer)) == 1
    assert (scene.told[-1] == "faq.helped") is (caption == KNOWN)
    assert scene.state.talk.burst == ()


def test_a_choice_under_an_album_is_made_once() -> None:
    scene = at(Step.CONFIRMING)
    for number in range(3):
        scene.writes("non" if number == 0 else "", media=(Media("image"),), album="77")
    assert scene.state.talk.step is Step.CONFIRMING
    scene.passes(BURST)
    scene.rings(TimerKind.BURST)
    assert (scene.told, scene.state.talk.step) == (["motive.guess"], Step.GUESSING)


@pytest.mark.parametrize("text", ["conseiller", "Un humain svp", "/aide", "/fin"])
def test_a_wish_for_a_person_and_commands_do_not_wait_for_the_burst(text: str) -> None:
    scene = Scene()
    scene.writes("bonjour")
    scene.writes(text)
    assert scene.told != []


def test_a_choice_does_not_wait_for_the_burst() -> None:
    scene = at(Step.MOTIVE)
    scene.writes("2")
    assert (scene.state.motive, scene.state.talk.step) == ("return", Step.BLOCKING)


def test_without_burst_fresh_facts_answer_at_once() -> None:
    scene = without_burst()
    scene.facts = {"finding": knowledge().find(KNOWN, "fr")}
    scene.writes(KNOWN)
    assert scene.told[-1] == "faq.helped"
    assert TimerKind.BURST not in scene.timers


def test_without_burst_stale_facts_are_gathered_anew() -> None:
    scene = without_burst()
    scene.facts = {"finding": None}
    scene.writes(KNOWN)
    assert (scene.told, scene.timers[TimerKind.BURST]) == ([], MONDAY)
    scene.facts = {}
    scene.rings(TimerKind.BURST)
    assert scene.told[-1] == "faq.helped"


def test_a_burst_whose_facts_are_stale_is_read_a_moment_later() -> None:
    scene = Scene(facts={"finding": None})
    scene.writes(KNOWN)
    scene.passes(BURST)
    scene.rings(TimerKind.BURST)
    assert (scene.told, scene.timers[TimerKind.BURST]) == ([], scene.now)
    assert scene.state.talk.burst == (KNOWN,)


def test_a_sure_answer_is_shown_whole_and_asks_whether_it_helped() -> None:
    scene = Scene()
    assert scene.says(KNOWN) == [*GREETING, *shown("suivi-commande"), "faq.helped"]
    message = scene.of(ToCustomer)[0]
    assert ([choice.id for choice in message.choices], message.way_out) == (["yes", "no"], True)


def test_an_unsure_answer_offers_up_to_three_and_something_else() -> None:
    scene = Scene()
    assert scene.says(UNSURE) == [*GREETING, "faq.did_you_mean"]
    offered = [choice.id for choice in scene.of(ToCustomer)[0].choices]
    assert offered == ["a:delai-livraison", "a:frais-livraison", "a:retard-livraison", "none"]


def test_no_answer_asks_for_the_motive_ten_on_the_menu() -> None:
    scene = Scene()
    assert scene.says(UNKNOWN) == [*GREETING, "motive.ask"]
    assert len(scene.of(ToCustomer)[0].choices) == 10


def test_no_answer_but_a_guess_is_one_tap_to_confirm() -> None:
    scene = Scene(facts={"finding": NOTHING_FOUND, "guess": "billing"})
    assert scene.says("Une ligne en trop") == [*GREETING, "motive.guess"]
    scene.facts = {}
    scene.says("1")
    assert scene.state.motive == "billing"


def test_other_is_no_guess_worth_confirming() -> None:
    scene = Scene(facts={"finding": NOTHING_FOUND, "guess": "other"})
    assert scene.says("Une ligne en trop") == [*GREETING, "motive.ask"]


@pytest.mark.parametrize(
    "text",
    [
        "oui",
        "Oui !",
        "1",
        "merci",
        "ok merci beaucoup",
        "parfait",
        "👍",
        "oui c’est clair",
        "oui, merci",
        "yes",
    ],
)
def test_it_helped(text: str) -> None:
    scene = at(Step.CONFIRMING)
    assert scene.says(text) == ["faq.glad"]
    assert (scene.state.status, scene.state.ending) == (Status.CLOSED, Ending.ANSWERED)
    assert scene.state.talk.attempts[-1].outcome == "helped"
    assert scene.timers == {}


@pytest.mark.parametrize(
    "text",
    [
        *("non", "Non.", "2", "non merci", "pas du tout", "ça ne marche pas", "oui mais ça ne marche pas"),
        *("Cela ne répond pas à ma question", "non, ça ne m’aide pas", "it does not work", "no"),
    ],
)
def test_it_did_not_help(text: str) -> None:
    scene = at(Step.CONFIRMING)
    assert scene.says(text) == ["motive.guess"]
    assert scene.state.talk.attempts[-1].outcome == "not_helped"


@pytest.mark.parametrize(
    ("text", "article", "judged"),
    [
        ("comment faire un retour ?", "retour-article", "shown"),
        ("oui, et comment faire un retour ?", "retour-article", "shown"),
        ("oui mais je voudrais changer l’adresse de livraison", "modifier-adresse", "shown"),
        ("non, je veux changer mon adresse de livraison", "modifier-adresse", "not_helped"),
    ],
)
def test_another_question_is_answered_whatever_it_begins_with(text: str, article: str, judged: str) -> None:
    scene = at(Step.CONFIRMING)
    assert scene.says(text) == [*shown(article), "faq.helped"]
    assert [attempt.outcome for attempt in scene.state.talk.attempts] == [judged, "shown"]


TWO = "Comment annuler ma commande ? Et quels sont vos horaires ?"


@pytest.mark.parametrize(("said", "outcome"), [("oui", "helped"), ("non", "not_helped")])
def test_two_questions_get_two_answers_and_are_judged_together(said: str, outcome: str) -> None:
    scene = Scene()
    told = scene.says(TWO)
    first, second = list(shown("annuler-commande")), list(shown("horaires"))
    assert told[-len(first + second) - 1 :] == [*first, *second, "faq.both_helped"]
    assert [effect.article for effect in scene.of(ToCustomer)] == ["annuler-commande", "horaires"]
    scene.says(said)
    assert [each.outcome for each in scene.state.talk.attempts] == [outcome, outcome]
    assert {(each.article, each.verdict) for each in scene.of(Judged)} == {
        ("annuler-commande", outcome),
        ("horaires", outcome),
    }


@pytest.mark.parametrize(
    ("before", "shown_first", "left"),
    [
        ("Quels sont vos horaires ?", "horaires", "annuler-commande"),
        ("Comment annuler ma commande ?", "annuler-commande", "horaires"),
    ],
)
def test_of_two_answers_the_one_that_was_shown_before_is_left_out(
    before: str, shown_first: str, left: str
) -> None:
    scene = Scene()
    scene.says(before)
    assert scene.says(TWO) == [*shown(left), "faq.helped"]
    attempts = scene.state.talk.attempts
    assert [(each.article, each.outcome) for each in attempts] == [(shown_first, "shown"), (left, "shown")]
    assert not attempts[-1].beside
    assert [each.article for each in scene.of(Asked)] == [left]


@pytest.mark.parametrize(
    ("text", "fired"),
    [
        ("C'est urgent, mon compte est bloqué, personne ne me répond", "word"),
        ("Personne ne me répond, je vais porter plainte", "legal"),
        ("J'ai commandé il y a deux semaines et toujours pas de réponse à mes mails", None),
        ("I paid twice for this thing and nobody answers", None),
    ],
)
def test_a_request_that_also_says_that_nobody_answers_is_a_request(text: str, fired: str | None) -> None:
    scene = Scene()
    assert "status.none" not in scene.says(text)
    assert scene.state.talk.question == text
    assert scene.state.talk.options != ()
    assert (scene.state.talk.fired.kind if scene.state.talk.fired else None) == fired


@pytest.mark.parametrize("step", [Step.LISTENING, Step.CONFIRMING])
def test_that_nobody_answers_is_a_question_of_its_own_unless_something_is_urgent(step: Step) -> None:
    assert at(step).says("Personne ne me répond depuis hier") == ["status.none"]
    scene = at(Step.CONFIRMING)
    scene.says("c'est urgent", "personne ne me répond")
    assert scene.told[-1] in {"motive.guess", "motive.ask"}


@pytest.mark.parametrize("step", [Step.GUESSING, Step.MOTIVE])
def test_a_motive_told_with_the_remark_that_nobody_answers_is_taken(step: Step) -> None:
    scene = at(step)
    scene.says("une erreur sur ma facture et toujours pas de réponse")
    assert scene.state.motive == "billing"


def test_the_same_answer_is_never_given_twice() -> None:
    scene = at(Step.CONFIRMING)
    assert scene.says("mais où est mon colis") == ["motive.guess"]
    assert [attempt.outcome for attempt in scene.state.talk.attempts] == ["not_helped"]


def test_a_question_typed_just_before_the_tap_is_answered_all_the_same() -> None:
    scene = at(Step.CONFIRMING)
    scene.writes("et comment faire un retour ?")
    assert scene.taps("yes", after=1) == []
    assert scene.state.status is Status.BOT
    scene.rings(TimerKind.BURST)
    assert scene.told == [*shown("retour-article"), "faq.helped"]
    assert [attempt.outcome for attempt in scene.state.talk.attempts] == ["helped", "shown"]
