"""Every sentence a person reads, by key, per language and tone; dates, hours and plurals by Babel.

Rules of this room:
1. A language holds the same keys with the same placeholders as every other; another language reads French.
2. Values are put in, never read again: braces that somebody typed are only braces.
"""

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_day_names

from core.domain.lines import Hour, Joined, Line, Value, Weekday, When, Words
from core.domain.promises import SpokenDay, spoken_day

CATALOGUES = ("customer", "team", "answers", "slack", "base")
LANGUAGES = ("fr", "en")
NBSP = "\u00a0"
_NO_MOMENT = datetime.min.replace(tzinfo=UTC)


class MissingText(LookupError):
    """A key that no catalogue of the language holds: a fault of ours, found by the tests."""


@cache
def catalogue(language: str) -> dict[str, Any]:
    """Every key of a language with its text, or its plural forms."""
    texts: dict[str, Any] = {}
    for name in CATALOGUES:
        source = files(__package__).joinpath(f"{name}.{_known(language)}.toml")
        for section, entries in tomllib.loads(source.read_text(encoding="utf-8")).items():
            for key, text in entries.items():
                texts[f"{section}.{key}" if key and not key.startswith("@") else section + key] = text
    return texts


class Texts:
    """Writes lines out. One for each service: its zone and its tone are fixed.

    A language without a catalogue is written in French. Writing costs some microseconds: what Babel finds
    out is kept.
    """

    def __init__(self, zone: ZoneInfo, tone: str = "pro") -> None:
        self._zone = zone
        self._tone = tone

    def write(self, words: Words, language: str, now: datetime) -> str:
        """Paragraphs, an empty line between them; what people typed passes untouched."""
        parts = [part if isinstance(part, str) else self.line(part, language, now) for part in words]
        return "\n\n".join(part for part in parts if part)

    def line(self, line: Line, language: str, now: datetime) -> str:
        """One sentence.

        Raises:
            MissingText: no such key.
            KeyError: the sentence has a placeholder without a value.
        """
        text = self._text(line.key, language, line.values)
        values = {name: self._value(value, language, now) for name, value in line.values.items()}
        if "name" in values and line.key.startswith(("greeting.", "handoff.")):
            values["name"] = _address_by(str(values["name"]), line.key)
        written = text.format_map(values)
        return written[:1].upper() + written[1:] if _opens_with_ours(text, line) else written

    def said(self, key: str, language: str, **values: Value) -> str:
        """A sentence without a moment in it."""
        return self.line(Line(key, values), language, _NO_MOMENT)

    def _text(self, key: str, language: str, values: Any) -> str:  # noqa: ANN401 - plural forms or text
        texts = catalogue(language)
        text = texts.get(f"{key}@{self._tone}", texts.get(key))
        if text is None:
            raise MissingText(f"{key} ({language})")
        if isinstance(text, str):
            return text
        form = _locale(language).plural_form(values["count"])
        return str(text.get(form, text["other"]))

    def _value(self, value: Value, language: str, now: datetime) -> str | int:
        match value:
            case When():
                return self.when(value.at, language, now)
            case timedelta():
                return self.duration(value, language)
            case Line():
                return self.line(value, language, now)
            case Weekday():
                return _weekday(value.number, language)
            case Hour():
                return _hour(value.at.hour, value.at.minute, language)
            case Joined():
                return self._joined(value, language, now)
        return value

    def _joined(self, joined: Joined, language: str, now: datetime) -> str:
        written = "".join(str(self._value(part, language, now)) for part in joined.parts)
        return written[:1].upper() + written[1:] if joined.opens else written

    def when(self, at: datetime, language: str, now: datetime) -> str:
        """« d’ici demain, mardi, 11 h 30 »: by when, as seen from now."""
        day = spoken_day(at, now, self._zone)
        key = "when.by_today" if day is SpokenDay.TODAY else "when.by_later"
        return self.said(key, language, when=self.moment(at, language, now))

    def moment(self, at: datetime, language: str, now: datetime) -> str:
        """« demain, mardi, 11 h 30 »: today, tomorrow, the weekday alone, or weekday and date."""
        local = at.astimezone(self._zone)
        return self.said(
            f"when.{spoken_day(at, now, self._zone).value}",
            language,
            weekday=_weekday(local.weekday(), language),
            date=_date(local.month, local.day, language),
            time=_hour(local.hour, local.minute, language),
        )

    def duration(self, span: timedelta, language: str) -> str:
        """« 72 heures », « 30 minutes »; whole minutes, the nearest."""
        minutes = round(span.total_seconds() / 60)
        if minutes and minutes % 60 == 0:
            return self.said("duration.hours", language, count=minutes // 60)
        return self.said("duration.minutes", language, count=minutes)


def _known(language: str) -> str:
    return language if language in LANGUAGES else LANGUAGES[0]


def _address_by(name: str, key: str) -> str:
    """The name as it joins the sentence: « Bonjour Marie », « C’est noté, Marie »; nothing without one."""
    if not name:
        return ""
    comma = key.startswith("handoff.")
    return f", {name}" if comma else f" {name}"


def _opens_with_ours(text: str, line: Line) -> bool:
    """Whether a whole sentence begins with words of the catalogue, which are written small there."""
    if not (text.startswith("{") and text.endswith((".", "?", "!", ":"))):
        return False
    return isinstance(line.values.get(text[1 : text.index("}")]), Line | When | timedelta)


@cache
def _locale(language: str) -> Locale:
    return Locale(_known(language))


@cache
def _weekday(day: int, language: str) -> str:
    return str(get_day_names("wide", "format", _locale(language))[day])


@cache
def _date(month: int, day: int, language: str) -> str:
    """« 4 mai », « 1er mai »; "4 May"."""
    locale = _locale(language)
    pattern = "d'er' MMMM" if locale.language == "fr" and day == 1 else "d MMMM"
    return format_date(date(2000, month, day), pattern, locale)


@cache
def _hour(hour: int, minute: int, language: str) -> str:
    """« 14 h », « 11 h 30 »; "2 pm", "11:30 am", and "12 noon", since nobody is sure of 12 pm."""
    locale = _locale(language)
    if locale.language == "fr":
        pattern = f"H{NBSP}'h'" if minute == 0 else f"H{NBSP}'h'{NBSP}mm"
        return format_time(time(hour, minute), pattern, locale=locale)
    if minute == 0 and hour % 12 == 0:
        return "12 noon" if hour else "12 midnight"
    pattern = "h a" if minute == 0 else "h:mm a"
    return format_time(time(hour, minute), pattern, locale=locale).lower()
