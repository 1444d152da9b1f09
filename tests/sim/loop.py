"""An event loop whose time jumps to what is next, whose order a seed may shuffle, whose processes can die.

A process is a `Life`: every task that it starts carries it in its context. When a life ends, nothing of it
runs any more: not the rest of a function, no `finally`, no callback. The loop and everybody else live on.
"""

import asyncio
import contextvars
import heapq
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

LONGEST = 400_000
"""Steps in one run: more is a livelock."""


class Crash(KeyboardInterrupt):
    """The process is gone. Of a kind that no `except Exception` holds back."""


class Stuck(Exception):
    """Nothing will ever happen any more, or it never stops happening."""


class Life:
    """One process of the service, from its start to its death."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.is_dead = False
        self.death = asyncio.Event()
        self.context = contextvars.Context()
        self.context.run(LIFE.set, self)
        self.tasks: list[asyncio.Task[Any]] = []

    def end(self) -> None:
        """From now on nothing of it runs."""
        self.is_dead = True
        self.death.set()
        for task in self.tasks:
            task._log_destroy_pending = False  # type: ignore[attr-defined]  # it will not end, by intent


LIFE: contextvars.ContextVar[Life | None] = contextvars.ContextVar("life", default=None)


class SimLoop(asyncio.SelectorEventLoop):
    """`point` is asked before each step of a living process, and may end it.

    `moved` is told when time passed, or somebody else took a step.
    """

    def __init__(
        self,
        *,
        point: Callable[[str, Life | None], None],
        moved: Callable[[], None],
        shuffle: Random | None = None,
    ) -> None:
        super().__init__()
        self._now = 0.0
        self._point = point
        self._moved = moved
        self._shuffle = shuffle
        self.steps = 0
        self.set_task_factory(_task)  # type: ignore[arg-type]  # typeshed knows no context yet
        self.set_exception_handler(_untold)
        self.faults: list[BaseException] = []

    def time(self) -> float:
        """Virtual seconds."""
        return self._now

    def _run_once(self) -> None:
        ready, scheduled = self._ready, self._scheduled  # type: ignore[attr-defined]
        while scheduled and scheduled[0]._cancelled:
            heapq.heappop(scheduled)._scheduled = False
        if not ready:
            if not scheduled:
                raise Stuck("nothing will ever happen any more")
            self._now = max(self._now, scheduled[0]._when)
            self._moved()
        while scheduled and scheduled[0]._when <= self._now:
            handle = heapq.heappop(scheduled)
            handle._scheduled = False
            ready.append(handle)
        if self._shuffle is not None and len(ready) > 1:
            ready.rotate(self._shuffle.randrange(len(ready)))
        for _ in range(len(ready)):
            self._step(ready.popleft())

    def _step(self, handle: asyncio.Handle) -> None:
        if handle._cancelled:
            return
        life = handle._context.get(LIFE)  # type: ignore[attr-defined]
        self.steps += 1
        if self.steps > LONGEST:
            raise Stuck("it never stops happening")
        if life is None:
            handle._run()
            self._moved()
            return
        if life.is_dead:
            return
        try:
            self._point("step", life)
            handle._run()
        except Crash:
            pass


def _task(
    loop: asyncio.AbstractEventLoop,
    coroutine: Coroutine[Any, Any, Any],
    *,
    name: str | None = None,
    context: contextvars.Context | None = None,
) -> asyncio.Task[Any]:
    task = asyncio.Task(coroutine, loop=loop, name=name, context=context)
    life = (context or contextvars.copy_context()).get(LIFE)
    if life is not None:
        life.tasks.append(task)  # kept: a dead task that is collected would run its `finally`
    return task


def _untold(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if error is not None and not isinstance(error, Crash) and isinstance(loop, SimLoop):
        loop.faults.append(error)


def outside(coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """A task that belongs to no process of the service."""
    return asyncio.get_running_loop().create_task(coroutine, context=contextvars.Context())
