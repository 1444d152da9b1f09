"""Tells open pages that something changed; they fetch the state themselves, so that nothing can be missed."""

import asyncio
from collections.abc import AsyncIterator

DEBOUNCE = 0.05
KEEP_ALIVE = 15.0
_CHANGED = "data: changed\n\n"


class Changes:
    """One feed for any number of open pages."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Event] = set()
        self._closed = False

    def tell(self) -> None:
        """Something changed; what changes within `DEBOUNCE` seconds is told once."""
        for event in self._waiting:
            event.set()

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        self.tell()

    async def stream(self) -> AsyncIterator[str]:
        """Server-Sent Events: "changed" at once, since the page may have missed some, then at each change."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            yield "retry: 500\n" + _CHANGED
            while not self._closed:
                yield await self._next(event)
        finally:
            self._waiting.discard(event)

    async def _next(self, event: asyncio.Event) -> str:
        try:
            await asyncio.wait_for(event.wait(), KEEP_ALIVE)
        except TimeoutError:
            return ": still here\n\n"
        await asyncio.sleep(0 if self._closed else DEBOUNCE)
        event.clear()
        return _CHANGED
