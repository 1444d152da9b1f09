"""Typography, over every catalogue: what French and English print differently."""

import re

import pytest

from tests.core.texts.reading import every_text

NBSP = "\u00a0"

FRENCH_FAULTS = {
    "a straight apostrophe": r"'",
    "a straight quotation mark": r'"',
    "an English quotation mark": r"[“”]",
    "no no-break space before a high sign": rf"[^{NBSP}][;:?!»]",
    "no no-break space after «": rf"«[^{NBSP}]",
    "a breaking space inside an hour or a duration": r"\d (?:h\b|heures?|minutes?)|\} (?:heures?|minutes?)",
    "three dots for an ellipsis": r"\.\.\.",
    "a blank before a comma or a full stop": rf"[ {NBSP}][,.](?!\w)",
    "two blanks": rf"[ {NBSP}]{{2}}",
    "a hyphen for a dash": r" - (?!\n)|--",
    "a capital without its accent": r"\b(?:A|Etes|Ecrivez|Equipe|Etat) ",
    "an amputated ligature": r"\b(?:oeuvre|coeur|soeur|voeux?)\b",
}
ENGLISH_FAULTS = {
    "a straight apostrophe": r"'",
    "a straight quotation mark": r'"',
    "a French quotation mark": r"[«»]",
    "a blank before a sign": rf"[ {NBSP}][;:?!,.](?!\w)",
    "two blanks": rf"[ {NBSP}]{{2}}",
    "three dots for an ellipsis": r"\.\.\.",
}
ADDRESS = re.compile(r"https?://\S+|`[^`]*`")


def _faults(language: str, pattern: str) -> list[tuple[str, str]]:
    texts = [(key, ADDRESS.sub("x", text)) for key, text in every_text(language)]
    return [(key, found[0]) for key, text in texts if (found := re.search(pattern, text))]


@pytest.mark.parametrize("fault", FRENCH_FAULTS)
def test_french_texts_are_free_of(fault: str) -> None:
    assert _faults("fr", FRENCH_FAULTS[fault]) == []


@pytest.mark.parametrize("fault", ENGLISH_FAULTS)
def test_english_texts_are_free_of(fault: str) -> None:
    assert _faults("en", ENGLISH_FAULTS[fault]) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_sentence_begins_with_a_capital_a_value_or_a_command(language: str) -> None:
    sections = ("thread.", "refused.", "answer.", "refuse.", "answers.", "handoff.", "status.", "resolved.")
    texts = [text for key, text in every_text(language) if key.startswith(sections)]
    assert [text for text in texts if not (text[0].isupper() or text[0] == "{")] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_refusal_always_says_what_was_done_or_what_is_next(language: str) -> None:
    says = {
        "fr": r"rien n’a été fait|rien n’est parti|Écrivez|Pour répondre|Choisissez|\?|rien à rendre",
        "en": r"nothing was|nothing to|Write:|To reply|[Cc]hoose|\?",
    }
    texts = [(key, text) for key, text in every_text(language, "team") if key.startswith("refuse.")]
    assert [key for key, text in texts if not re.search(says[language], text)] == []
