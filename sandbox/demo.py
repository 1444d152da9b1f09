"""`relais demo`: the three platforms and the page in this process, the real service in another.

The parent holds no line of the service: it only starts it, with addresses of stand-ins where an operator
writes those of the real platforms.
"""

import asyncio
import contextlib
import os
import signal
import sys
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
import httpx

from sandbox.demo_child import Child, Start
from sandbox.demo_files import DATABASE, Addresses, Folder, claim_folder, compose_environment, compose_rules
from sandbox.page import Page
from sandbox.scene import DemoClock, Scene, Secrets, open_scene
from sandbox.serving import address_of, free_port, listen, served

PORT = 8765
"""Where the page listens unless the port is taken."""
ROOT = Path(__file__).resolve().parent.parent
START_LIMIT = 60.0
Ask = Callable[..., Awaitable[Any]]
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(port: int, ask: Ask, *, open_browser: bool = False) -> int:
    """Run the demo until Ctrl-C or SIGTERM; the exit code: 0, or 1 when the service did not start.

    `port` is the page's: any free one when it is 0 or taken. `ask` is how an operator asks a running service.
    """
    return asyncio.run(_run(port, ask, open_browser))


async def _run(port: int, ask: Ask, open_browser: bool) -> int:
    folder = claim_folder(ROOT / "var")
    async with _stage(port, folder, ask) as (page_url, child):
        stop = asyncio.Event()
        _obey_signals(stop, child.kill)
        try:
            await child.restart()
            if not await _becomes_ready(child, stop):
                return 0 if stop.is_set() else 1
            click.echo(f"Relais est prêt, ouvrez {page_url}")
            click.echo("Ctrl-C pour arrêter.")
            if open_browser:
                await asyncio.to_thread(webbrowser.open, page_url)
            await stop.wait()
            click.echo("Arrêt de la démonstration.")
            return 0
        finally:
            await child.stop()


@contextlib.asynccontextmanager
async def _stage(port: int, folder: Folder, ask: Ask) -> AsyncIterator[tuple[str, Child]]:
    """Everything but the service, which is made and not started."""
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(folder.lock)
        http = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        doors = {name: listen() for name in ("telegram", "twilio", "slack")} | {"page": listen(port)}
        urls = {name: address_of(door) for name, door in doors.items()}
        addresses = Addresses(**urls, service_port=free_port())
        keys = Secrets()
        scene = await open_scene(http=http, resolve=addresses.resolve, keys=keys, clock=DemoClock())
        scene.connect(slack_url=addresses.slack, twilio_url=addresses.twilio)
        child, page = _child_and_page(scene, folder, keys, addresses, http, ask)
        apps = {"telegram": scene.telegram.app, "twilio": scene.twilio.app, "slack": scene.slack.app}
        for name, app in {**apps, "page": page.app}.items():
            await stack.enter_async_context(served(app, doors[name]))
        stack.push_async_callback(scene.close)
        stack.push_async_callback(page.close)
        click.echo("WhatsApp, Telegram et Slack de démonstration : ouverts sur cette machine.")
        yield f"{addresses.page}/", child


def _child_and_page(
    scene: Scene,
    folder: Folder,
    keys: Secrets,
    addresses: Addresses,
    http: httpx.AsyncClient,
    ask: Ask,
) -> tuple[Child, Page]:
    shipped = (ROOT / "relais.toml").read_text(encoding="utf-8")
    folder.rules.write_text(compose_rules(shipped), encoding="utf-8")
    here = folder.path.relative_to(ROOT)
    start = Start(
        (sys.executable, "-m", "app", "serve"),
        ROOT,
        compose_environment(os.environ, keys, addresses, here),
        folder.log,
    )
    child = Child(start, url=addresses.service, http=http, died=_tell_death)
    page = Page(scene, child, partial(ask, folder.path / DATABASE, "explain"))
    child.watch(page.changes.tell)
    return child, page


def _tell_death(reason: str) -> None:
    click.echo(f"{reason} « Relancer », sur la page, le démarre de nouveau.")


async def _becomes_ready(child: Child, stop: asyncio.Event) -> bool:
    """Wait for the first "ready"; say what to do when it does not come."""
    click.echo("Le service démarre…")
    waits = {asyncio.create_task(child.settled.wait()), asyncio.create_task(stop.wait())}
    await asyncio.wait(waits, timeout=START_LIMIT, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    if not child.ready and not stop.is_set():
        click.echo(child.last_words(), err=True)
        click.echo(
            f"Le service n’a pas pu démarrer. Ses dernières lignes sont ci-dessus, son journal entier est "
            f"{child.log}. Corrigez ce qu’il dit, puis relancez « relais demo ».",
            err=True,
        )
    return child.ready


def _obey_signals(stop: asyncio.Event, hurry: Callable[[], None]) -> None:
    """The first signal ends the demo in order; the next one does not wait for the service."""

    def obey() -> None:
        if stop.is_set():
            hurry()
        stop.set()

    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, obey)
