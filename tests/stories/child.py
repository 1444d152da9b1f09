"""The service as what it is in real life: another process, started by its command line."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.serving import free_port
from tests.stories.town import CHANNEL, MOVES, PUBLIC, Town, TownClock

ROOT = Path(__file__).parents[2]
OURS = ("TELEGRAM_", "TWILIO_", "SLACK_", "RELAIS_", "DATABASE_URL", "PUBLIC_URL", "HOST", "PORT")


def environment(place: Town, rules: Path, **more: str) -> dict[str, str]:
    """What an operator sets, with the stand-ins in place of the platforms; nothing of ours is inherited."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    settings = place.settings
    assert settings.telegram is not None
    assert settings.twilio is not None
    return (
        kept
        | {
            "TELEGRAM_BOT_TOKEN": settings.telegram.token.reveal(),
            "TELEGRAM_WEBHOOK_SECRET": "" if place.fetches else "w" * 32,
            "TELEGRAM_MODE": "polling" if place.fetches else "webhook",
            "TELEGRAM_API_URL": place.addresses["telegram"],
            "TWILIO_ACCOUNT_SID": settings.twilio.account_sid,
            "TWILIO_AUTH_TOKEN": settings.twilio.auth_token.reveal(),
            "TWILIO_WHATSAPP_FROM": settings.twilio.sender,
            "TWILIO_API_URL": place.addresses["twilio"],
            "SLACK_BOT_TOKEN": settings.slack.bot_token.reveal(),
            "SLACK_SIGNING_SECRET": "s" * 32,
            "SLACK_CHANNEL": CHANNEL,
            "SLACK_API_URL": settings.slack.api_url,
            "DATABASE_URL": f"sqlite:///{settings.database}",
            "PUBLIC_URL": PUBLIC,
            "RELAIS_RULES": str(rules),
            "NO_PROXY": "127.0.0.1",
        }
        | more
    )


@dataclass(frozen=True)
class Ended:
    """What a command printed, and its exit code."""

    code: int | None
    out: str
    err: str


async def relais(*arguments: str, env: Mapping[str, str]) -> Ended:
    """Run `relais …` to its end."""
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app",
        *arguments,
        cwd=ROOT,
        env=dict(env),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(running.communicate(), 30)
    return Ended(running.returncode, out.decode(), err.decode())


class ChildTown(Town):
    """A town whose service is a child process. Its clock is the machine's, shifted as the town's is."""

    rules_text: str = ""
    more: Mapping[str, str] = {}
    """What else stands in its environment."""
    process: asyncio.subprocess.Process | None = None
    env: dict[str, str]
    log: Path

    def __init__(self, folder: Path, rules: Any, rules_text: str) -> None:  # noqa: ANN401 - Rules
        super().__init__(rules, folder, TownClock(timedelta()))
        self.rules_text = rules_text
        self.log = folder / "service.log"

    async def open_service(self) -> None:
        """Write the rules, choose a port, and start."""
        rules = self.folder / "relais.toml"
        rules.write_text(self.rules_text, encoding="utf-8")
        clock = await self.serve(Starlette(routes=[Route("/clock", self._tell_time)]))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.env = environment(self, rules, PORT=str(port), RELAIS_DEMO_CLOCK=f"{clock}/clock", **self.more)
        await self.start()

    async def _tell_time(self, _request: Request) -> JSONResponse:
        return JSONResponse({"offset_seconds": self.clock.shift.total_seconds()})

    async def start(self) -> None:
        """Start a process and wait until it answers that it is ready."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "app",
                "serve",
                cwd=ROOT,
                env=self.env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(30):
            while not await self.is_ready():
                assert self.process.returncode is None, self.last_words()
                await asyncio.sleep(0.02)

    async def is_ready(self) -> bool:
        """Whether it serves."""
        try:
            return (await self.http.get(f"{self.url}/ready", timeout=2)).status_code == 200
        except httpx.TransportError:
            return False

    def last_words(self) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])

    async def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit code (negative: the signal that killed it)."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 30)

    async def close(self) -> None:
        """Kill the service, then close the platforms."""
        if self.process is not None and self.process.returncode is None:
            await self.end(signal.SIGKILL)
        await self._close_platforms()

    async def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Look into the database from outside, beside the service or without it."""
        return await asyncio.to_thread(self._read, sql, values)

    def _read(self, sql: str, values: Sequence[object]) -> list[dict[str, Any]]:
        path = f"file:{self.settings.database}?mode=ro"
        with contextlib.closing(sqlite3.connect(path, uri=True, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql.replace("$", "?"), values)]

    async def until_still(self, within: float = 60.0) -> None:
        """Wait until nothing is under way in the service; time passes faster meanwhile."""
        async with asyncio.timeout(within):
            while await self.rows(MOVES, int((self.clock.seconds() + 2) * 1000)):
                await asyncio.sleep(0.1)
