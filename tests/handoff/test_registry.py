"""The registry of verbs: how words find a verb, and what it says of each."""

import pytest

from core.texts import LANGUAGES, catalogue
from handoff.buttons import OPENING
from handoff.modals import FORMS
from handoff.registry import (
    BY_NAME,
    BY_WORD,
    COMMANDS,
    SHORTCUTS,
    UMBRELLA,
    spoken,
)


@pytest.mark.parametrize(
    ("text", "verb", "rest"),
    [
        ("repondre Bonjour Marie", "reply", "Bonjour Marie"),
        ("Répondre  Bonjour\n\nMarie ", "reply", "Bonjour\n\nMarie "),
        ("r\nBonjour", "reply", "Bonjour"),
        ("RESOUDRE", "resolve", ""),
        ("  aide", "help", ""),
        ("help", "help", ""),
        ("prendre marie-d", "claim", "marie-d"),
        ("inconnu marie", None, "inconnu marie"),
        ("r: bonjour", None, "r: bonjour"),
        ("", None, ""),
        ("  ", None, "  "),
    ],
)
def test_the_first_word_is_the_verb_and_the_rest_stays_as_typed(
    text: str, verb: str | None, rest: str
) -> None:
    command, words = spoken(text)
    assert (command.verb if command else None, words) == (verb, rest)


def test_no_word_and_no_name_means_two_verbs() -> None:
    words = [word for command in COMMANDS for word in command.words]
    names = [name for command in (*COMMANDS, UMBRELLA) for name in command.names]
    assert len(set(words)) == len(words) == len(BY_WORD)
    assert len(set(names)) == len(names) == len(BY_NAME)


def test_every_verb_has_its_sentences_in_every_language() -> None:
    for language in LANGUAGES:
        texts = catalogue(language)
        for command in (*COMMANDS, UMBRELLA):
            assert command.described in texts
            assert command.listed in texts
            assert not command.hint or command.hint in texts
            assert bool(command.hint) == command.takes


def test_forms_buttons_and_shortcuts_are_of_the_verbs_that_take_a_form() -> None:
    modal = {command.verb for command in COMMANDS if command.is_modal}
    shortcuts = {command.verb for command in SHORTCUTS.values()}
    assert modal == FORMS == set(OPENING.values()) == shortcuts - {"article"}
