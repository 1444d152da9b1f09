"""The rules file as a whole: all its faults at once, and a file that cannot be read at all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from settings import Fault

Spoil = Callable[[str, str], Path]
Told = Callable[[Path], list[Fault]]
Line = Callable[[str, str], int]

MONDAY = 'mon = ["09:00-12:30", "13:30-18:00"]'


def test_a_missing_table_has_no_line(spoil: Spoil, told_of_rules: Told) -> None:
    path = spoil("", "")
    path.write_text("", "utf-8")
    faults = told_of_rules(path)
    assert {fault.where for fault in faults} == {str(path)}
    assert [str(fault).removeprefix(f"{path}: ") for fault in faults] == [
        "[service] is missing; write [service] and its keys.",
        "[hours] is missing; write [hours] and its keys.",
        "[[team]] is missing; write [[team]] and its keys.",
        "[[motive]] is missing; write [[motive]] and its keys.",
    ]


@pytest.mark.parametrize(("count", "accepted"), [(7, False), (8, True), (12, True), (13, False)])
def test_there_are_eight_to_twelve_motives(
    spoil: Spoil, told_of_rules: Told, count: int, accepted: bool
) -> None:
    path = spoil("", "")
    head, *motives = path.read_text("utf-8").split("[[motive]]\n")
    *motives, last = motives
    more = [f'key = "m{n}"\nlabel = "M{n}"\nshort = "M{n}"\nteam = "support"\n' for n in range(13)]
    path.write_text("[[motive]]\n".join([head, *(motives + more)[: count - 1], last]), "utf-8")
    faults = told_of_rules(path)
    assert [fault.what for fault in faults] == ([] if accepted else [f"[[motive]] comes {count} times"])


def test_all_faults_are_told_at_once_in_the_order_of_the_file(
    spoil: Spoil, told_of_rules: Told, line: Line
) -> None:
    path = spoil('language = "fr"', 'language = "de"')
    text = path.read_text("utf-8")
    for old, new in [
        ('holidays = "FR"', 'holidays = "ZZ"'),
        (MONDAY, 'mon = "midi"'),
        ('team = "finance"', 'team = "compta"'),
        ('urgent = "always"', 'urgent = "parfois"'),
        ("bang = true", "bong = true"),
        ('undo = "8s"', 'undo = "1j"'),
    ]:
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")
    words = ["language =", 'holidays = "ZZ"', "midi", "compta", "parfois", "bong", "undo ="]
    lines = [line(text, word) for word in words]
    assert [fault.where for fault in told_of_rules(path)] == [f"{path}:{number}" for number in lines]
    assert lines == sorted(lines)


def test_a_file_that_is_not_there_is_told_with_the_variable_that_names_it(
    tmp_path: Path, told_of_rules: Told
) -> None:
    faults = told_of_rules(tmp_path / "absent.toml")
    assert [fault.where for fault in faults] == [str(tmp_path / "absent.toml")]
    assert "cannot be read (No such file or directory)" in faults[0].what
    assert "RELAIS_RULES" in faults[0].write


def test_a_file_in_another_encoding_is_told_with_its_line(spoil: Spoil, told_of_rules: Told) -> None:
    path = spoil("", "")
    path.write_bytes('[service]\nname = "Été"\n'.encode("latin-1"))
    assert [str(fault) for fault in told_of_rules(path)] == [
        f"{path}:2: holds a character that is not UTF-8; save the file as UTF-8."
    ]


def test_a_file_that_stops_in_the_middle_is_told_with_its_last_line(
    spoil: Spoil, told_of_rules: Told
) -> None:
    path = spoil("", "")
    path.write_text('[service]\nname = "Relais"\n[hours]\nclosures = [', "utf-8")
    assert [fault.where for fault in told_of_rules(path)] == [f"{path}:4"]


def test_what_editors_of_other_systems_add_is_accepted(spoil: Spoil, told_of_rules: Told, line: Line) -> None:
    path = spoil('undo = "8s"', 'undo = "x"')
    text = path.read_text("utf-8")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert [fault.where for fault in told_of_rules(path)] == [f"{path}:{line(text, 'undo = ')}"]


def test_without_a_roster_whoever_is_called_need_not_be_on_it(spoil: Spoil, told_of_rules: Told) -> None:
    call = '[[on_call]]\nslack = "U0PAUL"\nfrom = 2026-12-24T18:00:00\nto = 2026-12-25T09:00:00\n'
    chain = '[[escalation]]\nlevel = 1\nwho = ["U0PAUL", "manager"]\nafter = "1h"\n'
    assert told_of_rules(spoil("[timers]\n", f"{call}{chain}[timers]\n")) == []


def test_a_part_of_no_country_is_a_fault(spoil: Spoil, told_of_rules: Told) -> None:
    path = spoil('holidays = "FR"', 'holidays = ""')
    path.write_text(path.read_text("utf-8").replace('subdivision = ""', 'subdivision = "57"'), "utf-8")
    (fault,) = told_of_rules(path)
    assert fault.what == "[hours]: `subdivision` is “57”, not a part of the country in `holidays`"
    assert fault.write == "remove it, or write one of: none"
