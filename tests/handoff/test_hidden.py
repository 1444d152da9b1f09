"""Verbs as the eye sees them: what was meant as one, and what must not leave because it holds one."""

import pytest

from handoff.hidden import hides_a_verb, holds_a_command, looks_called


@pytest.mark.parametrize(
    "text",
    [
        *("/reply bonjour", "/sav aide", "/aide", "!r bonjour", "!Résoudre fait", "*!r* bonjour"),
        *("Bonjour Marie\n!note client pénible", "Bonjour\n\n  /note client pénible", "Bonjour\n> !r fin"),
    ],
)
def test_words_that_hold_a_command_are_recognised(text: str) -> None:
    assert holds_a_command(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "!", "!!! urgent", "tapez /fin", "/fin", "/langue en", "reply", "! r", "voir /reply ici"),
        *("Écrivez simplement :\n/aide", "Bonjour\n!!! Note", "Attention !\nNote jointe", "- /reply\nfin"),
    ],
)
def test_words_that_hold_none_are_left_alone(text: str) -> None:
    assert not holds_a_command(text)


@pytest.mark.parametrize("text", ["! r Bonjour", "!\u00a0reply Bonjour", "vu\n! r Bonjour", "*! r* Bonjour"])
def test_a_verb_that_a_phone_puts_a_space_into_is_seen(text: str) -> None:
    assert hides_a_verb(text)
    assert looks_called(text)


@pytest.mark.parametrize("text", ["! attention", "!!! r", "je tape ! r", "bravo !", "!"])
def test_punctuation_calls_nothing(text: str) -> None:
    assert not looks_called(text)
