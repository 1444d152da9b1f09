"""Columns and lists of numbers: what was added is read, however late, and lists are read in any order."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.columns import Column, Lists, are_new

NUMBERS = st.lists(st.integers(0, 60_000), max_size=9)


@given(some=st.lists(NUMBERS, min_size=1, max_size=30), asked=st.randoms(use_true_random=False))
def test_lists_are_read_one_by_one_side_by_side_and_in_any_order(
    some: list[list[int]], asked: Random
) -> None:
    lists = Lists()
    for one in some:
        lists.append(one)
    assert [lists[at].tolist() for at in range(len(lists))] == some
    first, last = sorted(asked.choices(range(len(some) + 1), k=2))
    assert lists.between(range(first, last)).tolist() == [
        number for one in some[first:last] for number in one
    ]
    numbers = asked.choices(range(len(some)), k=12)
    flat, sizes = lists.many(np.array(numbers, np.int32))
    assert flat.tolist() == [number for at in numbers for number in some[at]]
    assert sizes.tolist() == [len(some[at]) for at in numbers]


@pytest.mark.parametrize("count", [1, 64, 65, 10_000])
def test_a_column_holds_all_that_was_added_and_changed(count: int) -> None:
    column = Column(np.int32)
    for number in range(count):
        column.append(number)
        if number == count // 2:
            assert column.all.tolist() == list(range(number + 1))
    column[0], column[count - 1] = 7, 9
    assert (column[0], column[count - 1], len(column)) == (7 if count > 1 else 9, 9, count)
    assert column.all.tolist()[1:-1] == list(range(1, count - 1))


@given(st.lists(st.integers(0, 9)))
def test_numbers_that_differ_from_the_one_before_are_each_number_once(numbers: list[int]) -> None:
    ordered = np.array(sorted(numbers), np.int64)
    assert ordered[are_new(ordered)].tolist() == sorted(set(numbers))
