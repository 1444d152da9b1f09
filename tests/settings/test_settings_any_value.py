"""Whatever a key of the rules file holds, it is refused with a sentence: it never makes the reader fail."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulebook.rules_file import read_rules
from rulebook.tables import TABLES

VALUES = [
    *('""', '" "', '"0s"', '"1j"', '"FR"', '"U0PAUL"', '"FR\\n"', '"../etc"', f'"{"x" * 30}"'),
    *("0", "-1", "2.5", "nan", "1e400", "true", "[]", "{}", "[1]", '[""]', "[[]]", "[{}]", "{ a = 1 }"),
    *("2026-12-24", "18:00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59Z", '"2026-12-24T18:00"'),
]
KEYS = [(table, key) for table, model in TABLES.items() for key in list(model.keys())]
BRACKETS = ["[{}]", "[[{}]]"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(KEYS), st.sampled_from(VALUES), st.sampled_from(BRACKETS))
def test_no_value_of_any_key_makes_the_reader_fail(
    tmp_path: Path, place: tuple[str, str], value: str, brackets: str
) -> None:
    table, key = place
    path = tmp_path / "relais.toml"
    path.write_text(f"{brackets.format(table) if table else ''}\n{key} = {value}\n", "utf-8")
    rules, faults = read_rules(path)
    assert rules is None
    assert all(fault.what and fault.write for fault in faults)
