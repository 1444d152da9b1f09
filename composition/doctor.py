"""`relais doctor`: everything looked at from outside, whether the service runs or not."""

import asyncio
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from bots import quiet_libraries, telegram_checkup, twilio_checkup
from bots.twilio_api import Hosts
from composition.doors import CHANNELS, rooms_of
from composition.service import Seams
from core.calls import Client
from core.checkup import Report, document, look_at_clock, look_at_disk, look_at_sqlite
from core.local_door import is_served
from core.store import letters, traffic
from core.store.db import Db
from core.store.errors import StoreError
from core.store.peek import peek
from handoff import checkup as slack_checkup
from settings import Settings

PATIENCE = httpx.Timeout(10.0, connect=5.0)


async def examine(settings: Settings, seams: Seams | None = None) -> Report:
    """Ask the platforms, the machine, the database and the service; nothing is changed anywhere."""
    quiet_libraries()
    seams = seams or Seams()
    report = Report(seams.clock.now())
    report.fine("Settings", "the environment and the rules file can be read")
    for notice in settings.notices:
        report.note(notice.where, notice.what, notice.write)
    await asyncio.gather(
        _slack(report, settings, seams), _telegram(report, settings, seams), _twilio(report, settings, seams)
    )
    look_at_clock(report)
    look_at_sqlite(report, sqlite3.sqlite_version_info)
    look_at_disk(report, settings.database)
    await _database(report, settings)
    await _service(report, settings)
    return report


def _client(transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    return Client(transport=transport, timeout=PATIENCE)


async def _slack(report: Report, settings: Settings, seams: Seams) -> None:
    slack = settings.slack
    async with _client(seams.slack_transport) as http:
        await slack_checkup.check(
            report,
            http,
            api_url=slack.api_url,
            token=slack.bot_token.reveal(),
            channels=rooms_of(settings),
            app_token=slack.app_token.reveal() if slack.app_token else "",
        )


async def _telegram(report: Report, settings: Settings, seams: Seams) -> None:
    telegram = settings.telegram
    if telegram is None:
        report.note("Telegram", "is off, no variable of it is set")
        return
    async with _client(seams.telegram_transport) as http:
        url = f"{settings.public_url}/telegram" if telegram.webhook_secret else ""
        token = telegram.token.reveal()
        await telegram_checkup.check(report, http, api_url=telegram.api_url, token=token, url=url)


async def _twilio(report: Report, settings: Settings, seams: Seams) -> None:
    twilio = settings.twilio
    if twilio is None:
        report.note("Twilio", "is off, no variable of it is set")
        return
    secret = twilio.api_key_secret
    key = (twilio.api_key_sid, secret.reveal()) if twilio.api_key_sid and secret else None
    async with _client(seams.twilio_transport) as http:
        await twilio_checkup.check(
            report,
            http,
            account=(twilio.account_sid, twilio.auth_token.reveal()),
            key=key,
            hosts=Hosts(twilio.api_url, twilio.content_url, twilio.messaging_url),
            sender=twilio.sender,
            url=f"{settings.public_url}/twilio/message",
            clock=seams.clock,
            transport=seams.twilio_transport,
        )


async def _database(report: Report, settings: Settings) -> None:
    if not settings.database.exists():
        report.note("Database", f"{settings.database} does not exist yet", "start the service once")
        return

    async def look(db: Db) -> tuple[int, dict[str, datetime]]:
        _, dead = await letters.listed(db, 0)
        return dead, await traffic.last_written(db)

    try:
        dead, written = await peek(settings.database, look)
    except StoreError as error:
        report.mend("Database", "cannot be read", str(error))
        return
    if dead:
        do = "let a manager decide with /dead, or use `relais replay`"
        report.note("Database", f"readable; {dead} dead letters wait for a decision", do)
    else:
        report.fine("Database", "readable; no dead letter waits")
    for channel, at in sorted(written.items()):
        label = CHANNELS[channel].label if channel in CHANNELS else channel
        report.fine(label, f"a customer last wrote at {at.isoformat(timespec='seconds')}")


async def _service(report: Report, settings: Settings) -> None:
    """The running service's own view; whether anything serves the database when that is not to be had."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    where = f"{settings.host}:{settings.port}"
    try:
        async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
            answer = await http.get(f"http://{host}:{settings.port}/ready")
        told = document(answer)
    except (httpx.HTTPError, httpx.InvalidURL):
        told = {}
    if told.get("platforms") is None:
        if await is_served(settings.database):
            do = "compare HOST and PORT with those it was started with"
            report.note("Service", f"runs, and does not answer at {where}", do)
        else:
            report.note("Service", f"does not run (nothing answers at {where})", "start it: relais serve")
        return
    if told.get("status") == "ready":
        report.fine("Service", f"runs as process {told.get('pid')}, and is ready")
    else:
        what = f"database {told.get('database')}, lanes {told.get('lanes')}"
        report.mend("Service", f"runs and is not ready: {what}", "look at its log, then at the disk")
    for name, seen in sorted(dict(told["platforms"]).items()):
        _seen(report, name, seen)


def _seen(report: Report, name: str, seen: Mapping[str, Any]) -> None:
    at = seen.get("last_contact")
    if trouble := seen.get("trouble"):
        report.mend(f"Service, {name}", str(trouble), "mend that, then look at /ready")
    elif at:
        report.fine(f"Service, {name}", f"last contact at {at}")
    else:
        report.note(f"Service, {name}", "no contact since it started", "write to it once, and look again")
