"""The service of the demo as what it is in real life: another process, watched through its own /ready."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

PATIENCE = 10.0
"""Seconds a process has to end by itself once it was asked to."""
POLL = 0.25
LOG_LINES = 12


@dataclass(frozen=True)
class Start:
    """How the process is started: what, where, with which environment, and where its words go."""

    command: Sequence[str]
    folder: Path
    environ: Mapping[str, str]
    log: Path


class Child:
    """One process at a time. `died` is called with the reason when it ends and nobody asked for it."""

    def __init__(
        self,
        start: Start,
        *,
        url: str,
        http: httpx.AsyncClient,
        died: Callable[[str], None],
        patience: float = PATIENCE,
    ) -> None:
        self.url = url
        self._start = start
        self._http = http
        self._on_change: list[Callable[[], None]] = []
        self._died = died
        self._patience = patience
        self._running: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._phase, self._reason = "stopped", "Le service n’a pas encore démarré."
        self.settled = asyncio.Event()
        """Set once the process answered that it is ready, or ended."""

    @property
    def state(self) -> dict[str, Any]:
        """What the page shows of it."""
        pid = None if self._running is None else self._running.pid
        return {"phase": self._phase, "pid": pid, "url": self.url, "reason": self._reason}

    @property
    def ready(self) -> bool:
        """Whether its last answer was that it can work."""
        return self._phase == "ready"

    @property
    def log(self) -> Path:
        """Where its words go."""
        return self._start.log

    def watch(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever `state` differs from before."""
        self._on_change.append(listener)

    def last_words(self) -> str:
        """The end of its log."""
        if not self._start.log.exists():
            return ""
        lines = self._start.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LOG_LINES:])

    async def restart(self) -> None:
        """Stop it if it runs, and start it anew."""
        async with self._turn:
            await self._end()
            self.settled.clear()
            await self._begin()

    async def stop(self) -> None:
        """Ask it to end, kill it after `patience` seconds, and wait until it has ended."""
        async with self._turn:
            await self._end()

    def kill(self) -> None:
        """End it at once."""
        if self._running is not None:
            with contextlib.suppress(ProcessLookupError):
                self._running.kill()

    async def _begin(self) -> None:
        with self._start.log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *self._start.command,
                cwd=self._start.folder,
                env=dict(self._start.environ),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Its own group: Ctrl-C in the terminal reaches us alone, and we end it in order.
                process_group=0,
            )
        self._turn_to("starting", "Le service démarre.")
        self._watch = asyncio.create_task(self._look_after(self._running))

    async def _end(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait({self._watch})
            self._watch = None
        if self._running is not None:
            await self._dismiss(self._running)
            self._running = None
            self._turn_to("stopped", "Le service est arrêté.")

    async def _dismiss(self, running: asyncio.subprocess.Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            running.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(running.wait(), self._patience)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                running.kill()
            await running.wait()

    async def _look_after(self, running: asyncio.subprocess.Process) -> None:
        ended = asyncio.create_task(running.wait())
        try:
            while not ended.done():
                await self._ask()
                await asyncio.wait({ended}, timeout=POLL)
        finally:
            ended.cancel()
        self._running = None
        self._turn_to("stopped", f"Le service s’est arrêté de lui-même (code {ended.result()}).")
        self._died(self._reason)

    async def _ask(self) -> None:
        try:
            answer = await self._http.get(f"{self.url}/ready", timeout=2.0)
        except httpx.TransportError:
            if self._phase != "starting":
                self._turn_to("failing", "Le service ne répond pas.")
            return
        if answer.status_code == 200:
            self._turn_to("ready", "Le service répond.")
        elif self._phase != "starting":
            self._turn_to("failing", _why(answer))

    def _turn_to(self, phase: str, reason: str) -> None:
        if (phase, reason) == (self._phase, self._reason):
            return
        self._phase, self._reason = phase, reason
        if phase in {"ready", "stopped"}:
            self.settled.set()
        for listener in self._on_change:
            listener()


def _why(answer: httpx.Response) -> str:
    """What an answer of /ready complains of, short enough for the page."""
    try:
        document = answer.json()
    except ValueError:
        return f"Le service répond {answer.status_code}."
    parts = [f"{name}: {value}" for name, value in document.items() if isinstance(value, str)]
    return f"Le service n’est pas prêt ({', '.join(parts)})."[:200]
