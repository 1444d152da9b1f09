"""Which core does what: the server alone on one, the load on the other: neither takes the other's time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


def _two() -> tuple[int, int]:
    cores = sorted(os.sched_getaffinity(0))
    return cores[0], cores[-1]


SERVER, LOAD = _two()
"""The first and the last core we may use; the same one where there is only one."""


def pin(core: int) -> None:
    """Keep this process, and all that it starts from now on, on one core."""
    os.sched_setaffinity(0, {core})


@contextmanager
def starting_on(core: int) -> Iterator[None]:
    """A child started here inherits that core; we keep ours."""
    before = os.sched_getaffinity(0)
    pin(core)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
