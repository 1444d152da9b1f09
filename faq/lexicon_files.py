"""The tables of a language as files, `<folder>/<language>/*.txt`: all faults told at once.

What each file holds and how it is written stands in `faq/lexicons/README.md`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from faq.lexicon import Group, Lexicon, Run

SHIPPED = Path(__file__).parent / "lexicons"
"""The tables that come with the product."""

MOST_RUNS = 1000
"""Runs of words that one line with choices may stand for."""

_LANGUAGES = {"fr": ("french", "l d j n s c m t qu jusqu lorsqu puisqu quelqu"), "en": ("english", "")}
"""Of each language: the name of its stemmer, and the words it writes with an apostrophe before others."""

_PLAIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
_RUN = re.compile(r"[a-z0-9]+(?:/[a-z0-9]+)*\??(?: [a-z0-9]+(?:/[a-z0-9]+)*\??)*")
_GROUP = re.compile(r"(?P<weight>0\.[1-9]\d?) (?P<words>[a-z0-9]+:?(?: [a-z0-9]+)+)")
_BAND = re.compile(r"##\s*band\s+(\d+)")


_Entry = TypeVar("_Entry", str, Run)


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
        forms=_regular_forms(table("verbs")) | _forms(table("forms")),
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
        self._seen: dict[str | Run, int] = {}
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

    def new(self, at: int, entries: Sequence[_Entry]) -> Sequence[_Entry]:
        """The entries that stand in this file for the first time; a fault for each of the others."""
        if self._seen.keys().isdisjoint(entries) and len(set(entries)) == len(entries):
            self._seen |= dict.fromkeys(entries, at)
            return entries
        return [entry for entry in entries if self._is_new(at, entry)]

    def _is_new(self, at: int, entry: str | Run) -> bool:
        if entry in self._seen:
            said = entry if isinstance(entry, str) else " ".join(entry)
            self.fault(at, f"'{said}' already stands at line {self._seen[entry]}; take one out")
            return False
        self._seen[entry] = at
        return True


def _set_of(table: _Table) -> frozenset[str]:
    return frozenset(word for at, line in table.lines() for word in table.new(at, table.words(at, line)))


def _abbreviations(table: _Table) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for at, left, right in table.pairs():
        full = table.words(at, right)
        if not right:
            table.fault(at, f"'{left}' stands for nothing; write the words after the =")
        found |= dict.fromkeys(table.new(at, table.words(at, left)), full)
    return found


def _forms(table: _Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for at, left, right in table.pairs():
        base = table.words(at, right)
        if len(base) == 1:
            found |= dict.fromkeys(table.new(at, table.words(at, left)), base[0])
        else:
            table.fault(at, f"'{right}' is not one word; write the base form after the =")
    return found


def _regular_forms(table: _Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for at, line in table.lines():
        for verb in table.new(at, table.words(at, line)):
            if verb.endswith("er"):
                found |= dict.fromkeys(_missed_by_stemmers(verb[:-2]), verb)
            else:
                table.fault(at, f"'{verb}' is no regular verb in -er; write its forms in forms.txt")
    return found


def _missed_by_stemmers(root: str) -> tuple[str, ...]:
    """The forms of a French verb in -er that a stemmer takes for something else when they have no accent."""
    last = root[-1:]
    ends = "" if last == "e" else "e"  # three letters alike are read as two: « créée » is `cree`
    forms = (f"{root}ent", f"{root}e{ends}", f"{root}e{ends}s", root + ("eons" if last == "g" else "ons"))
    if last == "y":
        soft = root[:-1] + "i"
        others = (root + "e", root + "es", soft + "ent", soft + "erai", soft + "era", soft + "erez")
        return (*forms, *others, soft + "eront")
    return (*forms, f"{root}{last}ent") if root.endswith(("el", "et")) else forms


def _phrases(table: _Table) -> Mapping[Run, tuple[tuple[Run, tuple[str, ...]], ...]]:
    found: dict[Run, list[tuple[Run, tuple[str, ...]]]] = {}
    for at, left, right in table.pairs():
        replacement = table.words(at, right)
        for side in left.split("|"):
            for run in table.new(at, _runs(table, at, side.strip())):
                found.setdefault(run[:2], []).append((run, replacement))
    return {first: tuple(sorted(runs, key=lambda run: -len(run[0]))) for first, runs in found.items()}


def _runs(table: _Table, at: int, text: str) -> list[Run]:
    """Writes out the choices of a run: `je veux/voudrais bien? savoir` is four runs."""
    if not _RUN.fullmatch(text):
        table.fault(at, f"'{text}' is not a run of plain words; write word, this/that, or perhaps?")
        return []
    runs: list[Run] = [()]
    for part in text.split():
        choices = [(word,) for word in part.rstrip("?").split("/")] + ([()] if part[-1] == "?" else [])
        runs = [run + choice for run in runs[: MOST_RUNS + 1] for choice in choices]
    if () in runs or len(runs) > MOST_RUNS:
        table.fault(at, f"'{text}' stands for nothing, or for more than {MOST_RUNS} runs; split it")
        return []
    return runs


def _groups(table: _Table) -> tuple[Group, ...]:
    found: list[Group] = []
    for at, line in table.lines():
        written = _GROUP.fullmatch(line)
        if written is None:
            table.fault(
                at, "not of the form '0.75 word word'; write a weight from 0.1, then two plain words or more"
            )
            continue
        words = tuple(written["words"].replace(":", " ").split())
        if len(set(words)) < len(words):
            table.fault(at, "a word stands twice in this group; take one out")
        elif table.new(at, (line,)):
            pairs = [(words[0], other) for other in words[1:]] if ":" in line else [words]
            weight = float(written["weight"])
            found.extend([Group(pair, weight) for pair in pairs])
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
        found |= dict.fromkeys(table.new(at, words), band)
    return found
