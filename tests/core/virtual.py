"""Time without waiting: an event loop whose time jumps to the next thing that is due."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class _VirtualLoop(asyncio.SelectorEventLoop):
    """Nothing real is ever waited for, so a story that hangs is a story in which nothing will happen."""

    def __init__(self) -> None:
        super().__init__()
        self._jumped = 0.0

    def time(self) -> float:
        return self._jumped

    def _run_once(self) -> None:
        ready, scheduled = self._ready, self._scheduled  # type: ignore[attr-defined]
        if not ready:
            if not scheduled:
                raise RuntimeError("nothing will ever happen any more")
            self._jumped = max(self._jumped, scheduled[0]._when)
        super()._run_once()  # type: ignore[misc]


class VirtualClock:
    """The wall clock of a virtual loop; `step` sets it forward or back, as operators and batteries do."""

    def __init__(self, start: datetime = MONDAY) -> None:
        self._start = start

    def now(self) -> datetime:
        """The loop's time as a date."""
        return self._start + timedelta(seconds=asyncio.get_running_loop().time())

    def step(self, by: timedelta) -> None:
        """Only the wall clock moves; nothing else notices."""
        self._start += by


def virtually(story: Coroutine[Any, Any, T]) -> T:
    """Play a story to its end in virtual time."""
    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(story)
