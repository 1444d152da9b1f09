"""Two ways of writing one thing read alike."""

import pytest

from faq.glued import unglued
from faq.languages import FRENCH, lexicon_of
from faq.polarity import deeds, is_wish, keeps, negated_stems, unable_stems
from faq.sounds import sound_of
from faq.words import (
    LONGEST_WORD,
    MOST_TOKENS,
    MOST_WORDS,
    detect_language,
    plain,
    words_of,
)


def _stems(text: str, language: str = "fr") -> list[str]:
    return [word.stem for word in words_of(text, language) if word.weight > 0.1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("où est mon colis", "OU EST MON COLIS"),
        ("l’œuvre", "l'oeuvre"),
        ("facture", "facture https://exemple.fr/a?b=1 moi@exemple.fr www.exemple.fr"),
        ("j'ai oublié mon mot de passe", "g oublier mon mdp"),
        ("je veux un rendez-vous", "jveu un rdv svp"),
        ("carte bancaire refusée", "CB refusée"),
        ("mon colis", "Bonjour, mon colis, merci d’avance. Cordialement, M. Dupont"),
        ("ma commande 123456", "ma commande 987654321"),
        ("résilié", "RESILIER"),
        ("est-ce que vous livrez", "vous livrez ?"),
        ("n'arrive pas à payer", "impossible payer"),
    ],
)
def test_french_variants_read_alike(one: str, other: str) -> None:
    assert set(_stems(one)) == set(_stems(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I can't log in", "i cant login"),
        ("where is your parcel", "wheres ur parcel pls"),
        ("what's the refund", "whats the refund"),
        ("it does not work", "it doesnt work"),
    ],
)
def test_english_variants_read_alike(one: str, other: str) -> None:
    assert _stems(one, "en") == _stems(other, "en")


@pytest.mark.parametrize(
    "text", ["bonjour", "Merci !!", "ok", "👍", "svp", "", "   ", "…", "hello", "Bonne journée"]
)
def test_pleasantries_hold_no_word(text: str) -> None:
    assert words_of(text, "fr") == ()


def test_an_elided_c_is_not_the_abbreviation() -> None:
    assert [word.surface for word in words_of("c'est ouvert", "fr")] == ["c", "est", "ouvert"]
    assert [word.surface for word in words_of("c ouvert", "fr")] == ["c", "est", "ouvert"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cest où linstallation", "c'est où l'installation"),
        ("jarrive pas à mabonner", "j'arrive pas à m'abonner"),
        ("quil menvoie lordinateur dun ami", "qu'il m'envoie l'ordinateur d'un ami"),
        ("je nai pas demandé, mavez débité", "je n'ai pas demandé, m'avez débité"),
        ("lempêche dimprimer", "l'empêche d'imprimer"),
    ],
)
def test_what_is_typed_without_its_apostrophe_reads_alike(typed: str, meant: str) -> None:
    assert words_of(typed, "fr") == words_of(meant, "fr")


@pytest.mark.parametrize(
    "word",
    """salle lune taille marbre sombre laverie test natation dan tou melle cil mont louvre lorient sachets
    deteint deteindre dirait tirais lavez doublait limitait meditation dentiers melissa nina""".split(),
)
def test_a_word_that_begins_like_one_is_left_as_it_is(word: str) -> None:
    assert unglued(word, "fr") == ()
    assert unglued(word, "en") == ()


