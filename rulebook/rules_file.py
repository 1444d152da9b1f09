"""Reads the rules file: its text, then its values, then the rules the core decides with."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from core.domain import rules
from rulebook.calendars import holiday_calendar
from rulebook.faults import Fault
from rulebook.lines import key_lines
from rulebook.references import missing_files, reference_faults
from rulebook.sentences import Pen
from rulebook.tables import DelaysTable, HoursTable, RulesFile, TeamTable
from rulebook.units import moment_in

_CHANNELS: Final = ("whatsapp", "telegram", "web")


def read_rules(path: Path, default_place: str = "") -> tuple[rules.Rules | None, list[Fault]]:
    """The rules, or every fault of the file by line; `default_place` is for teams that name no channel."""
    text, fault = _text(path)
    if fault:
        return None, [fault]
    raw, fault = _toml(path, text)
    if fault:
        return None, [fault]
    file, faults = _checked(raw, Pen(str(path), key_lines(text), raw), path.parent)
    return (_rules(file, default_place, path.parent) if file else None), faults


def _text(path: Path) -> tuple[str, Fault | None]:
    try:
        content = path.read_bytes()
    except OSError as error:
        write = "put the file there, or write its path in RELAIS_RULES"
        return "", Fault(str(path), f"the rules file cannot be read ({error.strerror})", write)
    try:
        # A first mark of byte order, which some editors add, is not part of TOML.
        return content.decode("utf-8-sig").replace("\r\n", "\n"), None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return "", Fault(f"{path}:{line}", "holds a character that is not UTF-8", "save the file as UTF-8")


def _toml(path: Path, text: str) -> tuple[dict[str, Any], Fault | None]:
    try:
        return tomllib.loads(text), None
    except (ValueError, RecursionError) as error:
        is_syntax = isinstance(error, tomllib.TOMLDecodeError)
        said = str(error) if is_syntax else "brackets or figures without end"
        reason, _, at = said.partition(" (at ")
        found = re.search(r"line (\d+)", at)
        line = found[1] if found else len(text.splitlines())
    return {}, Fault(
        f"{path}:{line}",
        f"is not TOML: {reason[:1].lower()}{reason[1:]}",
        "correct this line or the one above",
    )


def _checked(raw: dict[str, Any], pen: Pen, folder: Path) -> tuple[RulesFile | None, list[Fault]]:
    file = None
    faults = [*reference_faults(raw, pen), *missing_files(raw, pen, folder)]
    try:
        file = RulesFile.model_validate(raw)
    except ValidationError as error:
        faults += pen.of(error)
    return (None if faults else file), sorted(faults, key=pen.line)


def _rules(file: RulesFile, default_place: str, folder: Path) -> rules.Rules:
    zone = file.service.timezone
    return rules.Rules(
        service_name=file.service.name,
        language=file.service.language,
        tone=file.service.tone,
        privacy_url=file.service.privacy_url,
        b2b=file.service.b2b,
        reply_on_latest=file.service.reply_on == "latest",
        hours=_hours(file.hours, zone),
        teams=tuple(_team(team, file.hours, zone, default_place) for team in file.team),
        agents=tuple(rules.Agent(row.slack, row.name, row.role, row.teams) for row in file.agent),
        motives=tuple(rules.Motive(**row.by_key()) for row in file.motive),
        urgency=rules.UrgencyRules(**file.urgency.by_key()),
        delays=_delays(file.delays),
        urgent_first_response=file.delays.urgent.first_response,
        timers=rules.Timers(**file.timers.by_key()),
        on_call=_duties(file, zone),
        escalation=tuple(rules.EscalationLevel(**row.by_key()) for row in file.escalation),
        macros=tuple(rules.Macro(**row.by_key()) for row in file.macro),
        bang=file.slack.bang,
        urgent_call=file.slack.urgent_call,
        answer_from=file.faq.answer_from,
        evaluation=folder / file.faq.evaluation if file.faq.evaluation else None,
    )


def _hours(table: HoursTable, zone: ZoneInfo) -> rules.OpeningHours:
    days = enumerate(table.week.by_key().values())
    return rules.OpeningHours(
        zone=zone,
        week={day: ranges for day, ranges in days if ranges},
        is_holiday=holiday_calendar(table.holidays, table.subdivision),
        closures=frozenset(table.closures),
    )


def _team(row: TeamTable, service: HoursTable, zone: ZoneInfo, default_place: str) -> rules.Team:
    hours = _hours(_completed(row.hours, service), zone) if row.hours else None
    return rules.Team(row.key, row.name, row.channel or default_place, hours)


def _completed(own: HoursTable, service: HoursTable) -> HoursTable:
    """A team's own hours, with the service's holidays and closures where it names none."""
    written = {key: getattr(own, key) for key in own.model_fields_set}
    if "holidays" in written:
        # Another country has other parts.
        written.setdefault("subdivision", "")
    return service.model_copy(update=written)


def _delays(table: DelaysTable) -> dict[str, rules.ChannelDelays]:
    return {name: rules.ChannelDelays(**getattr(table, name).by_key()) for name in _CHANNELS}


def _duties(file: RulesFile, zone: ZoneInfo) -> tuple[rules.Duty, ...]:
    return tuple(
        rules.Duty(row.slack, moment_in(zone, row.from_), moment_in(zone, row.to)) for row in file.on_call
    )
