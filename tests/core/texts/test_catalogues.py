"""The catalogues hold together: with each other, and with the code that names their keys."""

import re

import pytest

from core.texts import CATALOGUES, LANGUAGES, catalogue
from tests.core.texts.keys_in_code import calls, constants, is_named
from tests.core.texts.reading import TONES, keys_of, placeholders, sections

FRENCH = catalogue("fr")
SECTIONS = {key.split(".")[0].split("@")[0] for key in FRENCH}
PREFIXES = ("", "card.", "line.")
"""Rooms that write one section only put its name before every key themselves."""


@pytest.mark.parametrize("name", CATALOGUES)
@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_the_same_keys_in_the_same_order(name: str, language: str) -> None:
    assert keys_of(name, "fr") == keys_of(name, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_hides_a_key_of_another(language: str) -> None:
    keys = [key for name in CATALOGUES for key in keys_of(name, language)]
    assert sorted(keys) == sorted(catalogue(language))


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_the_same_placeholders(language: str) -> None:
    other = catalogue(language)
    assert {k: placeholders(t) for k, t in FRENCH.items()} == {k: placeholders(t) for k, t in other.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tone_replaces_a_plain_text_and_takes_no_other_values(language: str) -> None:
    texts = catalogue(language)
    for key in (key for key in texts if "@" in key):
        plain, tone = key.split("@")
        assert tone in TONES
        assert placeholders(texts[key]) <= placeholders(texts[plain])


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_chosen_by_a_count_and_always_have_the_general_one(language: str) -> None:
    for text in catalogue(language).values():
        if not isinstance(text, str):
            assert {"one", "other"} == set(text)
            assert "count" in placeholders(text)


def test_every_key_is_used_somewhere_in_the_code() -> None:
    unused = [key for key in FRENCH if "@" not in key and not is_named(key)]
    assert unused == []


@pytest.mark.parametrize("key", ["greeting.second", "kind.hologram", "card.status_lost", "when.yesterday"])
def test_an_invented_key_is_used_nowhere(key: str) -> None:
    assert not is_named(key)


def test_every_key_named_in_the_code_exists() -> None:
    looks = re.compile(rf"(?:{'|'.join(sorted(SECTIONS))})\.[a-z_]+")
    named = {text for text in constants() if looks.fullmatch(text)}
    assert named - set(FRENCH) == set()


def test_every_sentence_written_outright_exists_and_is_given_all_its_values() -> None:
    checked = 0
    for call in calls():
        for key in call.keys:
            known = [prefix + key for prefix in PREFIXES if prefix + key in FRENCH]
            assert known, f"{call.place} names {key}"
            if call.names is not None:
                missing = [placeholders(FRENCH[full]) - call.names for full in known]
                assert set() in missing, f"{call.place} gives {key} too little: {missing}"
            checked += 1
    assert checked > 50


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_begins_or_ends_with_a_blank(language: str) -> None:
    for name in CATALOGUES:
        for section in sections(name, language).values():
            for text in section.values():
                for form in [text] if isinstance(text, str) else text.values():
                    assert form == form.strip() != ""
