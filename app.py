"""The command line: `relais serve`, `demo`, `replay`, `backup`, `restore`, `doctor`, `slack`, `faq`."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import click
import httpx
import structlog

from composition import Seams, compose, define_slack_app, faults_of_slack_app
from composition.backups import Unusable, backup, check, restore
from composition.doctor import examine
from composition.evaluation import evaluation_of
from composition.faq import FAQ_COMMANDS
from composition.faq_base import Base
from composition.serving import Server, server_of
from core import logs
from core.clock import WallClock
from core.local_door import ask
from core.store import journal
from core.store.errors import StoreError
from core.store.journal import Quarantined
from core.store.peek import peek
from settings import Settings, SettingsFaults, load, public_address_faults

log = structlog.get_logger("app")

FAULTY = 2
"""Exit code: settings, rules or the database must be mended first."""
MUST_MEND = 1
"""Exit code of the doctor that found something."""


def _settings(first: str = "Relais cannot start. Mend these, then start again:") -> Settings:
    try:
        return _load()
    except SettingsFaults as faults:
        _stop(f"{first}\n\n{faults}")


def _load() -> Settings:
    """The settings, and a look at the files that they name."""
    settings = load(os.environ)
    evaluation_of(settings.rules)
    return settings


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(FAULTY)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="relais")
def main() -> None:
    """Relais: customer service without tickets. Start with `relais demo`; it needs no account."""


@main.command()
def serve() -> None:
    """Run the service: webhooks in, lanes out. Settings come from the environment (docs/settings.md)."""
    logs.configure()
    settings = _settings()
    for notice in settings.notices:
        log.warning("settings_notice", where=notice.where, what=notice.what, write=notice.write)
    _hide_from_libraries()
    try:
        with _listening(settings) as listening:
            asyncio.run(_serve(settings, listening))
    except StoreError as error:
        _stop(str(error))


def _listening(settings: Settings) -> socket.socket:
    """The port, taken before anything else starts: whoever cannot have it is told what to change."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        _stop(f"{where} cannot be listened on ({error.strerror}): set HOST and PORT to a free address.")
    return listening


async def _serve(settings: Settings, listening: socket.socket) -> None:
    shift = [timedelta()]
    if settings.demo_clock is not None:
        async with _to_demo() as client:
            await _read_clock(client, settings.demo_clock, shift)  # before anything is dated
    service = await compose(settings, Seams(clock=WallClock(lambda: shift[0])))
    await service.start()
    server = server_of(service.asgi)
    watching = asyncio.create_task(_follow_demo(settings, shift, server))
    try:
        await server.serve(sockets=[listening])
    finally:
        watching.cancel()
        await service.stop()


async def _follow_demo(settings: Settings, shift: list[timedelta], server: Server) -> None:
    """In the demo the service lives as long as its parent; nowhere else is there one to follow."""
    if settings.demo_clock is not None:
        await _watch_clock(settings.demo_clock, shift)
        server.should_exit = True


async def _watch_clock(address: str, shift: list[timedelta]) -> None:
    """Follow the demo's clock; return when its parent has been gone for five seconds."""
    missed = 0
    async with _to_demo() as client:  # one for all the questions: making it costs tens of milliseconds
        while missed < 25:
            missed = 0 if await _read_clock(client, address, shift) else missed + 1
            await asyncio.sleep(0.2)


def _to_demo() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=2, trust_env=False)


async def _read_clock(client: httpx.AsyncClient, address: str, shift: list[timedelta]) -> bool:
    """Take over the offset that the demo's parent tells; whether it told one."""
    try:
        answer = (await client.get(address)).json()
        shift[0] = timedelta(seconds=float(answer["offset_seconds"]))
    except (httpx.HTTPError, ValueError, KeyError):
        return False
    return True


def _hide_from_libraries() -> None:
    """Bolt and Twilio's library read the environment behind our back: two variables of Slack's would turn
    on another way to authorise, and one of Twilio's rewrites every host (T49)."""
    for name in [name for name in os.environ if name.startswith(("SLACK_", "TWILIO_"))]:
        del os.environ[name]


@main.command()
@click.option("--port", default=8765, show_default=True, help="Port of the page; 0 takes any free one.")
def demo(port: int) -> None:
    """Play the whole service on this machine: customers, bot and team on one page, no account."""
    from sandbox.demo import run  # noqa: PLC0415 - the service itself must never load the stand-ins

    sys.exit(run(port, ask))


@main.command()
@click.argument("wanted", metavar="[ID]", default="")
@click.option("--list", "listing", is_flag=True, help="Show what waits: id, time, kind, source, error.")
@click.option("--body", is_flag=True, help="With an ID: print the request as it came.")
def replay(wanted: str, listing: bool, body: bool) -> None:
    """Hear again what was quarantined: everything, or one ID."""
    if body and not wanted:
        raise click.UsageError("--body shows one request: give its ID, which --list tells.")
    settings = _settings()
    if listing or body:
        asyncio.run(_list_quarantine(settings, wanted, body=body))
        return
    results = asyncio.run(_replay(settings, wanted))
    if wanted and not results:
        _stop(f"No request {wanted} waits: `relais replay --list` shows those that do.")
    for result in results:
        click.echo(f"{result['id']}  {result['kind']}: {result['result']}")
    click.echo("Done. `relais replay --list` shows what still waits.")


