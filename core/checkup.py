"""What `relais doctor` finds: each a line that says how something stands, and what to do about it."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import httpx

SKEW: Final = 60.0
"""Seconds by which the clock may be wrong: signatures are refused at five minutes."""
ROOM: Final = 200 << 20
"""Bytes that must be free beside room for two copies of the database: one is made at each upgrade."""
FIXED: Final = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""Releases of SQLite that mend the loss of commits when two connections checkpoint at once."""


class Level(StrEnum):
    """Whether something must be done."""

    FINE = "ok"
    NOTE = "note"
    MEND = "MEND"


@dataclass(frozen=True)
class Finding:
    """One line."""

    level: Level
    where: str
    what: str
    do: str = "nothing to do"

    def __str__(self) -> str:
        return f"{self.level:<5} {self.where}: {self.what}; {self.do}."


@dataclass
class Report:
    """The lines so far. `skews`: seconds by which our clock is ahead, as each answer told."""

    now: datetime
    findings: list[Finding] = field(default_factory=list)
    skews: list[float] = field(default_factory=list)

    @property
    def is_fine(self) -> bool:
        """Nothing must be mended."""
        return all(finding.level is not Level.MEND for finding in self.findings)

    def fine(self, where: str, what: str) -> None:
        """It is as it should be."""
        self.findings.append(Finding(Level.FINE, where, what))

    def note(self, where: str, what: str, do: str = "nothing to do") -> None:
        """It works, and is worth knowing."""
        self.findings.append(Finding(Level.NOTE, where, what, do))

    def mend(self, where: str, what: str, do: str) -> None:
        """It does not work, or will not."""
        self.findings.append(Finding(Level.MEND, where, what, do))

    async def ask(
        self,
        http: httpx.AsyncClient,
        where: str,
        verb: str,
        url: str,
        **how: Any,  # noqa: ANN401 - as httpx takes it
    ) -> httpx.Response | None:
        """One question; None when nobody answered, which is a line already. Never tells the address."""
        try:
            answer = await http.request(verb, url, **how)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            do = "look at its status page, and at this machine's network and proxy; what must leave waits"
            self.mend(where, f"does not answer ({type(error).__name__})", do)
            return None
        self._hear_date(answer.headers.get("Date", ""))
        if answer.is_server_error:
            self.mend(where, f"fails (status {answer.status_code})", "wait, and look at its status page")
            return None
        return answer

    def _hear_date(self, said: str) -> None:
        try:
            told = parsedate_to_datetime(said)
        except ValueError:
            return
        if told.tzinfo is not None:
            self.skews.append((self.now - told).total_seconds())


def document(answer: httpx.Response) -> Mapping[str, Any]:
    """The JSON object of an answer; empty when it holds none."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def look_at_clock(report: Report) -> None:
    """What the answers told of our clock; the least difference counts: an answer may come from a cache."""
    if not report.skews:
        do = "ask again once a platform answers, and keep the machine's clock set by NTP"
        report.note("Clock", "no answer told the time, so it was not compared", do)
        return
    skew = min(report.skews, key=abs)
    if abs(skew) > SKEW:
        way = "ahead" if skew > 0 else "behind"
        what = f"{abs(skew):.0f} s {way} of the platforms'"
        report.mend("Clock", what, "set it by NTP (timedatectl set-ntp true): signatures are refused by it")
    else:
        report.fine("Clock", f"right to {max(1, round(abs(skew)))} s")


def look_at_sqlite(report: Report, version: tuple[int, ...]) -> None:
    """Whether SQLite is one that can lose commits; we keep clear of it, other programs may not."""
    told = ".".join(map(str, version))
    if version >= FIXED[0] or any(version[:2] == fixed[:2] and version >= fixed for fixed in FIXED):
        report.fine("SQLite", told)
        return
    what = f"{told} may lose commits when two connections checkpoint at once; one connection of ours does"
    do = (
        "let no other program write to the database, and take 3.51.3, 3.50.7 or 3.44.6 when the system has it"
    )
    report.note("SQLite", what, do)


def look_at_disk(report: Report, database: Path) -> None:
    """Whether there is room for what customers write, and for a copy at an upgrade."""
    folder = next((each for each in database.resolve().parents if each.is_dir()), Path("/"))
    free = shutil.disk_usage(folder).free
    size = sum(each.stat().st_size for each in folder.glob(f"{database.name}*") if each.is_file())
    what = f"{free / 2**20:.0f} MiB free, the database takes {size / 2**20:.0f}"
    if free < 2 * size + ROOM:
        report.mend("Disk", what, f"make room in {folder}: without it nothing is kept, and upgrades stop")
    else:
        report.fine("Disk", what)
