"""The hand-made messages, read from their files."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "messages"


@dataclass(frozen=True)
class Expected:
    """One message and what the base is expected to do; `never`: the article that would be the opposite."""

    kind: str
    text: str
    articles: frozenset[str]
    never: str = ""


def handmade() -> list[Expected]:
    """All of them, file by file."""
    lines = [line for file in sorted(FOLDER.glob("*.tsv")) for line in file.read_text("utf-8").splitlines()]
    return [_expected(*line.split("\t")) for line in lines]


def _expected(kind: str, expected: str, text: str) -> Expected:
    if expected.startswith("!"):
        return Expected(kind, text, frozenset(), expected[1:])
    return Expected(kind, text, frozenset() if expected == "-" else frozenset(expected.split("+")))
