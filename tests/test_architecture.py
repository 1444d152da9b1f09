"""The rules of the house, run: doors between rooms, one clock, one store, budgets of size.

A rule is a sentence, the rooms it holds in, and a finder that yields what breaks it; beside it stands a
crime, a few lines that must be found, so that no rule can go blind. Files are read, never imported.
"""

import ast
import statistics
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
BUILT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
MODULES: list[str] = BUILT["py-modules"]
PACKAGES = sorted({package.partition(".")[0] for package in BUILT["packages"]})
SERVICE = ("app", "bots", "composition", "core", "faq", "handoff", "rulebook", "settings")
"""What runs at an operator's; the stand-ins are not part of it."""
EVERYWHERE = (*SERVICE, "sandbox", "tests")

DOORS = {
    "core.domain": {"core.domain"},
    "core": {"core", "core.domain"},
    "bots": {"bots", "core", "core.domain"},
    "faq": {"faq", "core", "core.domain"},
    "handoff": {"handoff", "core", "core.domain"},
    "rulebook": {"rulebook", "core.domain"},
    "settings": {"rulebook", "core.domain"},
    "composition": {"bots", "composition", "core", "core.domain", "faq", "handoff", "settings"},
    "app": {"composition", "core", "core.domain", "faq", "settings", "sandbox"},
    "sandbox": {"sandbox"},
}
"""Which rooms a room may open. No arrow turns back; `app` opens the sandbox inside `demo` alone."""

PLATFORMS = ("whatsapp", "telegram", "slack", "twilio")
WALL = {f"{name}.{read}" for name in ("datetime", "datetime.datetime") for read in ("now", "utcnow", "today")}
WALL |= {"date.today", "datetime.date.today"}
WALL |= {f"time.{read}" for read in ("time", "time_ns", "localtime", "gmtime", "ctime")}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv"}
SQL = ("SELECT ", "INSERT ", "UPDATE ", "DELETE FROM ", "WITH ", "CREATE TABLE ", "PRAGMA ", "BEGIN ")
LONGEST_FUNCTION, LONGEST_FILE = 50, 300
MEDIAN_FUNCTION, NINTH_IN_TEN = 7, 25

Function = ast.FunctionDef | ast.AsyncFunctionDef


class File(NamedTuple):
    """One file of Python, parsed. `name` is its path from the root, with slashes."""

    name: str
    tree: ast.Module
    lines: int

    @property
    def module(self) -> str:
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def nodes(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)


Found = Iterator[tuple[ast.AST, str]]


def parsed(name: str, text: str) -> File:
    """A file as the rules see it."""
    return File(name, ast.parse(text), len(text.splitlines()))


