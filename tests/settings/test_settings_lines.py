"""Where each key of a TOML text is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.lines import KeyPath, key_lines, line_of

TEXT = '''\
top = 1

[service] # the service = "x"
name = "a # b = [c" # [not.a.table]
"quoted" = 'd'
text = """
fake = 1
[fake]
"""
list = [
  "x = [1", # ]
  "y",
]
after = { a = 1, b = [2] }

[[team]]
key = "one"
[team.hours]
week.mon = []
[[team]]
key = "two"
[team.hours."week"]
tue = []
'''
PLACES: list[tuple[KeyPath, int | None]] = [
    (("top",), 1),
    (("service",), 3),
    (("service", "name"), 4),
    (("service", "quoted"), 5),
    (("service", "text"), 6),
    (("service", "list"), 10),
    (("service", "list", 1), 10),
    (("service", "after"), 14),
    (("service", "after", "b", 0), 14),
    (("service", "missing"), 3),
    (("team",), 16),
    (("team", 0), 16),
    (("team", 0, "key"), 17),
    (("team", 0, "hours"), 18),
    (("team", 0, "hours", "week"), 19),
    (("team", 0, "hours", "week", "mon", 0), 19),
    (("team", 1), 20),
    (("team", 1, "key"), 21),
    (("team", 1, "hours", "week", "tue"), 23),
    (("fake",), None),
]


@pytest.mark.parametrize(("path", "line"), PLACES)
def test_a_key_is_found_on_its_line_or_that_of_what_holds_it(path: KeyPath, line: int | None) -> None:
    assert line_of(path, key_lines(TEXT)) == line


def test_an_empty_text_has_no_lines() -> None:
    assert line_of(("service",), key_lines("")) is None


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), min_size=1, max_size=6)
)
def test_no_text_between_quotes_moves_the_lines(texts: list[str]) -> None:
    written = ['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts]
    toml = "\n".join(f"k{number} = {value}" for number, value in enumerate(written))
    lines = key_lines(toml)
    assert [line_of((f"k{number}",), lines) for number in range(len(texts))] == list(range(1, len(texts) + 1))