def test_hardly_a_word_that_the_lexicon_does_not_know_is_taken_for_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As if it knew none of its own."""
    monkeypatch.setattr("faq.glued._is_known", lambda *_: False)
    taken = [word for word in FRENCH.dictionary if unglued(word, "fr")]
    assert "davantage" in taken
    assert len(taken) < len(FRENCH.dictionary) / 150


def test_empty_words_weigh_less_than_common_ones_and_those_less_than_others() -> None:
    empty, common, full = words_of("le jour colis", "fr")
    assert empty.weight < common.weight < full.weight


def test_a_text_is_read_up_to_a_limit() -> None:
    assert len(words_of("colis livraison " * 5000, "fr")) == MOST_WORDS
    assert len(words_of("x" * 19_999 + "a", "fr")[0].surface) <= LONGEST_WORD
    assert plain("a " * 30_000).count("a") == 10_000
    telling = " ".join(f"colis{n}a livraison" for n in range(MOST_TOKENS // 2))
    assert words_of(telling, "fr") == words_of(f"{telling} remboursement Cordialement", "fr")
    assert words_of(telling, "fr") != words_of(telling[telling.index(" ") :], "fr")


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("je ne veux pas annuler", {"annul"}),
        ("je veux annuler", set()),
        ("mon colis pas reçu", {"recevoir"}),
        ("le paiement ne passe pas", {"pass"}),
        ("j'ai plus de réseau", {"reseau"}),
        ("je veux plus de points", {"point"}),
        ("sans frais cachés", {"frais"}),
        ("je ne veux absolument pas annuler", {"annul"}),
        ("je ne veux pas que mon compte soit supprimé", {"supprim"}),
        ("je n'arrive pas à annuler", {"annul"}),
    ],
)
def test_a_negation_bears_on_its_word(text: str, negated: set[str]) -> None:
    assert negated_stems(words_of(text, "fr"), FRENCH) == negated


@pytest.mark.parametrize(
    ("text", "language", "unable"),
    [
        ("je n'arrive pas à annuler", "fr", {"annul"}),
        ("impossible d'annuler ma commande", "fr", {"annul"}),
        ("je ne peux plus annuler", "fr", {"annul"}),
        ("je ne veux pas annuler", "fr", set()),
        ("i cannot cancel my order", "en", {"cancel"}),
        ("i do not cancel my order", "en", set()),
    ],
)
def test_what_somebody_cannot_do_is_told_from_what_they_do_not_wish(
    text: str, language: str, unable: set[str]
) -> None:
    assert unable_stems(words_of(text, language), lexicon_of(language)) == unable


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("vous avez annulé ma commande", {"annul"}),
        ("vous m'avez déjà débité", {"debit"}),
        ("mon compte a été supprimé", {"supprim"}),
        ("vous avez annuler", {"annul"}),
        ("j'ai été débité", set()),
        ("j'ai déjà annulé", {"annul"}),
        ("je me suis désabonné", {"desabon"}),
        ("j'ai perdu mon mot de passe", set()),
        ("vous n'avez pas annulé", set()),
        ("vous avez un magasin", set()),
        ("annulez ma commande", set()),
    ],
)
def test_what_is_done_already_is_known(text: str, done: set[str]) -> None:
    assert deeds(words_of(text, "fr"), FRENCH) == done


@pytest.mark.parametrize(
    ("surface", "wished"),
    [
        ("livrer", True),
        ("rendre", True),
        ("recevoir", True),
        ("retractation", True),
        ("livre", False),
        ("facture", False),
        ("livraison", False),
    ],
)
def test_an_infinitive_is_told_from_what_ends_like_one(surface: str, wished: bool) -> None:
    assert is_wish(surface, FRENCH) is wished


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("finalement je garde ma commande", True),
        ("je souhaite conserver mon abonnement", True),
        ("je ne veux pas garder mon abonnement", False),
        ("je garde mon numéro si je résilie ?", False),
        ("où est mon colis", False),
    ],
)
def test_who_keeps_what_they_have_is_known(text: str, kept: bool) -> None:
    assert keeps(words_of(text, "fr"), FRENCH) is kept


def test_words_that_sound_alike_share_a_key() -> None:
    assert sound_of("resilier") == sound_of("resiliez") == sound_of("resilie")
    assert sound_of("facture") == sound_of("factures")
    assert sound_of("colis") != sound_of("compte")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("où est mon colis", "fr"),
        ("je voudrais annuler ma commande svp", "fr"),
        ("where is my parcel", "en"),
        ("I would like to cancel my order please", "en"),
        ("g pa reçu ma commande", "fr"),
        ("ok", None),
        ("12345", None),
        ("", None),
        ("colis", "fr"),
        ("Facture !", "fr"),
        ("conseiller", "fr"),
        ("humain", "fr"),
        ("invoice", "en"),
        ("Parcel?", "en"),
        ("a human", "en"),
        ("my facture", None),
        ("Hello", None),
        ("merci", "fr"),
        ("remboursement svp", "fr"),
        ("Hallo", None),
    ],
)
def test_the_language_of_a_message_is_guessed_or_left_open(text: str, language: str | None) -> None:
    assert detect_language(text) == language
