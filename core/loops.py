"""A task that goes on for as long as the service runs: begun, looked at, and ended, in one way."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


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
