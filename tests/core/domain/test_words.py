"""What customers' few words mean, line by line, and how far apart two words are (B16, B26)."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from core.domain.words import (
    asks_only_status,
    asks_status,
    fold,
    is_farewell,
    is_greeting,
    is_number_choice,
    is_pleasantry,
    is_thanks,
    near,
    osa_distance,
    pick,
    skips,
    tokens,
    wants_person,
    without_persons_asked,
    yes_or_no,
)
from core.domain.words_spelling import LONGEST_READ, Lookout, Vocabulary, clauses

MOTIVES = [
    "Livraison, suivi",
    "Retour, échange",
    "Facture, paiement",
    "Produit, utilisation",
    "Accès, compte",
    "Incident critique",
    "Réclamation",
    "Commercial, devis",
    "Rendez-vous",
    "Juridique, données",
]

READINGS: dict[str, Callable[[str], object]] = {
    "wants_person": wants_person,
    "is_pleasantry": is_pleasantry,
    "is_thanks": is_thanks,
    "is_farewell": is_farewell,
    "is_greeting": is_greeting,
    "is_number_choice": is_number_choice,
    "asks_status": asks_status,
    "asks_only_status": asks_only_status,
    "skips": skips,
    "yes_or_no": yes_or_no,
    "pick": lambda text: pick(text, MOTIVES),
}


def corpus() -> list[tuple[str, str, object]]:
    """Each line of the corpus: the reading, the message, the outcome."""
    lines, name, outcome = [], "", None
    for line in Path(__file__).with_name("words_corpus.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            name, written = line.strip("[]").split(" = ")
            outcome = ast.literal_eval(written)
        elif line and not line.startswith("# "):
            lines.append((name, line, outcome))
    return lines


CORPUS = corpus()


@pytest.mark.parametrize(("name", "text", "expected"), CORPUS)
def test_each_line_of_the_corpus_is_read_as_it_says(name: str, text: str, expected: object) -> None:
    assert READINGS[name](text) == expected


def test_the_corpus_is_large_and_knows_every_reading() -> None:
    assert len(CORPUS) >= 300
    assert {name for name, _, _ in CORPUS} == READINGS.keys()
    assert len({(name, text) for name, text, _ in CORPUS}) == len(CORPUS)


NAMES = ("Léa", "Jean-Pierre", "Hugo Martin")


@pytest.mark.parametrize(
    "text",
    [
        *("Merci Léa !", "merci à vous Léa, bonne journée", "thanks Lea", "Merci Léa, colis bien reçu"),
        *("Merci jean pierre", "Merci Monsieur Martin", "Thanks Hugo, parcel received", "Super LEA 👍"),
    ],
)
def test_thanks_may_name_the_people_we_named_ourselves(text: str) -> None:
    assert is_pleasantry(text, NAMES)
    assert not is_pleasantry(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Léa", "Merci Léa ?", "Merci Léa, mais ça ne marche pas", "merci Paul", "merci Léa urgent"),
        *("Léa m'a dit de rappeler", "Merci Léa, colis bien reçu mais la facture manque"),
    ],
)
def test_a_name_makes_no_courtesy_of_anything_else(text: str) -> None:
    assert not is_pleasantry(text, NAMES)


def test_a_greeting_may_name_them_too() -> None:
    assert is_greeting("Bonjour Léa", NAMES)
    assert not is_greeting("Bonjour Léa")
    assert not is_greeting("Léa", NAMES)


@pytest.mark.parametrize("text", ["", "   ", "...", "?!", "\n"])
def test_a_message_without_words_means_nothing(text: str) -> None:
    assert not any(reads(text) for reads in READINGS.values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oui", 0),
        ("non", 1),
        ("bloquant", 0),
        ("c'est pas bloquant", None),
        ("oui c'est bloquant", 0),
        ("1", 0),
        ("non merci", 1),
        ("2", 1),
    ],
)
def test_a_typed_choice_between_two_answers(text: str, expected: int | None) -> None:
    assert pick(text, ["Oui, c'est bloquant", "Non"]) == expected


def test_a_part_that_two_labels_share_is_ambiguous() -> None:
    labels = ["Suivi de colis", "Suivi de facture", "Facture"]
    assert pick("suivi", labels) is None
    assert pick("suivi facture", labels) == 1
    assert pick("facture", labels) == 2
    assert pick("factur", labels) == 2


def test_there_is_nothing_to_choose_from_an_empty_list() -> None:
    assert pick("1", []) is None
    assert pick("facture", []) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Où   EST\u00a0mon colis\u202f? ", "ou est mon colis ?"),
        ("C’est l’Œuvre d’Ægir", "c'est l'oeuvre d'aegir"),
        ("ﬁn", "fin"),
        ("Straße", "strasse"),
        ("e\u0301te\u0301", "ete"),
        ("2️⃣", "2"),
        ("caf\u200bé", "cafe"),
        ("👍🏽", "👍🏽"),
        ("ᴬ ŉ ´", "a 'n '"),
    ],
)
def test_folding_leaves_plain_small_letters(text: str, expected: str) -> None:
    assert fold(text) == expected


def test_words_are_cut_at_apostrophes_hyphens_and_signs_of_any_script() -> None:
    assert tokens("J’ai un rendez-vous_à 8h30 !") == ["j", "ai", "un", "rendez", "vous", "a", "8h30"]
    assert tokens("заказ 12") == ["заказ", "12"]
    assert tokens("👍 ...") == []


def test_clauses_keep_the_mark_that_ends_them() -> None:
    assert clauses("Urgent ? Non, merci.\nMarie") == ["urgent ?", "non,", "merci.", "marie"]
    assert clauses("?! ...") == []


@pytest.mark.parametrize(
    ("word", "target", "expected"),
    [
        ("oui", "oui", True),
        ("iou", "oui", False),
        ("ouiii", "oui", True),
        ("nom", "non", False),
        ("vide", "vite", True),
        ("urgnet", "urgent", True),
        ("urgeant", "urgent", True),
        ("urgence", "urgent", False),
        ("consieler", "conseiller", True),
        ("consilier", "conseiller", True),
        ("conseil", "conseiller", False),
        ("", "urgent", False),
    ],
)
def test_the_longer_the_word_the_more_slips_are_forgiven(word: str, target: str, expected: bool) -> None:
    assert near(word, target) is expected


letters = st.text(alphabet="abc", max_size=9)


@settings(deadline=None)
@given(a=letters, b=letters, limit=st.integers(0, 4))
def test_the_distance_is_optimal_string_alignment_up_to_its_limit(a: str, b: str, limit: int) -> None:
    assert osa_distance(a, b, limit) == min(OSA.distance(a, b), limit + 1)


@settings(deadline=None)
@given(words=st.lists(st.text(alphabet="abcd", min_size=1, max_size=9), max_size=12), token=letters)
def test_a_vocabulary_finds_exactly_the_near_words(words: list[str], token: str) -> None:
    expected = {token} if token in words else {word for word in words if len(token) > 2 and near(token, word)}
    assert set(Vocabulary(words).all_near(token)) == expected


def test_a_word_of_its_own_is_no_typo_of_another() -> None:
    assert Vocabulary(["urgent"]).find("argent") == "urgent"
    assert Vocabulary(["urgent"], frozenset({"argent"})).find("argent") is None
    assert Vocabulary(["urgent", "argent"], frozenset({"argent"})).find("argent") == "argent"


def test_what_comes_after_the_longest_message_read_is_not_looked_at() -> None:
    assert len(fold("é" * 10 * LONGEST_READ)) == LONGEST_READ
    assert not wants_person("colis " * LONGEST_READ + ". Un conseiller svp")
    assert wants_person("Un conseiller svp. " + "colis " * LONGEST_READ)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_makes_a_reading_fail_and_spaces_around_change_nothing(text: str) -> None:
    for reads in READINGS.values():
        assert reads(text) == reads(f"  {text} ")
    assert fold(fold(text)) == fold(text)


def test_a_lookout_sees_a_word_that_matters_wherever_it_stands_and_however_often() -> None:
    asked: list[str] = []

    def matters(word: str) -> bool:
        asked.append(word)
        return word == "urgent"

    lookout = Lookout(matters)
    assert not lookout.any_of(["mon", "colis"])
    assert not lookout.any_of(["colis", "mon"])
    assert sorted(asked) == ["colis", "mon"]
    assert [lookout.any_of(said) for said in (["mon", "urgent"], ["urgent"], ["urgent", "mon"])] == [True] * 3


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Un conseiller svp, où est mon colis", "un  svp, ou est mon colis"),
        ("je veux parler à votre conseiller", "je veux parler a votre "),
        ("joindre le service client", "joindre le  "),
        ("Pouvez-vous me conseiller ?", "pouvez-vous me  ?"),
        ("Votre conseiller ne répond pas", "Votre conseiller ne répond pas"),
        ("Un conseiller m'a mal parlé", "Un conseiller m'a mal parlé"),
        ("Où est mon colis ?", "Où est mon colis ?"),
    ],
)
def test_what_is_left_without_the_person_that_is_asked_for(text: str, left: str) -> None:
    assert without_persons_asked(text) == left
