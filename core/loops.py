"""A task that goes on for as long as the service runs: begun, looked at, and ended, in one way."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger("loops")


class Loop:
    """One such task, by its name. Stopped before it was started, nothing happens."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._task: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        """It was started, and is alive."""
        return self._task is not None and not self._task.done()

    def start(self, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Begin; returns at once."""
        self._task = asyncio.create_task(run(), name=self._name)

    async def stop(self) -> None:
        """Cut it where it waits; it has ended when this returns."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


async def end_together(within: float, **endings: Coroutine[Any, Any, None]) -> None:
    """Let all of them end at once, for so many seconds. What is late is cut and waited for no more.

    Whatever hangs (a platform, the disk) can thus neither hold up its neighbours nor the end of the service:
    what it had not acknowledged comes again, what it had is on disk.
    """
    tasks = [asyncio.create_task(ending, name=name) for name, ending in endings.items()]
    ended, late = await asyncio.wait(tasks, timeout=within)
    for task in late:
        log.warning("ending_cut", what=task.get_name())
        task.cancel()
    for task in ended:
        task.result()
