"""The tables of a language as files, `<folder>/<language>/*.txt`: all faults told at once.

What each file holds and how it is written stands in `faq/lexicons/README.md`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path

from faq.lexicon import Group, Lexicon, Run

SHIPPED = Path(__file__).parent / "lexicons"
"""The tables that come with the product."""

MOST_RUNS = 1000
"""Runs of words that one line with choices may stand for."""

_LANGUAGES = {"fr": ("french", "l d j n s c m t qu jusqu lorsqu puisqu quelqu"), "en": ("english", "")}
"""Of each language: the name of its stemmer, and the words it writes with an apostrophe before others."""

_PLAIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
_RUN = re.compile(r"[a-z0-9]+(?:/[a-z0-9]+)*\??(?: [a-z0-9]+(?:/[a-z0-9]+)*\??)*")
_WEIGHT = re.compile(r"0\.\d{1,2}")
_BAND = re.compile(r"##\s*band\s+(\d+)")


class LexiconFaults(Exception):
    """The tables cannot be used. `faults`: "file:line: what, and what to write", in reading order."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@lru_cache(maxsize=4)
def shipped_lexicon(code: str) -> Lexicon:
    """The tables of a language that come with the product."""
    return read_lexicon(SHIPPED, code)


def read_lexicon(folder: Path, code: str) -> Lexicon:
    """The tables of a language, "fr" or "en", from a folder that holds one folder a language.

    Raises LexiconFaults with all faults of all files: one that is missing, a line not of its file's form, a
    word not in plain form, an entry that stands twice.
    """
    faults: list[str] = []
    stemmer, elided = _LANGUAGES[code]

    def table(name: str) -> "_Table":
        return _Table(folder / code / f"{name}.txt", faults)

    found = Lexicon(
        code=code,
        stemmer=stemmer,
        elided=frozenset(elided.split()),
        abbreviations=_abbreviations(table("abbreviations")),
        phrases=_phrases(table("phrases")),
        forms=_forms(table("forms")),
        function=_set_of(table("function")),
        common=_set_of(table("common")),
        polite=_set_of(table("polite")),
        closings=_set_of(table("closings")),
        negators=_set_of(table("negators")),
        light_verbs=_set_of(table("light_verbs")),
        synonyms=_groups(table("synonyms")),
        dictionary=_bands(table("dictionary")),
    )
    if faults:
        raise LexiconFaults(faults)
    return found


class _Table:
    """One file being read. A file that is not there or is not text has one fault and no line."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        self._place = f"{path.parent.name}/{path.name}"
        self._faults = faults
        self._seen: dict[str, int] = {}
        self.raw = self._read(path)

    def _read(self, path: Path) -> list[str]:
        try:
            return path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            self.fault(1, "no such file; an empty one will do")
        except UnicodeDecodeError:
            self.fault(1, "not UTF-8 text; save the file as UTF-8")
        return []

    def fault(self, at: int, what: str) -> None:
        """Notes a fault of a line."""
        self._faults.append(f"{self._place}:{at}: {what}")

    def lines(self) -> Iterator[tuple[int, str]]:
        """The lines that hold something, numbered, without what follows a `#`; blanks made one."""
        for at, line in enumerate(self.raw, start=1):
            kept = " ".join(line.partition("#")[0].split())
            if kept:
                yield at, kept

    def pairs(self) -> Iterator[tuple[int, str, str]]:
        """The two sides of the lines `left = right`."""
        for at, line in self.lines():
            left, sign, right = line.partition("=")
            if sign and left.strip():
                yield at, left.strip(), right.strip()
            else:
                self.fault(
                    at, "not of the form 'left = right'; write what people type, =, what it is read as"
                )

    def words(self, at: int, text: str) -> tuple[str, ...]:
        """The words of a text; none, and a fault, when one is not in plain form."""
        if not text or _PLAIN.fullmatch(text):
            return tuple(text.split())
        wrong = next(word for word in text.split() if not _PLAIN.fullmatch(word))
        self.fault(at, f"'{wrong}' is not plain; write small letters and figures alone, without accents")
        return ()

    def is_new(self, at: int, entry: str) -> bool:
        """Whether an entry stands in this file for the first time; a fault when it does not."""
        if entry in self._seen:
            self.fault(at, f"'{entry}' already stands at line {self._seen[entry]}; take one out")
            return False
        self._seen[entry] = at
        return True


def _set_of(table: _Table) -> frozenset[str]:
    return frozenset(
        word for at, line in table.lines() for word in table.words(at, line) if table.is_new(at, word)
    )


def _abbreviations(table: _Table) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for at, left, right in table.pairs():
        full = table.words(at, right)
        if not right:
            table.fault(at, f"'{left}' stands for nothing; write the words after the =")
        found |= {short: full for short in table.words(at, left) if table.is_new(at, short)}
    return found


def _forms(table: _Table) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for at, left, right in table.pairs():
        base = table.words(at, right)
        if len(base) == 1:
            found |= {form: base[0] for form in table.words(at, left) if table.is_new(at, form)}
        else:
            table.fault(at, f"'{right}' is not one word; write the base form after the =")
    return found


def _phrases(table: _Table) -> Mapping[str, tuple[tuple[Run, tuple[str, ...]], ...]]:
    found: dict[str, list[tuple[Run, tuple[str, ...]]]] = {}
    for at, left, right in table.pairs():
        replacement = table.words(at, right)
        for side in left.split("|"):
            for run in _runs(table, at, side.strip()):
                if table.is_new(at, " ".join(run)):
                    found.setdefault(run[0], []).append((run, replacement))
    return {first: tuple(sorted(runs, key=lambda run: -len(run[0]))) for first, runs in found.items()}


def _runs(table: _Table, at: int, text: str) -> list[Run]:
    """Writes out the choices of a run: `je veux/voudrais bien? savoir` is four runs."""
    if not _RUN.fullmatch(text):
        table.fault(at, f"'{text}' is not a run of plain words; write word, this/that, or perhaps?")
        return []
    choices = [_choices(part) for part in text.split()]
    runs = {tuple(word for word in run if word) for run in product(*choices)}
    if () in runs or len(runs) > MOST_RUNS:
        table.fault(at, f"'{text}' stands for nothing, or for more than {MOST_RUNS} runs; split it")
        return []
    return sorted(runs)


def _choices(part: str) -> list[str]:
    return part.rstrip("?").split("/") + ([""] if part.endswith("?") else [])


def _groups(table: _Table) -> tuple[Group, ...]:
    found = []
    for at, line in table.lines():
        weight, _, rest = line.partition(" ")
        words = table.words(at, rest)
        if not _WEIGHT.fullmatch(weight) or not float(weight) or len(rest.split()) < 2:
            table.fault(
                at, "not of the form '0.75 word word'; write a weight below 1, then two words or more"
            )
        elif len(set(words)) < len(words):
            table.fault(at, "a word stands twice in this group; take one out")
        elif table.is_new(at, line):
            found.append(Group(words, float(weight)))
    return tuple(found)


def _bands(table: _Table) -> Mapping[str, int]:
    found: dict[str, int] = {}
    band = 0
    for at, line in enumerate(table.raw, start=1):
        heading = _BAND.fullmatch(line.strip())
        if heading:
            band = int(heading[1])
            continue
        words = table.words(at, " ".join(line.partition("#")[0].split()))
        if words and not band:
            table.fault(at, "no band above these words; write '## band 1' before them")
        found |= {word: band for word in words if table.is_new(at, word)}
    return found
