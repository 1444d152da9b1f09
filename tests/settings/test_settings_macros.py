"""Ready texts of the rules file: what nothing would fill is told at start, with its line (I13)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.domain.variables import known_names
from settings import Fault, load_rules

Spoil = Callable[[str, str], Path]
Told = Callable[[Path], list[Fault]]
Line = Callable[[str, str], int]

EVERY = "one of: {prénom}, {first name}, {horaires}, {hours}, {horaires du jour}, {hours today}, {délai}"
FAULTS = [
    ('text = "Bonjour {prenon}."', "has “{prenon}”, which is no variable; write {prénom}."),
    ('text = "Ouvert {horaire|demain}."', "has “{horaire|demain}”, which is no variable; write {horaires}."),
    (
        'text = "Livré le {date}."',
        f"has “{{date}}”, which is no variable; write the words themselves, or {EVERY}",
    ),
    ('text = "Bonjour {prénom."', "has “{prénom”, a brace without its other half; write {prénom}."),
    (
        'text = "Bonjour {}."',
        "has “{}”, which is no variable; write the words themselves, or one of: {prénom}",
    ),
    ('text = "Bonjour }."', "has “}”, a brace without its other half; write the words themselves, or one of"),
    ('text = "{ceci est bien plus long que ce que l’on montre}"', "has a long text, which is no variable"),
    (
        'text = """\nBonjour,\n\nle {montant}\nvous revient."""',
        "has “{montant}”, which is no variable; write",
    ),
    ('text = "{Prénom}"', "is “{Prénom}”; write words beside it: it is empty when nothing is known."),
    ('text = "{first name},"', "is “{first name},”; write words beside it: it is empty when nothing"),
    ('text = " Bonjour."', "is empty, or begins or ends with a space; write a text."),
    ('text = "{Précisions}"', "is “{Précisions}”; write words beside it: it is empty when nothing is known."),
    ('text = "{ details }"', "is “{ details }”; write words beside it: it is empty when nothing is known."),
    ('text = "{prénom|}"', "is “{prénom|}”; write words beside it: it is empty when nothing is known."),
    (f'text = "{"a" * 1501}"', "has 1501 characters; write 1500 at most."),
    ("text = 3", "is not a text; write it between quotes."),
]


@pytest.mark.parametrize(("written", "said"), FAULTS)
def test_a_text_with_something_open_is_refused_with_its_line(
    spoil: Spoil, told_of_rules: Told, line: Line, written: str, said: str
) -> None:
    path = spoil("[timers]\n", f'[[macro]]\nkey = "essai"\n{written}\n\n[timers]\n')
    (fault,) = told_of_rules(path)
    at = line(path.read_text("utf-8"), 'key = "essai"') + 1
    assert str(fault).startswith(f"{path}:{at}: [[macro]] essai: `text` {said}")


@pytest.mark.parametrize("key", ["Merci", "clôture", "pris en charge", "1er", "a.b", "-a", ""])
def test_a_key_that_is_hard_to_type_is_refused(spoil: Spoil, told_of_rules: Told, key: str) -> None:
    path = spoil('key = "merci"', f'key = "{key}"')
    (fault,) = told_of_rules(path)
    assert f"`key` is “{key}”; write small letters without accents, digits, - or _, a letter first" in str(
        fault
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('["a", "b", "c", "d"]', "has 4 points; write 3 at most."),
        (f'["{"a" * 81}"]', "has a long text; write 80 characters at most, on one line."),
        ('["la date\\net le lieu"]', "; write 80 characters at most, on one line."),
        ('["la date\\ret le lieu"]', "; write 80 characters at most, on one line."),
        ('["le {nom}"]', "has “le {nom}”, with a brace; write the words themselves."),
        ('["- le nom"]', "has “- le nom”, with a dash before it; leave that out: each point is given one."),
        ('["le nom", "Le nom"]', "says the same thing twice; remove one of the two."),
    ],
)
def test_what_a_motive_asks_for_is_three_short_points_without_a_brace(
    spoil: Spoil, told_of_rules: Told, written: str, said: str
) -> None:
    path = spoil('key = "other"\n', f'key = "other"\nasks = {written}\n')
    (fault,) = told_of_rules(path)
    assert "[[motive]] other: `asks` " in str(fault)
    assert str(fault).endswith(said)


def test_every_variable_may_be_written_and_other_words_for_when_nothing_is_known(spoil: Spoil) -> None:
    text = f"{' '.join(known_names(in_macros=True))} {{Prenom|vous}} {{HORAIRES_DU_JOUR|fermé}}"
    path = spoil("[timers]\n", f'[[macro]]\nkey = "tout"\ntext = "{text}"\n\n[timers]\n')
    assert load_rules(path).macros[0].text == text
