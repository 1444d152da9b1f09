"""The catalogues laid open for the tests: every text of a language, written out with sample values."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.domain.lines import Hour, Joined, Line, Value, Weekday, When
from core.texts import CATALOGUES, Texts, catalogue
from tests.core.texts.keys_in_code import ROOT

PARIS = ZoneInfo("Europe/Paris")
TONES = ("pro", "formal", "warm")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FOLDED = str.maketrans({"\u00a0": " ", "\u202f": " ", "’": "'"})

LONGEST: Mapping[str, Value] = {
    "name": "Marie-Antoinette",
    "service": "Les Jardins de la Vallée Heureuse",
    "url": "https://www.jardins-de-la-vallee.example/donnees-personnelles",
    "motive": "Juridique, données personnelles",
    "agent": "Marie-Christine",
    "customer": "Marie-Antoinette de Villeneuve",
    "when": When(NOW + timedelta(days=9, hours=3, minutes=45)),
    "step": "nous vous rappelons mardi à 10 h pour vérifier que tout fonctionne.",
    "delay": timedelta(hours=72),
    "count": 12,
    "words": Joined(("Nos bureaux sont ouverts ", Line("opening.all_day"), ".")),
    "first": Weekday(0),
    "last": Weekday(4),
    "day": Weekday(2),
    "days": Line("opening.every_day"),
    "ranges": Line("opening.all_day"),
    "opens": Hour(time(9)),
    "closes": Hour(time(12, 30)),
    "before": "de 9\u00a0h à 12\u00a0h",
    "after": "de 13\u00a0h à 18\u00a0h",
}


def sections(name: str, language: str) -> dict[str, dict[str, Any]]:
    """One catalogue as its file holds it."""
    path = ROOT / "core" / "texts" / f"{name}.{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def keys_of(name: str, language: str) -> list[str]:
    """The keys of one catalogue, with their tones, as `catalogue` calls them."""
    entries = sections(name, language).items()
    pairs = [(section, key) for section, texts in entries for key in texts]
    return [f"{s}.{key}" if key and not key.startswith("@") else s + key for s, key in pairs]


def forms(text: str | Mapping[str, str]) -> list[str]:
    """A text, or each of its plural forms."""
    return [text] if isinstance(text, str) else list(text.values())


def placeholders(text: str | Mapping[str, str]) -> set[str]:
    """What a text, in any of its forms, has to be given."""
    return {name for form in forms(text) for name in re.findall(r"\{(\w+)\}", form)}


def every_text(language: str, *names: str) -> Iterator[tuple[str, str]]:
    """Each key with each of its forms, as the files hold them."""
    for name in names or CATALOGUES:
        for key in keys_of(name, language):
            for form in forms(catalogue(language)[key]):
                yield key, form


def customer_texts(language: str, values: Mapping[str, Value] = LONGEST) -> Iterator[tuple[str, str]]:
    """Each sentence a customer may read, in each tone, written out."""
    plain = [key for key in keys_of("customer", language) if "@" not in key]
    for tone in TONES:
        texts = Texts(PARIS, tone)
        for key in plain:
            given: dict[str, Value] = {"time": "14 h", "weekday": "mardi", "date": "4 mai"}
            if key.startswith("when."):
                given["when"] = "demain"
            yield key, texts.line(Line(key, {**values, **given}), language, NOW)
