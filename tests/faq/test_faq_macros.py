"""Ready texts are found by their key and by their words, with slips (R134)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.rules import Macro
from faq.macros import MOST_FOUND, MacroFinder

MACROS = (
    Macro("photo", "Bonjour {prénom}, montrez-nous le défaut.\n\nUne image suffit."),
    Macro("etiquette-retour", "Bonjour {prénom}, collez l’étiquette jointe sur le carton."),
    Macro("merci", "Merci pour ces précisions, nous les vérifions."),
    Macro("transporteur", "Nous avons relancé le transporteur au sujet du carton."),
    Macro("refund", "Hello {first name}, your money is on its way back to your bank account."),
)
FINDER = MacroFinder(MACROS, "fr")


def keys(words: str) -> list[str]:
    return [macro.key for macro, _ in FINDER.find(words)]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("merci", "merci"),
        ("MERÇI", "merci"),
        ("mercie", "merci"),
        ("Étiquette retour", "etiquette-retour"),
        ("etiq", "etiquette-retour"),
        ("étiquete retour", "etiquette-retour"),
        ("defaut", "photo"),
        ("montré le défau", "photo"),
        ("precisons", "merci"),
        ("relancer le trasporteur", "transporteur"),
        ("bank account", "refund"),
    ],
)
def test_a_key_or_words_of_the_text_find_it_first(words: str, key: str) -> None:
    assert keys(words)[0] == key


def test_an_exact_key_comes_before_what_the_words_would_find() -> None:
    macros = (Macro("a", "Photo, photo du carton."), Macro("photo", "Montrez-nous le défaut."))
    assert [macro.key for macro, _ in MacroFinder(macros, "fr").find("photo")] == ["photo", "a"]


def test_two_keys_that_are_typed_alike_are_both_shown() -> None:
    macros = (Macro("a_b", "Oui."), Macro("a-b", "Non."))
    assert [macro.key for macro, _ in MacroFinder(macros, "fr").find("a b")] == ["a_b", "a-b"]


def test_what_the_search_finds_has_its_confidence_and_the_likeliest_is_first() -> None:
    first, second = FINDER.find("carton du transporteur")
    assert (first[0].key, second[0].key) == ("transporteur", "etiquette-retour")
    assert first[1] is not None
    assert second[1] is not None
    assert 1 > first[1] > second[1] > 0
    assert FINDER.find("merci") == [(MACROS[2], None)]


@pytest.mark.parametrize("words", ["xylophone", "{prénom}", "…", "!", "ou et de la"])
def test_what_is_like_none_finds_nothing(words: str) -> None:
    assert keys(words) == []


def test_one_that_asks_for_what_the_motive_needs_is_found_by_what_it_may_ask_for() -> None:
    macros = (Macro("infos", "Il nous manque :\n{précisions}"), Macro("merci", "Merci."))
    assert [each.key for each, _ in MacroFinder(macros, "fr", ("la date du paiement",)).find("paiment")] == [
        "infos"
    ]
    assert MacroFinder(macros, "fr").find("paiement") == []


def test_no_macros_find_nothing() -> None:
    assert MacroFinder((), "fr").find("merci") == []


def test_each_is_told_in_the_language_it_is_written_in() -> None:
    assert [FINDER.language_of(macro) for macro in MACROS] == ["fr", "fr", "fr", "fr", "en"]
    assert MacroFinder((Macro("ok", "OK."),), "en").language_of(Macro("ok", "OK.")) == "en"


@given(st.text(max_size=80))
def test_any_words_can_be_looked_for(words: str) -> None:
    found = FINDER.find(words)
    assert len(found) <= MOST_FOUND
    assert len({macro.key for macro, _ in found}) == len(found)
