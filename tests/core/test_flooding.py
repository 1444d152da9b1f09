"""The line of a flood: it counts everything, shows both ends, and is the same however it came together."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.flooding import FIRST, LAST, NAME, WORDS, continues, flooded, goes_on
from core.merging import merged, parts_of
from tests.core.test_merging import LINE


def written(number: int, text: str = "") -> dict[str, Any]:
    """The line of one message."""
    numbered = {"count": 1, "seq": number, "upto": number, "at": number * 1000}
    return LINE | numbered | {"text": text or f"message {number}"}


def lines_of(sizes: list[int]) -> list[dict[str, Any]]:
    """Lines of so many messages each, one after the other."""
    lines, number = [], 0
    for size in sizes:
        line = written(number := number + 1)
        for _ in range(size - 1):
            together = merged(line, written(number := number + 1))
            assert together is not None
            line = together
        lines.append(line)
    return lines


@given(st.lists(st.integers(1, 15), min_size=2, max_size=12), st.data())
def test_however_it_came_together_it_counts_all_and_shows_both_ends(
    sizes: list[int], data: st.DataObject
) -> None:
    lines, total = lines_of(sizes), sum(sizes)
    while len(lines) > 1:
        at = data.draw(st.integers(0, len(lines) - 2))
        lines[at : at + 2] = [flooded(lines[at : at + 2], "talk")]
    (line,) = lines
    shown = [part["text"] for part in parts_of(line)]
    everything = [f"message {number}" for number in range(1, total + 1)]
    is_whole = total <= FIRST + LAST
    assert shown == (everything if is_whole else [*everything[:FIRST], *everything[-LAST:]])
    assert line[NAME] == {
        "conversation": "talk",
        "count": total,
        "gap": 0 if is_whole else FIRST,
        "from": 1,
        "to": total,
        "since": 1000,
        "until": total * 1000,
    }


def test_long_words_are_cut_where_all_can_be_read_elsewhere() -> None:
    line = flooded([written(1, "a" * 5000), written(2, "b" * WORDS)], "talk")
    long, short = (part["text"] for part in parts_of(line))
    assert (len(long), long[-1], short) == (WORDS, "…", "b" * WORDS)


def test_it_is_over_after_a_minute_without_a_word() -> None:
    line = flooded(lines_of([15, 15]), "talk")
    assert goes_on(line, 30_000 + 60_000)
    assert not goes_on(line, 30_000 + 60_001)
    assert continues(line, written(90))
    assert not continues(line, written(91))
    assert not continues(line, written(31) | {"mentions": ["U0LEA"]})
    assert not goes_on(written(1), 1_000)


def test_the_pictures_of_an_album_are_counted_one_by_one() -> None:
    album = merged(written(1) | {"album": "a"}, written(2) | {"album": "a"})
    assert album is not None
    told = flooded([album, *lines_of([15])], "talk")[NAME]
    assert (told["count"], told["from"]) == (17, 1)
