"""What no single value can tell: names used twice or borne by nobody, places and times that do not agree.

Reads the raw file, so that these faults are told together with those of single values.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from core.domain.rules import Role
from rulebook.calendars import subdivisions
from rulebook.faults import Fault, Unfit
from rulebook.lines import KeyPath
from rulebook.sentences import Pen
from rulebook.units import moment_in, read_moment, read_wait_or_none, read_zone, shown

Raw = dict[str, Any]
Read = TypeVar("Read")

_UNIQUE: Final = (
    ("team", "key"),
    ("agent", "slack"),
    ("motive", "key"),
    ("motive", "label"),
    ("motive", "short"),
    ("motive", "label_en"),
    ("motive", "short_en"),
    ("escalation", "level"),
    ("macro", "key"),
)
_TEAMS: Final = (("motive", "team"), ("motive", "copy"), ("agent", "teams"))


def reference_faults(raw: Raw, pen: Pen) -> Iterator[Fault]:
    """Every fault between tables."""
    for table, key in _UNIQUE:
        yield from _repeated(raw, pen, table, key)
    teams = _named(raw, "team", "key")
    for table, key in _TEAMS:
        yield from _strangers(raw, pen, (table, key), teams, "a [[team]]")
    yield from _people(raw, pen)
    yield from _motives(raw, pen)
    yield from _duties(raw, pen)
    service = _table(raw, "hours")
    yield from _hours(service, service, pen, ("hours",))
    for index, row in _rows(raw, "team"):
        yield from _hours(_table(row, "hours"), service, pen, ("team", index, "hours"))
    yield from _burst(raw, pen)


def _rows(raw: Raw, table: str) -> list[tuple[int, Raw]]:
    rows = raw.get(table)
    listed = enumerate(rows) if isinstance(rows, list) else ()
    return [(index, row) for index, row in listed if isinstance(row, dict)]


def _named(raw: Raw, table: str, key: str) -> list[str]:
    return [row[key] for _, row in _rows(raw, table) if isinstance(row.get(key), str)]


def missing_files(raw: Raw, pen: Pen, folder: Path) -> Iterator[Fault]:
    """Files that the rules name, from the folder of the rules file, and that are not there."""
    named = _table(raw, "faq").get("evaluation")
    if isinstance(named, str) and named.strip() and not _is_there(folder / named):
        what = f"names {shown(named)}, which is no file"
        yield pen.fault(
            ("faq", "evaluation"), what, "put the file there, or write its path from the folder of this file"
        )


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have
        return False


def _repeated(raw: Raw, pen: Pen, table: str, key: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, row in _rows(raw, table):
        value = row.get(key)
        if not isinstance(value, str | int) or value == "":
            continue
        if (folded := str(value).casefold()) in seen:
            what = f"is {shown(value)}, which another [[{table}]] has already"
            yield pen.fault((table, index, key), what, "write another")
        seen.add(folded)


def _strangers(raw: Raw, pen: Pen, at: tuple[str, str], known: list[str], whose: str) -> Iterator[Fault]:
    """References that name nothing; `at` is a table and its key, which holds one name or several."""
    table, key = at
    for index, row in _rows(raw, table):
        value = row.get(key, [])
        for name in value if isinstance(value, list) else [value]:
            if isinstance(name, str) and name not in known:
                what = f"names {shown(name)}, which is not {whose}"
                yield pen.fault(
                    (table, index, key),
                    what,
                    f"write one of: {', '.join(dict.fromkeys(known)) or 'none yet'}",
                )


def _people(raw: Raw, pen: Pen) -> Iterator[Fault]:
    """With a roster, who is called must be on it; without one, the members of the channel are (P23)."""
    people = _named(raw, "agent", "slack")
    if people:
        yield from _strangers(raw, pen, ("on_call", "slack"), people, "an [[agent]]")
        chain = [*people, *Role]
        yield from _strangers(raw, pen, ("escalation", "who"), chain, "an [[agent]] or a role")


def _motives(raw: Raw, pen: Pen) -> Iterator[Fault]:
    """The closed list: eight to twelve, one of which takes what no other does (P12)."""
    rows = raw.get("motive")
    if not isinstance(rows, list):
        return
    if not 8 <= len(rows) <= 12:
        yield pen.fault(("motive",), f"comes {len(rows)} times", "write 8 to 12 motives")
    if "other" not in _named(raw, "motive", "key"):
        yield pen.fault(("motive",), "never has the key `other`", 'write one with key = "other"')


def _duties(raw: Raw, pen: Pen) -> Iterator[Fault]:
    zone = _tried(read_zone, _table(raw, "service").get("timezone")) or ZoneInfo("Europe/Paris")
    for index, row in _rows(raw, "on_call"):
        start, end = _tried(read_moment, row.get("from")), _tried(read_moment, row.get("to"))
        if start and end and moment_in(zone, end) <= moment_in(zone, start):
            yield pen.fault(("on_call", index, "to"), "is not after `from`", "write a later time")


def _hours(table: Raw, service: Raw, pen: Pen, path: KeyPath) -> Iterator[Fault]:
    """Somebody is there sometimes, and the place of the public holidays exists."""
    week = table.get("week")
    if isinstance(week, dict) and not any(week.values()):
        yield pen.fault((*path, "week"), "is closed every day", "write the hours of one day")
    country, part = table.get("holidays", service.get("holidays")), table.get("subdivision")
    if "holidays" in table and country and isinstance(country, str) and subdivisions(country) is None:
        what = f"is {shown(country)}, not a country known here"
        yield pen.fault((*path, "holidays"), what, 'write two capitals such as FR, or ""')
    elif part and isinstance(part, str) and part not in (known := _parts(country)):
        what = f"is {shown(part)}, not a part of the country in `holidays`"
        yield pen.fault(
            (*path, "subdivision"), what, f"remove it, or write one of: {', '.join(known) or 'none'}"
        )


def _parts(country: object) -> list[str]:
    return subdivisions(country) or [] if isinstance(country, str) else []


def _burst(raw: Raw, pen: Pen) -> Iterator[Fault]:
    timers = _table(raw, "timers")
    burst = _tried(read_wait_or_none, timers.get("burst", "3s"))
    limit = _tried(read_wait_or_none, timers.get("burst_limit", "15s"))
    if burst and limit and burst > limit:
        yield pen.fault(("timers", "burst"), "is longer than `burst_limit`", "write a shorter time")


def _table(raw: Raw, name: str) -> Raw:
    table = raw.get(name)
    return table if isinstance(table, dict) else {}


def _tried(read: Callable[[object], Read], value: object) -> Read | None:
    """The value read; None when it cannot be, which is told elsewhere."""
    try:
        return read(value)
    except Unfit:
        return None