async def _list_quarantine(settings: Settings, wanted: str, *, body: bool) -> None:
    items = [item for item in await _read(settings, journal.quarantined) if wanted in {"", item.id}]
    if not items:
        click.echo("Nothing waits.")
    for item in items:
        click.echo(_body(item) if body else _row(item))


def _row(item: Quarantined) -> str:
    at = item.at.isoformat(timespec="seconds")
    return f"{item.id}  {at}  {item.kind:<10} {item.source:<16} {item.error}"


def _body(item: Quarantined) -> str:
    return item.raw.decode("utf-8", "replace")


async def _read(settings: Settings, fn: Any) -> Any:  # noqa: ANN401 - whatever the question answers
    """A read beside a running service, or alone: readers need no lock."""
    return await peek(_existing(settings), fn)


async def _replay(settings: Settings, wanted: str) -> list[Mapping[str, str]]:
    """Through the running service; when nothing serves, by taking the database for a moment."""
    with suppress(ConnectionError, FileNotFoundError):
        answer: list[Mapping[str, str]] = await ask(settings.database, "replay", id=wanted)
        return answer
    service = await compose(settings, Seams(local_door=False))
    try:
        return [vars(result) for result in await service.operations.replay(wanted)]
    finally:
        await service.stop()


@main.command("backup")
@click.argument("path", type=click.Path(path_type=Path))
def make_backup(path: Path) -> None:
    """Copy the whole database into a new file or a folder; the service may run."""
    _say(backup(_existing(_settings()), path, WallClock().now()))


@main.command("restore")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--check", "checking", is_flag=True, help="Say what it holds and what would happen; no more.")
def restore_backup(path: Path, *, checking: bool) -> None:
    """Put a copy in the place of the database, which is kept; refused while a service runs."""
    database = _settings().database
    _say(check(database, path) if checking else restore(database, path, WallClock().now()))


def _say(lines: Iterable[str]) -> None:
    """Print what happens as it happens; stop where it may not go on."""
    try:
        for line in lines:
            click.echo(line)
    except (StoreError, Unusable) as error:
        _stop(str(error))


def _existing(settings: Settings) -> Path:
    if not settings.database.exists():
        _stop(f"{settings.database} does not exist yet: start the service once (`relais serve`).")
    return settings.database


@main.command()
def doctor() -> None:
    """Look at everything from outside and say what to do; exit code 1 when something must be mended."""
    try:
        settings = _load()
    except SettingsFaults as faults:
        for fault in faults.faults:
            click.echo(f"MEND  {fault}")
        sys.exit(MUST_MEND)
    report = asyncio.run(examine(settings))
    for finding in report.findings:
        click.echo(str(finding))
    sys.exit(0 if report.is_fine else MUST_MEND)


@main.group()
def slack() -> None:
    """The team's Slack app."""


@slack.command("manifest")
@click.option("--url", default="", help="Where Slack calls Relais, https://…; PUBLIC_URL when left out.")
@click.option("--socket", is_flag=True, help="For SLACK_MODE=socket: no address is needed.")
@click.option("--public-channel", is_flag=True, help="The team's channel is public; private when left out.")
@click.option("--name", default="Relais", show_default=True, help="What the app is called in Slack.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
def slack_manifest(*, url: str, socket: bool, public_channel: bool, name: str, language: str) -> None:
    """Print the app's definition, to paste at Slack under "From a manifest", tab JSON."""
    public = url or os.environ.get("PUBLIC_URL", "")
    if not socket and not public:
        raise click.UsageError("Slack must know where to call: give --url https://…, or --socket.")
    faults: list[object] = []
    if not socket:
        faults += public_address_faults("--url" if url else "PUBLIC_URL", public, ("Slack",))
    address = "" if socket else f"{public.rstrip('/')}/slack"
    made = define_slack_app(language, name=name, url=address, public_channel=public_channel)
    if faults := [*faults, *faults_of_slack_app(made)]:
        raise click.ClickException("\n".join(["Slack would refuse this app:", *map(str, faults)]))
    click.echo(json.dumps(made, ensure_ascii=False, indent=2))


@main.group(commands=FAQ_COMMANDS)
@click.pass_context
def faq(context: click.Context) -> None:
    """The knowledge base (docs/faq.md): look, change, check, bring in and out."""
    asked = "This asks the base of the service, with its settings. Mend these, then run it again:"
    context.obj = lambda: Base(_settings(asked))


if __name__ == "__main__":
    main()