@cache
def house() -> tuple[File, ...]:
    """Every file of the house but the copied request checker."""
    paths = [ROOT / f"{module}.py" for module in MODULES]
    paths += [path for package in (*PACKAGES, "tests") for path in sorted((ROOT / package).rglob("*.py"))]
    read = [path for path in paths if not path.is_relative_to(ROOT / "tests" / "specs")]
    return tuple(parsed(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in read)


def room_of(module: str) -> str:
    """The most precise room of `DOORS` for a dotted name; empty for what is not ours."""
    return max((room for room in DOORS if f"{module}.".startswith(f"{room}.")), key=len, default="")


def dotted(node: ast.AST) -> str:
    """`a.b.c` as text; empty for anything else."""
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return node.id if isinstance(node, ast.Name) else ""


def imports(file: File) -> Found:
    """Every module a file imports; what it takes from a package counts as a module of it."""
    for node in file.nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{node.module or ''}.{alias.name}") for alias in node.names)


def closed_doors(room: str, file: File) -> Found:
    """Imports of rooms that this one may not open."""
    if room_of(file.module) == room:
        yield from ((n, module) for n, module in imports(file) if room_of(module) not in DOORS[room] | {""})


def outside_the_standard_library(file: File) -> Found:
    """Imports of anything but the standard library and the domain itself."""
    for node, module in imports(file):
        if room_of(module) != "core.domain" and module.partition(".")[0] not in sys.stdlib_module_names:
            yield node, module


def sandbox_outside_demo(file: File) -> Found:
    """Imports of the stand-ins, other than inside the command that plays the demo."""
    demos = [node for node in file.nodes if isinstance(node, Function) and node.name == "demo"]
    inside = {id(node) for demo in demos for node in ast.walk(demo)}
    yield from (
        (n, module) for n, module in imports(file) if room_of(module) == "sandbox" and id(n) not in inside
    )


def relative_imports(file: File) -> Found:
    """`from . import …`."""
    yield from ((node, "") for node in file.nodes if isinstance(node, ast.ImportFrom) and node.level)


def platform_words(file: File) -> Found:
    """Names and strings that speak of a platform."""
    for node in file.nodes:
        match node:
            case ast.Constant(value=str(text)) | ast.Name(id=text) | ast.Attribute(attr=text):
                said = text
            case ast.FunctionDef(name=text) | ast.AsyncFunctionDef(name=text) | ast.ClassDef(name=text):
                said = text
            case ast.arg(arg=text) | ast.alias(name=text) | ast.keyword(arg=str(text)):
                said = text
            case _:
                continue
        yield from ((node, word) for word in PLATFORMS if word in said.lower())


def mentions(names: set[str], file: File) -> Found:
    """Uses of dotted names, and `from … import` of their last part, which would hide such a use."""
    for node in file.nodes:
        if isinstance(node, ast.Attribute) and dotted(node) in names:
            yield node, dotted(node)
    yield from ((node, module) for node, module in imports(file) if module in names)


def sql(file: File) -> Found:
    """String literals that begin like a statement."""
    for node in file.nodes:
        if isinstance(node, ast.Constant) and str(node.value).lstrip().startswith(SQL):
            yield node, str(node.value).split()[0]


def mocks(file: File) -> Found:
    """Imports of mock libraries."""
    yield from ((node, module) for node, module in imports(file) if "mock" in module.split("."))


def prints(file: File) -> Found:
    """Calls of `print`."""
    yield from (
        (node, "") for node in file.nodes if isinstance(node, ast.Call) and dotted(node.func) == "print"
    )


def length(function: Function) -> int:
    """Lines from `def` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def long_functions(file: File) -> Found:
    """Functions beyond the budget."""
    for node in file.nodes:
        if isinstance(node, Function) and length(node) > LONGEST_FUNCTION:
            yield node, f"{node.name}, {length(node)} lines"


def long_files(file: File) -> Found:
    """The file itself, beyond the budget."""
    if file.lines > LONGEST_FILE:
        yield file.tree, f"{file.lines} lines"


def silent(file: File) -> Found:
    """The module, its public classes and functions, and their public methods, when they say nothing."""
    pending: list[ast.AST] = [file.tree] if file.lines else []
    for node in pending:
        if isinstance(node, ast.Module | ast.ClassDef):
            pending += [child for child in node.body if is_public(child)]
        if isinstance(node, ast.Module | ast.ClassDef | Function) and ast.get_docstring(node) is None:
            yield node, getattr(node, "name", "the module")


def is_public(node: ast.stmt) -> bool:
    """A class or function that others may use; of several signatures, only the implementation speaks."""
    if not isinstance(node, ast.ClassDef | Function) or node.name.startswith("_"):
        return False
    return not any(dotted(decorator) == "overload" for decorator in node.decorator_list)


@dataclass(frozen=True)
class Rule:
    """`crime`: the name and the text of a file that breaks it."""

    sentence: str
    rooms: tuple[str, ...]
    find: Callable[[File], Found]
    crime: tuple[str, str]
    allowed: tuple[str, ...] = ()
    """Beginnings of names that the rule does not hold for."""

    def broken(self, files: tuple[File, ...]) -> list[str]:
        """Every place that breaks it."""
        return [
            f"{file.name}:{getattr(node, 'lineno', 1)} {what}".strip()
            for file in files
            if f"{file.module}.".startswith(tuple(f"{room}." for room in self.rooms))
            and not file.name.startswith(self.allowed or ("-",))
            for node, what in self.find(file)
        ]


def door(room: str, forbidden: str) -> Rule:
    """The rule of one room."""
    sentence = f"{room} opens no door of ours but {', '.join(sorted(DOORS[room]))}."
    crime = f"{room.replace('.', '/')}/crime.py" if room not in MODULES else f"{room}.py"
    return Rule(sentence, (room,), partial(closed_doors, room), (crime, f"from {forbidden} import x"))


LONG_FUNCTION = "def f() -> None:\n" + "    g()\n" * LONGEST_FUNCTION
RULES = {
    "core": door("core", "handoff.cards"),
    "core.domain": door("core.domain", "core.store"),
    "bots": door("bots", "handoff.api"),
    "handoff": door("handoff", "faq.match"),
    "faq": door("faq", "settings"),
    "rulebook": door("rulebook", "core.store"),
    "settings": door("settings", "composition"),
    "composition": door("composition", "sandbox"),
    "app": door("app", "handoff"),
    "sandbox": door("sandbox", "core.domain"),
    "pure domain": Rule(
        "core.domain imports the standard library and itself, nothing else.",
        ("core.domain",),
        outside_the_standard_library,
        ("core/domain/crime.py", "import structlog"),
    ),
    "demo alone": Rule(
        "app imports the sandbox inside `demo` alone: the service never loads the stand-ins.",
        ("app",),
        sandbox_outside_demo,
        ("app.py", "def serve():\n    from sandbox.demo import run"),
    ),
    "absolute imports": Rule(
        "An import names its module from the root, so that a reader and these rules can follow it.",
        EVERYWHERE,
        relative_imports,
        ("bots/crime.py", "from . import web"),
    ),
    "no platform": Rule(
        "The name of a platform does not occur in core/ outside the text catalogues.",
        ("core",),
        platform_words,
        ("core/crime.py", "def f(channel): return channel == 'whatsapp'"),
        # Logs silence libraries, which are called what they are called.
        allowed=("core/texts/", "core/logs.py"),
    ),
    "one clock": Rule(
        "Only core/clock.py reads the wall clock; everything else receives `now`.",
        SERVICE,
        partial(mentions, WALL),
        ("bots/crime.py", "from datetime import UTC, datetime\nat = datetime.now(UTC)"),
        allowed=("core/clock.py",),
    ),
    "one environment": Rule(
        "Only settings reads the environment; app hands it over.",
        SERVICE,
        partial(mentions, ENVIRONMENT),
        ("core/crime.py", "from os import environ"),
        allowed=("settings.py", "app.py"),
    ),
    "one store": Rule(
        "Only core/store holds SQL.",
        SERVICE,
        sql,
        ("handoff/crime.py", "rows = 'SELECT 1'"),
        allowed=("core/store/",),
    ),
    "no mocks": Rule(
        "Fakes, never mocks.", EVERYWHERE, mocks, ("tests/crime.py", "from unittest import mock")
    ),
    "no prints": Rule(
        "Commands speak through click, the service through its log: nothing prints.",
        (*SERVICE, "sandbox"),
        prints,
        ("app.py", "print('ready')"),
    ),
    "short functions": Rule(
        f"No function is longer than {LONGEST_FUNCTION} lines; a story is told in one piece.",
        EVERYWHERE,
        long_functions,
        ("faq/crime.py", LONG_FUNCTION),
        allowed=("tests/stories/",),
    ),
    "short files": Rule(
        f"No file of the product is longer than {LONGEST_FILE} lines: one idea a file.",
        (*SERVICE, "sandbox"),
        long_files,
        ("core/crime.py", "x = 1\n" * (LONGEST_FILE + 1)),
    ),
    "core speaks": Rule(
        "Every public module, class and function of core has a docstring.",
        ("core",),
        silent,
        ("core/crime.py", '"""Told."""\nclass Untold: ...'),
    ),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_house_keeps_its_rule(rule: Rule) -> None:
    broken = rule.broken(house())
    assert not broken, "\n".join([rule.sentence, *broken])


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_finds_what_breaks_it(rule: Rule) -> None:
    assert len(rule.broken((parsed(*rule.crime),))) == 1


def test_every_room_of_the_house_has_a_rule() -> None:
    assert {room_of(file.module) for file in house()} - {""} == set(DOORS) == set(DOORS) & set(RULES)
    assert {path.stem for path in ROOT.glob("*.py")} == set(MODULES)


def test_half_of_the_functions_are_very_short_and_nearly_all_are_short() -> None:
    service = [file for file in house() if file.module.partition(".")[0] in SERVICE]
    lengths = [length(node) for file in service for node in file.nodes if isinstance(node, Function)]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION
    assert statistics.quantiles(lengths, n=10)[-1] <= NINTH_IN_TEN
