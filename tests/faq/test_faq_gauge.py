"""Articles are tried on a team's evaluation file: what an addition would break there is told as well."""

from dataclasses import replace

from core.domain.knowledge import Article
from faq.asked import Asked
from faq.files import SHIPPED, read_articles
from faq.gauge import Gauge
from faq.trial import Collision, collisions, collisions_between

FRENCH = tuple(article for article in read_articles(SHIPPED) if article.language == "fr")
LOST = next(article for article in FRENCH if article.id == "suivi-commande")
ASKED = Asked("je voudrais savoir où en est mon colis", ("suivi-commande",))
SKIS = Article("skis", "fr", "Louez-vous des skis\u00a0?", ("location de skis", "skis à louer"), "Oui.")
THIEF = replace(SKIS, phrasings=(*SKIS.phrasings, ASKED.text))


def test_a_message_that_would_be_wrongly_answered_is_told_and_after_the_article_s_own_words() -> None:
    assert collisions(FRENCH, SKIS, [ASKED]) == ()
    *own, told = collisions(FRENCH, THIEF, [ASKED])
    assert told == Collision(ASKED.text, "skis", "suivi-commande", of_file=True, is_answered=True)
    assert not any(each.of_file for each in own)
    assert told.sentence == (
        f"« {ASKED.text} », of the evaluation file, is answered with skis, not suivi-commande"
    )


def test_a_message_that_nothing_answers_is_told_once_something_does() -> None:
    unanswered = Asked("où puis-je louer des skis", ())
    (told,) = collisions(FRENCH, SKIS, [unanswered, ASKED])
    assert told == Collision(unanswered.text, "skis", "", of_file=True, is_answered=True)
    assert told.sentence.endswith(", of the evaluation file, is answered with skis, where it has no answer")
    assert collisions(FRENCH, SKIS, [replace(unanswered, expected=("skis",))]) == ()


def test_what_the_file_already_had_wrong_is_not_told_unless_it_gets_worse() -> None:
    lost = Asked("location de skis", ("suivi-commande",))
    assert collisions((*FRENCH, SKIS), replace(SKIS, answer="Non."), [lost]) == ()
    (told,) = collisions(FRENCH, SKIS, [lost])
    assert (told.finds, told.is_answered) == ("skis", True)


def test_an_edit_that_takes_words_away_loses_the_messages_that_they_found() -> None:
    found = Asked("skis à louer", ("skis",))
    shorter = replace(SKIS, question="Le matériel de montagne\u00a0?", phrasings=("raquettes",))
    (told,) = collisions((*FRENCH, SKIS), shorter, [found, ASKED])
    assert (told.text, told.wanted, told.of_file) == (found.text, "skis", True)
    assert Gauge([ASKED, found]).near(shorter, SKIS) == [found]


def test_the_confidence_to_answer_from_is_the_team_s_own() -> None:
    unanswered = Asked("où puis-je louer des skis", ())
    assert collisions(FRENCH, SKIS, [unanswered], answer_from=1.0) == ()
    countered = replace(SKIS, counter_examples=("acheter des skis",))
    assert collisions(FRENCH, countered, answer_from=1.0) == ()
    assert collisions_between(FRENCH, (*FRENCH, SKIS), [unanswered], answer_from=1.0) == ()
    assert len(collisions_between(FRENCH, (*FRENCH, SKIS), [unanswered])) == 1


def test_those_that_an_article_answers_come_first_then_the_nearest_and_what_shares_no_word_is_left_out() -> (
    None
):
    messages = [
        Asked("il pleut demain", ()),
        Asked("une location", ()),
        Asked("location de skis demain", ()),
        Asked("les skis", ("skis",)),
        Asked("location de skis", (), "en"),
    ]
    gauge = Gauge(messages)
    assert gauge.near(SKIS) == [messages[3], messages[2], messages[1]]
    assert gauge.near(replace(SKIS, answer="Non."), SKIS) == []
    taught = replace(SKIS, learnt=("une location pour demain",))
    assert messages[0] in gauge.near(taught, SKIS)
    assert messages[3] not in gauge.near(taught, SKIS)
    assert len(gauge) == len(messages)


def test_slips_of_the_keyboard_are_near_too() -> None:
    slip = Asked("une locassion de skiss", ())
    assert Gauge([slip]).near(SKIS) == [slip]
    assert Gauge([]).near(SKIS) == []


def test_the_words_of_others_are_only_asked_where_an_edit_changes_words() -> None:
    """Only the answer changes: nothing that anybody asks can end otherwise."""
    seen: list[object] = []
    told = collisions(FRENCH, replace(LOST, answer="Bientôt."), [ASKED], seen=seen.append)
    assert (told, len(seen)) == ((), 1)


def test_a_phrasing_that_becomes_a_counter_example_is_tried() -> None:
    asked = Asked("location de skis", ("skis",))
    turned = replace(SKIS, phrasings=SKIS.phrasings[1:], counter_examples=(SKIS.phrasings[0],))
    assert Gauge([asked]).near(turned, SKIS) == [asked]


def test_all_that_share_a_word_are_near_however_many_they_are() -> None:
    messages = [Asked(f"location de skis numéro {number}", ()) for number in range(700)]
    assert len(Gauge(messages).near(SKIS)) == len(messages)
