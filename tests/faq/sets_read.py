"""The development sets, read: a base and messages with what is expected of them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.domain.knowledge import Article
from faq.serve_eval import article_of

FOLDER = Path(__file__).parent / "sets"
SETS = ("telecom_fr", "covid_fr", "clinc_10", "b77_10")
CLEAN, DOUBLE = "clean", "double"


@dataclass(frozen=True)
class Asked:
    """One message. `base`: messages of one number are one message, written in several ways."""

    text: str
    expected: frozenset[str]
    noise: str
    base: int
    both: tuple[frozenset[str], ...] = ()


def base_of(name: str) -> list[Article]:
    """The articles of a set."""
    return [article_of(entry) for entry in _lines(FOLDER / name / "kb.jsonl")]


def asked_of(name: str) -> list[Asked]:
    """The messages of a set, in their order."""
    return [_asked(number, entry) for number, entry in enumerate(_lines(FOLDER / name / "queries.jsonl"))]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _asked(number: int, entry: dict[str, Any]) -> Asked:
    expected = entry["expected"]
    ids = [] if expected is None else expected if isinstance(expected, list) else [expected]
    both = tuple(frozenset(one) for one in entry.get("both") or ())
    return Asked(entry["text"], frozenset(ids), entry.get("noise", CLEAN), entry.get("base", number), both)
