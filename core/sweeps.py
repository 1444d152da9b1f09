"""What is asked of a platform again and again, because it may not tell it: one loop, one thing at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from core.loops import Loop
from core.store.errors import StoreError

log = structlog.get_logger("sweeps")

PULSE = 60.0
"""Seconds between two looks at what is due; each sweep keeps its own dates."""


class Sweeps:
    """Runs the steps of one platform at start and then at every pulse; none of them ever ends the service."""

    def __init__(self, steps: Sequence[Callable[[], Awaitable[None]]], *, pulse: float) -> None:
        self._steps = steps
        self._pulse = pulse
        self._busy = asyncio.Lock()
        self._loop = Loop("sweeps")

    def start(self) -> None:
        """Begin; returns at once, also while the platform does not answer."""
        self._loop.start(self._run)

    async def stop(self) -> None:
        """Ask nothing more."""
        await self._loop.stop()

    async def run(self) -> None:
        """Do what is due now."""
        async with self._busy:
            for step in self._steps:
                await self._guarded(step)

    async def _run(self) -> None:
        while True:
            await self.run()
            await asyncio.sleep(self._pulse)

    async def _guarded(self, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except StoreError as error:
            log.error("sweep_store_down", error=type(error).__name__)
        except Exception as error:  # the sweeps never die of our faults
            log.error("sweep_failed", error=type(error).__name__, exc_info=error)
