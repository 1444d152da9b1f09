"""Articles as customers read them: variables, what is left out, and hours as people say them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.customer import Customer
from core.domain.knowledge import Article
from core.domain.lines import Line
from core.domain.opening import day_line, week_line
from core.domain.rules import Delay, Macro, OpeningHours, Team
from core.domain.telling import Telling, article_words, delay_line, macro_words
from core.domain.variables import filled, left_open, lone_braces, unknown_names
from core.texts import Texts
from tests.core.domain.decide.scene import KNOWN, MONDAY, Scene, knowledge, shipped

PARIS = ZoneInfo("Europe/Paris")
DAY = ((time(9), time(12, 30)), (time(13, 30), time(18)))
MORNING = ((time(9), time(12)),)
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
MARIE = Customer("m1", "Marie Dupont")


def told(text: str, language: str = "fr", **changes: Any) -> str:  # noqa: ANN401 - fields of the telling
    telling = replace(Telling(MARIE, "whatsapp", MONDAY, shipped()), **changes)
    article = Article("a", language, "?", (), answer=text)
    words = Texts(PARIS).write(article_words(article, telling), language, MONDAY)
    return words.replace("\u00a0", " ")


def week(**days: tuple[tuple[time, time], ...]) -> OpeningHours:
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return OpeningHours(PARIS, {names.index(name): ranges for name, ranges in days.items()})


def said(line: Line | None, language: str = "fr") -> str:
    assert line is not None
    return Texts(PARIS).line(line, language, MONDAY).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("text", "with_name", "without"),
    [
        ("Bonjour {prénom}, c’est prêt.", "Bonjour Marie, c’est prêt.", "Bonjour, c’est prêt."),
        ("C’est noté, {prenom}.", "C’est noté, Marie.", "C’est noté."),
        ("{Prénom}, votre colis part.", "Marie, votre colis part.", "Votre colis part."),
        ("Merci {first_name}, à bientôt.", "Merci Marie, à bientôt.", "Merci, à bientôt."),
        ("Merci à {prénom|vous}.", "Merci à Marie.", "Merci à vous."),
        ("Merci {prénom|}.", "Merci Marie.", "Merci."),
        ("{prénom}", "Marie", ""),
    ],
)
def test_a_sentence_reads_well_with_a_name_and_without(text: str, with_name: str, without: str) -> None:
    assert told(text) == with_name
    assert told(text, customer=Customer("m1", "06 12 34 56 78")) == without


def test_hours_delay_and_service_come_from_the_rules() -> None:
    hours = "du lundi au vendredi, de 9 h à 12 h 30 et de 13 h 30 à 18 h"
    assert told("Nous répondons {horaires}.") == f"Nous répondons {hours}."
    assert told("{horaires}, c’est ouvert.") == f"D{hours[1:]}, c’est ouvert."
    assert told("Réponse sous {délai}.") == "Réponse sous 4 heures ouvrées."
    assert told("Ici {service}.") == "Ici Relais."
    assert told("Within {delay}.", "en") == "Within 4 working hours."
    assert told("Open {hours}.", "en") == ("Open Monday to Friday, 9 am to 12:30 pm and 1:30 pm to 6 pm.")


def test_the_hours_of_a_closed_day_give_way_to_the_other_words() -> None:
    text = "Aujourd’hui {horaires du jour|nous sommes fermés}."
    assert told(text) == "Aujourd’hui de 9 h à 12 h 30 et de 13 h 30 à 18 h."
    assert told(text, now=SATURDAY) == "Aujourd’hui nous sommes fermés."


def test_the_hours_are_those_of_the_team_that_takes_the_motive() -> None:
    rules = shipped()
    finance = replace(rules, teams=tuple(_with_hours(team) for team in rules.teams))
    assert told("Ouvert {horaires}.", rules=finance, motive="billing") == "Ouvert le mardi, de 9 h à 12 h."
    assert "du lundi" in told("Ouvert {horaires}.", rules=finance)


def _with_hours(team: Team) -> Team:
    return replace(team, hours=week(tue=MORNING)) if team.key == "finance" else team


def test_what_is_no_variable_stands_as_it_is() -> None:
    assert told("Tapez {ok} ou {{prénom") == "Tapez {ok} ou {{prénom"
    assert list(unknown_names("{prenom} {nom} {} {HORAIRES DU JOUR|x} {délais|y}")) == [
        "{nom}",
        "{}",
        "{délais|y}",
    ]


def test_what_a_customer_is_called_is_never_read_as_a_variable() -> None:
    assert told("Bonjour {prénom}.", customer=Customer("m1", "{horaires}")) == "Bonjour."


@given(st.text(alphabet="ab {}|,.'prénomhoraires\u00a0é", max_size=60))
def test_any_text_can_be_told(text: str) -> None:
    assert isinstance(told(text), str)
    if "{" not in text:
        assert filled(text, lambda _name: "x") == text


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        ("Bonjour {prénom}, {Horaires_du_jour|fermé} {first name|}", ""),
        ("Bonjour {prenon}, {date}", "{prenon}"),
        ("Bonjour {prénom", "{prénom"),
        ("Le {\nprénom}", "{"),
        ("{{prénom}}", "{"),
        ("{prénom|{délai}}", "{prénom"),
        ("a } b", "}"),
        ("{}", "{}"),
    ],
)
def test_what_would_stay_in_braces_is_seen(text: str, open_: str) -> None:
    assert left_open(text) == open_


def test_a_brace_alone_is_told_from_one_that_names_nothing() -> None:
    texts = ("{prenon} {prénom}", "{prenon} {prénom", "{{x}", "ouvert}", "")
    assert [lone_braces(text) for text in texts] == ["", "{prénom", "{", "}", ""]


ANYTHING = st.text(alphabet="ab {}|,.\n'prénomhoraires\u00a0é", max_size=60)
NAMED = st.sampled_from(["{prénom}", "{prénom|vous}", "{délai}", "{horaires du jour}", "{service}", "\n\n"])


@given(st.lists(ANYTHING | NAMED, max_size=8).map("".join), st.sampled_from([MONDAY, SATURDAY]))
def test_a_macro_with_nothing_open_reaches_nobody_with_a_brace(text: str, now: datetime) -> None:
    for customer in (MARIE, Customer("m1", "")):
        said = macro(text, customer=customer, now=now)
        assert left_open(text) or not {"{", "}"} & set(said)


def macro(text: str, **changes: Any) -> str:  # noqa: ANN401 - fields of the telling
    telling = replace(Telling(MARIE, "whatsapp", MONDAY, shipped()), **changes)
    words = Texts(PARIS).write(macro_words(Macro("a", text), telling), "fr", MONDAY)
    return words.replace("\u00a0", " ")


def test_a_macro_is_told_by_paragraphs_and_what_is_left_out_takes_no_line_with_it() -> None:
    text = "Voici.\n\n\n{prénom}, écrivez :\n- un ;\n- deux.\n\n{horaires du jour}"
    assert macro(text, customer=Customer("m1", ""), now=SATURDAY) == "Voici.\n\nÉcrivez :\n- un ;\n- deux."
    assert macro(text).startswith("Voici.\n\nMarie, écrivez :\n- un")


def test_a_macro_asks_for_what_the_motive_needs_in_its_own_language() -> None:
    text = "Il nous manque :\n{précisions|- la suite.}"
    assert macro(text, motive="sales").startswith("Il nous manque :\n- le produit ou le service qui")
    assert macro(text, motive="sales", language="en").count("\n- the ") == 3
    assert macro(text, motive="other") == macro(text) == "Il nous manque :\n- la suite."
    assert macro("Envoyez {details}.") == "Envoyez."


@pytest.mark.parametrize(
    ("hours", "french", "english"),
    [
        (
            week(mon=DAY, tue=DAY, sat=MORNING),
            "le lundi et le mardi, de 9 h à 12 h 30 et de 13 h 30 à 18 h ; le samedi, de 9 h à 12 h",
            "Monday and Tuesday, 9 am to 12:30 pm and 1:30 pm to 6 pm; Saturday, 9 am to 12 noon",
        ),
        (
            week(mon=MORNING, tue=MORNING, wed=MORNING, fri=MORNING),
            "du lundi au mercredi et le vendredi, de 9 h à 12 h",
            "Monday to Wednesday and Friday, 9 am to 12 noon",
        ),
        (
            week(**dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), ((time(), time.max),))),
            "tous les jours, à toute heure",
            "every day, at any hour",
        ),
        (week(sun=((time(20), time.max),)), "le dimanche, de 20 h à minuit", "Sunday, 8 pm to midnight"),
    ],
)
def test_a_week_is_said_as_people_say_it(hours: OpeningHours, french: str, english: str) -> None:
    assert said(week_line(hours)) == french
    assert said(week_line(hours), "en") == english


def test_a_week_that_never_opens_and_a_closed_day_say_nothing() -> None:
    assert week_line(week()) is None
    closed = replace(week(mon=DAY), closures=frozenset({date(2026, 11, 23)}))
    assert day_line(date(2026, 11, 23), closed) is None
    assert day_line(date(2026, 11, 30), closed) is not None


@pytest.mark.parametrize(
    ("delay", "words"),
    [
        (Delay(timedelta(hours=1)), "1 heure ouvrée"),
        (Delay(timedelta(minutes=90)), "90 minutes"),
        (Delay(timedelta(seconds=45)), "1 minute"),
        (Delay(working_days=2), "2 jours ouvrés"),
    ],
)
def test_a_delay_is_said_in_its_own_unit(delay: Delay, words: str) -> None:
    assert said(delay_line(delay)) == words


def test_the_bot_tells_an_article_with_its_variables_filled() -> None:
    finding = knowledge().find(KNOWN, "fr")
    assert finding.answer is not None
    article = replace(finding.answer.article, answer="Voici, {prénom}.", follow_up="Réponse sous {délai}.")
    scene = Scene()
    scene.facts["finding"] = replace(finding, answer=replace(finding.answer, article=article))
    words = scene.says(KNOWN)
    assert "Voici, Marie." in words
    assert "faq.words" in words
