"""The page of samples is what the tests play, and no file of the platforms' samples is missing from it."""

from pathlib import Path

from tests.samples import PAYLOADS, page, rows
from tests.samples_seen import Group, told, well_seen

ROOT = Path(__file__).parents[1]


def test_every_file_of_the_samples_is_on_the_page_and_no_other() -> None:
    files = {path.relative_to(PAYLOADS).as_posix() for path in PAYLOADS.rglob("*") if path.is_file()}
    assert files == {row.file for row in rows()}


def test_a_sample_is_told_once_with_what_is_expected_of_it() -> None:
    names = [(row.group, row.name) for row in rows()]
    assert sorted(set(names)) == sorted(names)
    assert [row.name for row in rows() if not row.expected] == []
    assert [test for row in rows() for test in row.tests if not (ROOT / test).exists()] == []


def test_what_no_test_plays_says_why() -> None:
    unplayed = {row.name: row.expected for row in rows() if not row.tests}
    assert [
        name for name, why in unplayed.items() if not why.startswith(("not yet ours: ", "says what"))
    ] == []


def test_the_page_is_what_the_tests_expect() -> None:
    text = (ROOT / "docs" / "samples.md").read_text("utf-8")
    assert text.endswith(f"\n\n{page()}\n"), "print it with `python -m tests.samples`"


def test_a_sample_that_became_something_else_once_is_not_well_seen() -> None:
    properties: list[tuple[str, object]] = [
        ("a sample was seen", (Group.SLACK_PARTS, "a", True)),
        ("a sample was seen", [Group.SLACK_PARTS, "b", True]),
        ("a sample was seen", (Group.SLACK_PARTS, "b", False)),
        ("another property", "c"),
    ]
    seen = well_seen(properties)
    assert seen == {Group.SLACK_PARTS: {"a"}}
    lines = told({Group.SLACK_PARTS: {"a", "b", "c"}, Group.SLACK_ANSWERS: {"d"}}, seen)
    assert lines == [f"{1:7} of   3 {Group.SLACK_PARTS}"]
