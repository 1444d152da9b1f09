"""What `relais faq why` says of a message that the bot does not leave to the base."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from composition.faq_first import NO_RULES, TOLD, told_first
from core.domain.knowledge import Article, Finding, Match
from core.domain.rules import Rules
from settings import load_rules

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PARCEL = Article("suivi", "fr", "Où est ma commande\u00a0?", (), "En route.")
LOST = Article("perdu", "fr", "Mon colis est perdu", (), "Écrivez-nous.")
SCORES = (("suivi", 0.9), ("perdu", 0.1))
ANSWER = Finding(answer=Match(PARCEL, 0.9), scores=SCORES)
CHOICE = Finding(suggestions=(Match(PARCEL, 0.5), Match(LOST, 0.4)), scores=SCORES)
FOUND = (ANSWER, CHOICE, Finding())
SMALL_TALK = TOLD["pleasantry.answer"]
GREETING = TOLD["greeting.invite"]


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(Path(__file__).parents[2] / "relais.toml", "C0SAV")


@pytest.mark.parametrize("finding", FOUND)
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("merci", SMALL_TALK),
        ("ok", SMALL_TALK),
        ("👍", SMALL_TALK),
        ("bonjour", GREETING),
        ("slt", GREETING),
        ("où en est ma demande\u00a0?", TOLD["status.none"]),
        ("0123456789", TOLD["not_understood"]),
        ("/aide", TOLD["help"]),
        ("/langue", TOLD["language.how"]),
        ("/langue en", TOLD["language.set"]),
        ("fin", TOLD["closed.by_customer"]),
        ("STOP", TOLD["stop.confirmed"]),
        ("un conseiller svp", "It asks for a person: handed over at once"),
    ],
)
def test_small_talk_orders_and_wishes_are_told_whatever_the_base_holds(
    text: str, told: str, finding: Finding, rules: Rules
) -> None:
    assert told_first(text, "fr", finding, NOW, rules) == f"{told}; no article answers."
    assert told_first(text, "fr", finding, NOW, NO_RULES) == f"{told}; no article answers."


@pytest.mark.parametrize("finding", FOUND)
@pytest.mark.parametrize("text", ["bonjour, où est mon colis\u00a0?", "merci de me dire où est mon colis"])
def test_a_question_is_left_to_the_base(text: str, finding: Finding, rules: Rules) -> None:
    assert told_first(text, "fr", finding, NOW, rules) == ""


def test_a_danger_and_a_threat_are_told_by_the_words_of_the_rules(rules: Rules) -> None:
    danger = told_first("ça sent le gaz, où est mon colis", "fr", ANSWER, NOW, rules)
    assert danger == "« sent le gaz » is critical: handed over at once; no article answers."
    threat = told_first("je saisis mon avocat, où est mon colis", "fr", ANSWER, NOW, rules)
    assert threat.startswith("« mon avocat » is a threat: the motive is asked for")
    assert told_first("je saisis mon avocat", "fr", Finding(), NOW, rules) == ""  # that is what it does then


def test_without_rules_no_word_is_a_danger() -> None:
    assert told_first("ça sent le gaz", "fr", ANSWER, NOW, NO_RULES) == ""
