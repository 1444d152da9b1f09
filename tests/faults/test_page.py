"""The page of faults is what the tests play."""

from collections import Counter
from pathlib import Path

import pytest

from core.texts import catalogue
from tests.faults.page import TABLES, page
from tests.faults.rows import Row

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_tests_play() -> None:
    text = (ROOT / "docs" / "faults.md").read_text("utf-8")
    assert text.endswith(f"\n\n{page()}\n"), "print it with `python -m tests.faults`"


@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES.keys())
def test_each_platform_has_at_least_forty_kinds_each_told_once(rows: list[Row]) -> None:
    told = Counter((row.name, row.carries) for row in rows)
    assert [name for name, times in told.items() if times > 1] == []
    assert len(rows) >= 40
    assert {row.told for row in rows} - {""} <= set(catalogue("fr"))
