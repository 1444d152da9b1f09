"""Which keys of the catalogues the product's code names, read from its syntax and never by running it."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROOMS = ("app.py", "settings.py", "composition", "composition.py", "bots", "core", "handoff", "rulebook")
WRITERS = {"line", "Line", "_line", "said", "_said"}
"""What the code calls to name a sentence; its first argument is the key."""

_ENOUGH = 4
"""Letters an f-string must bring of its own, before it counts as naming a key."""


@dataclass(frozen=True)
class Call:
    """One sentence named in the code. `names` is None where the values are not written out."""

    place: str
    keys: tuple[str, ...]
    names: frozenset[str] | None


@cache
def modules() -> Mapping[str, ast.Module]:
    """Every module of the product, by its path."""
    found = [path for room in ROOMS if (path := ROOT / room).exists()]
    files = [file for path in found for file in ([path] if path.is_file() else path.rglob("*.py"))]
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text(encoding="utf-8")) for file in files}


@cache
def constants() -> frozenset[str]:
    """Every string that stands in the code by itself; the pieces of f-strings are patterns."""
    nodes = [node for module in modules().values() for node in ast.walk(module)]
    pieces = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    texts = (node for node in nodes if isinstance(node, ast.Constant) and id(node) not in pieces)
    return frozenset(node.value for node in texts if isinstance(node.value, str))


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """Every f-string of the code, its holes as groups."""
    nodes = (node for module in modules().values() for node in ast.walk(module))
    texts = {text for node in nodes if isinstance(node, ast.JoinedStr) for text in _pattern(node)}
    return tuple(re.compile(text) for text in sorted(texts))


def is_named(key: str) -> bool:
    """Whether the code names the key, or makes it up of an f-string and words it names."""
    if key in constants():
        return True
    found = (pattern.fullmatch(key) for pattern in patterns())
    return any(match and all(is_named(hole) for hole in match.groups()) for match in found)


def calls() -> Iterator[Call]:
    """Every place where a sentence is named outright."""
    for place, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in WRITERS:
                keys = tuple(_strings(node.args[0]))
                yield Call(f"{place}:{node.lineno}", keys, _keywords(node))


def _keywords(call: ast.Call) -> frozenset[str] | None:
    names = [keyword.arg for keyword in call.keywords]
    if None in names or _name(call.func) == "Line":
        return None
    return frozenset(name for name in names if name)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _strings(argument: ast.expr) -> Iterator[str]:
    """The strings an argument may be; none where it is made elsewhere."""
    if isinstance(argument, ast.IfExp):
        yield from _strings(argument.body)
        yield from _strings(argument.orelse)
    elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value


def _pattern(node: ast.JoinedStr) -> list[str]:
    fixed = [str(part.value) for part in node.values if isinstance(part, ast.Constant)]
    if len(re.sub(r"[^a-z]", "", "".join(fixed))) < _ENOUGH:
        return []
    parts = (re.escape(str(p.value)) if isinstance(p, ast.Constant) else "([a-z_]+)" for p in node.values)
    return ["".join(parts)]
