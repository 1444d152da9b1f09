"""Writing lines out: languages, tones, plurals, names, and what is never read as a text of ours."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.lines import Words, line
from core.texts import MissingText, Texts, catalogue
from tests.core.texts.reading import NOW, PARIS

TEXTS = Texts(PARIS)
ANYTHING = st.text(alphabet=st.characters(codec="utf-8"))


@pytest.mark.parametrize("language", ["de", "", "EN", "fr-FR", "../fr"])
def test_a_language_without_a_catalogue_is_written_in_french(language: str) -> None:
    assert catalogue(language) == catalogue("fr")
    assert TEXTS.moment(NOW, language, NOW) == TEXTS.moment(NOW, "fr", NOW)
    assert TEXTS.said("duration.hours", language, count=0) == "0\u00a0heure"


@pytest.mark.parametrize(
    ("tone", "first"),
    [
        ("pro", "Bonjour, vous êtes bien chez Relais. Je suis l’assistant automatique."),
        ("formal", "Bonjour, vous êtes en relation avec Relais. L’assistant automatique vous répond."),
        ("warm", "Bonjour, et bienvenue chez Relais\u00a0! Je suis l’assistant automatique."),
        ("unheard of", "Bonjour, vous êtes bien chez Relais. Je suis l’assistant automatique."),
    ],
)
def test_a_tone_has_its_own_words_where_it_needs_them(tone: str, first: str) -> None:
    assert first == Texts(PARIS, tone).said("greeting.first", "fr", name="", service="Relais")
    assert Texts(PARIS, tone).said("choice.yes", "fr") == "Oui"


@pytest.mark.parametrize(
    ("language", "count", "words"),
    [
        ("fr", 0, "0 personne attend un conseiller."),
        ("fr", 1, "1 personne attend un conseiller."),
        ("fr", 2, "2 personnes attendent un conseiller."),
        ("fr", 1_000_000, "1000000 personnes attendent un conseiller."),
        ("en", 0, "0 people are waiting for an advisor."),
        ("en", 1, "1 person is waiting for an advisor."),
        ("en", 2, "2 people are waiting for an advisor."),
    ],
)
def test_plurals_follow_the_language(language: str, count: int, words: str) -> None:
    assert words == TEXTS.said("help.waiting", language, count=count)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_review_counts_in_every_number(language: str) -> None:
    for part in ("unowned", "urgent", "late", "ours", "total", "rest"):
        said = [TEXTS.said(f"backlog.{part}", language, count=count) for count in (0, 1, 7)]
        assert [str(count) in text for count, text in zip((0, 1, 7), said, strict=True)] == [True] * 3


def test_a_missing_key_and_a_missing_value_are_told_apart() -> None:
    with pytest.raises(MissingText, match=r"no\.such \(fr\)"):
        TEXTS.said("no.such", "fr")
    with pytest.raises(KeyError, match="agent"):
        TEXTS.said("claim.named", "fr")


def test_paragraphs_are_parted_by_an_empty_line_and_empty_ones_are_left_out() -> None:
    words: Words = (line("resolved.intro"), "", "  Colis renvoyé.  ", line("resolved.next_step"))
    said = TEXTS.write(words, "fr", NOW)
    next_step = "Prochaine étape\u00a0: rien de votre côté, sauf indication ci-dessus."
    assert said == f"Votre demande est résolue.\n\n  Colis renvoyé.  \n\n{next_step}"


@given(ANYTHING)
def test_what_somebody_typed_passes_untouched(typed: str) -> None:
    assert TEXTS.write((typed,), "fr", NOW) == typed
    assert TEXTS.said("claim.named", "fr", agent=typed) == f"{typed} prend votre demande en charge."
    assert TEXTS.said("thread.resolved", "en", agent="Léa", recap=typed).endswith(f"Recap sent: {typed}")


def test_a_sentence_that_begins_with_our_own_words_begins_with_a_capital() -> None:
    kind = line("kind.voice")
    assert TEXTS.said("claim.named", "fr", agent=kind) == "Message vocal prend votre demande en charge."
    assert TEXTS.said("answers.entry", "fr", customer=kind, channel="WhatsApp") == "message vocal · WhatsApp"


def test_a_sentence_that_begins_with_a_name_keeps_it_as_it_is_written() -> None:
    said = TEXTS.said("answer.noted", "fr", customer="marie-d")
    assert said == "Note ajoutée pour marie-d. Le client ne la voit pas."
    assert TEXTS.said("answer.resent", "fr", customer="marie-d") == "marie-d\u00a0: message renvoyé."


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("greeting.again", "Bonjour Marie."),
        ("handoff.confirmed", "C’est noté, Marie. Un conseiller vous répond bien."),
        ("thread.urgent", "Urgent\u00a0: Marie attend une réponse (client VIP)."),
    ],
)
def test_a_name_joins_the_sentence_it_stands_in(key: str, words: str) -> None:
    assert words == TEXTS.said(key, "fr", name="Marie", when="bien", why=line("criterion.vip"))


def test_a_service_elsewhere_tells_its_own_hour() -> None:
    said = Texts(ZoneInfo("America/Guadeloupe")).moment(NOW, "fr", NOW)
    assert said == "aujourd’hui, 5\u00a0h"
