"""The product's table of promises, from the hand-off to the words a customer reads."""

from datetime import UTC, datetime, timedelta

import pytest

from core.domain.lines import When, line
from core.domain.promises import promise_due
from core.texts import Texts
from settings import load_rules
from tests.core.texts.keys_in_code import ROOT
from tests.core.texts.reading import FOLDED, PARIS

RULES = load_rules(ROOT / "relais.toml", "C0SAV")
TEXTS = Texts(PARIS)


def paris(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


TABLE = [
    (paris(11, 23, 9), False, "aujourd'hui, 14 h"),
    (paris(11, 23, 10, 7), False, "aujourd'hui, 15 h 15"),
    (paris(11, 23, 12, 45), False, "aujourd'hui, 17 h 30"),
    (paris(11, 23, 14), False, "aujourd'hui, 18 h"),
    (paris(11, 23, 17), False, "demain, mardi, 12 h"),
    (paris(11, 27, 17, 55), False, "lundi, 14 h"),
    (paris(11, 28, 10), False, "lundi, 14 h"),
    (paris(4, 30, 17), False, "lundi 4 mai, 12 h"),
    (paris(10, 23, 17), False, "lundi, 12 h"),
    (paris(11, 23, 12, 20), True, "aujourd'hui, 13 h 50"),
]
ENGLISH = [
    (paris(11, 23, 9), False, "today, 2 pm"),
    (paris(11, 23, 10, 7), False, "today, 3:15 pm"),
    (paris(11, 23, 17), False, "tomorrow, Tuesday, 12 noon"),
    (paris(11, 27, 17, 55), False, "Monday, 2 pm"),
    (paris(4, 30, 17), False, "Monday 4 May, 12 noon"),
    (paris(11, 23, 15, 30), False, "tomorrow, Tuesday, 10:30 am"),
    (paris(11, 23, 12, 20), True, "today, 1:50 pm"),
]


def told(handed_off: datetime, language: str, *, urgent: bool) -> str:
    due = promise_due(handed_off, urgent=urgent, channel="whatsapp", team="support", rules=RULES)
    return TEXTS.moment(due, language, handed_off).translate(FOLDED)


@pytest.mark.parametrize(("handed_off", "urgent", "words"), TABLE)
def test_the_table_of_promises_in_french(handed_off: datetime, urgent: bool, words: str) -> None:
    assert words == told(handed_off, "fr", urgent=urgent)


@pytest.mark.parametrize(("handed_off", "urgent", "words"), ENGLISH)
def test_the_table_of_promises_in_english(handed_off: datetime, urgent: bool, words: str) -> None:
    assert words == told(handed_off, "en", urgent=urgent)


def test_hours_hold_together_on_the_screen() -> None:
    due = promise_due(paris(11, 23, 10, 7), urgent=False, channel="telegram", team=None, rules=RULES)
    assert TEXTS.moment(due, "fr", paris(11, 23, 10, 7)) == "aujourd’hui, 15\u00a0h\u00a015"


def test_the_first_of_the_month_is_said_as_the_french_say_it() -> None:
    assert TEXTS.moment(paris(12, 1, 9), "fr", paris(11, 23, 9)) == "mardi 1er décembre, 9\u00a0h"
    assert TEXTS.moment(paris(12, 1, 9), "en", paris(11, 23, 9)) == "Tuesday 1 December, 9 am"


def test_minutes_have_two_figures_and_hours_one() -> None:
    assert TEXTS.moment(paris(11, 23, 9, 5), "fr", paris(11, 23, 8)) == "aujourd’hui, 9\u00a0h\u00a005"
    assert TEXTS.moment(paris(11, 23, 9, 5), "en", paris(11, 23, 8)) == "today, 9:05 am"


def test_midnight_and_noon_cannot_be_taken_for_one_another() -> None:
    night, noon = paris(11, 24, 0), paris(11, 24, 12)
    now = paris(11, 23, 23, 30)
    assert [TEXTS.moment(at, "en", now) for at in (night, noon)] == [
        "tomorrow, Tuesday, 12 midnight",
        "tomorrow, Tuesday, 12 noon",
    ]
    assert TEXTS.moment(night, "fr", now) == "demain, mardi, 0\u00a0h"


@pytest.mark.parametrize(
    ("language", "due", "words"),
    [
        ("fr", paris(11, 23, 14), "au plus tard aujourd'hui, 14 h"),
        ("fr", paris(11, 24, 11, 30), "d'ici demain, mardi, 11 h 30"),
        ("fr", paris(11, 26, 9), "d'ici jeudi, 9 h"),
        ("fr", paris(11, 27, 9), "d'ici vendredi 27 novembre, 9 h"),
        ("en", paris(11, 23, 14), "by today, 2 pm"),
        ("en", paris(11, 24, 11, 30), "by tomorrow, Tuesday, 11:30 am"),
    ],
)
def test_by_when(language: str, due: datetime, words: str) -> None:
    assert words == TEXTS.when(due, language, paris(11, 23, 9)).translate(FOLDED)


def test_a_moment_is_told_in_the_zone_of_the_service_whatever_zone_it_comes_in() -> None:
    due, now = paris(11, 24, 0, 30).astimezone(UTC), paris(11, 23, 9).astimezone(UTC)
    assert TEXTS.moment(due, "fr", now) == "demain, mardi, 0\u00a0h\u00a030"


def test_a_promise_inside_a_sentence_is_seen_from_the_moment_of_writing() -> None:
    words = (line("reopened", when=When(paris(11, 24, 9))),)
    evening, morning = paris(11, 23, 17), paris(11, 24, 8)
    assert "d’ici demain, mardi, 9" in TEXTS.write(words, "fr", evening)
    assert "au plus tard aujourd’hui, 9" in TEXTS.write(words, "fr", morning)


@pytest.mark.parametrize(
    ("span", "french", "english"),
    [
        (timedelta(hours=72), "72 heures", "72 hours"),
        (timedelta(hours=1), "1 heure", "1 hour"),
        (timedelta(minutes=90), "90 minutes", "90 minutes"),
        (timedelta(minutes=1), "1 minute", "1 minute"),
        (timedelta(0), "0 minute", "0 minutes"),
    ],
)
def test_durations_agree_in_number(span: timedelta, french: str, english: str) -> None:
    assert TEXTS.duration(span, "fr").translate(FOLDED) == french
    assert TEXTS.duration(span, "en").translate(FOLDED) == english
