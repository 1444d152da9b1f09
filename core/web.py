"""What a machine asks the service: is it alive, is it ready, how does it stand."""

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.clock import Clock
from core.metrics import CONTENT_TYPE, Metrics
from core.operations import Operations
from core.store.engine import Store
from core.store.errors import StoreError


class Platform:
    """A door as `/ready` sees it."""

    def __init__(
        self,
        last_contact: Callable[[], datetime | None],
        trouble: Callable[[], str],
        pending: Callable[[], int | None] = lambda: None,
    ) -> None:
        self.last_contact = last_contact
        self.trouble = trouble
        self.pending = pending


class Standing:
    """The three routes."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        metrics: Metrics,
        operations: Operations,
        is_running: Callable[[], bool],
        platforms: Mapping[str, Platform],
    ) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._operations = operations
        self._is_running = is_running
        self._platforms = platforms

    async def health(self, _request: Request) -> Response:
        """The process lives."""
        return JSONResponse({"status": "alive", "pid": os.getpid()})

    async def ready(self, _request: Request) -> Response:
        """Database writable and lanes running: 200. Else 503; a platform in trouble is told, never fatal."""
        writable = await self._store.is_writable()
        running = self._is_running()
        answer = {
            "status": "ready" if writable and running else "not ready",
            "pid": os.getpid(),
            "database": "writable" if writable else "not writable",
            "lanes": "running" if running else "stopped",
            "platforms": {name: self._seen(platform) for name, platform in self._platforms.items()},
        }
        return JSONResponse(answer, status_code=200 if writable and running else 503)

    def _seen(self, platform: Platform) -> dict[str, Any]:
        at = platform.last_contact()
        seen = {"last_contact": at.isoformat(timespec="seconds") if at else None}
        trouble = platform.trouble()
        return seen | ({"trouble": trouble} if trouble else {})

    async def metrics(self, _request: Request) -> Response:
        """Counts and ages for the operator's monitoring."""
        try:
            counts, lanes, aside = await self._operations.standing()
        except StoreError:
            return Response(status_code=503)
        age = (self._clock.now() - lanes.oldest).total_seconds() if lanes.oldest else 0.0
        gauges = self._metrics
        gauges.open.set(counts.total)
        gauges.unowned.set(counts.unowned)
        gauges.waiting.set(lanes.ready)
        gauges.unknown.set(lanes.unknown)
        gauges.oldest.set(max(age, 0.0))
        gauges.quarantined.set(aside)
        for name, platform in self._platforms.items():
            if (pending := platform.pending()) is not None:
                gauges.pending.labels(name).set(pending)
        return Response(self._metrics.page(), media_type=CONTENT_TYPE)
