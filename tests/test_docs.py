"""Documents that cannot lie: names, tables and addresses written in them are held against the code."""

import ast
import importlib
import inspect
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from core.metrics import Metrics
from core.store import errors
from core.texts import catalogue
from handoff.registry import BY_NAME, COMMANDS, UMBRELLA, Command, Who
from rulebook.tables import TABLES
from rulebook.variables import VARIABLES

ROOT = Path(__file__).parents[1]
BUILT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
MODULES: list[str] = BUILT["py-modules"]
ROOMS = sorted({package.partition(".")[0] for package in BUILT["packages"]})
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
OURS = re.compile(rf"`((?:{'|'.join((*ROOMS, *MODULES))})(?:\.\w+)+)`")
"""A dotted name of ours, in quotes."""
KEYS = {f"{table}.{key}" for table, model in TABLES.items() for key in model.keys()}  # noqa: SIM118 - a method
"""The keys of the rules file, of which a table may be called as a room is."""


def page(name: str) -> str:
    """The text of a document."""
    return (ROOT / name).read_text(encoding="utf-8")


def sources(*folders: str) -> list[Path]:
    """Python files of the product, and of other folders if asked."""
    paths = [ROOT / f"{name}.py" for name in MODULES]
    return paths + [path for folder in (*ROOMS, *folders) for path in sorted((ROOT / folder).rglob("*.py"))]


def found(name: str) -> bool:
    """Whether a dotted name leads to something that can be imported."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            thing: object = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            thing = getattr(thing, part, None)
        return thing is not None
    return False


def rows(name: str, first: str) -> list[list[str]]:
    """The cells of a page's table rows whose first cell has some shape."""
    lines = [line for line in page(name).splitlines() if re.match(rf"\| *{first} *\|", line)]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_name_of_ours_in_a_page_exists(path: Path) -> None:
    names = set(OURS.findall(path.read_text("utf-8"))) - KEYS
    assert [name for name in names if not found(name) and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_and_file_of_a_page_exists(path: Path) -> None:
    text = path.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in link]
    files = re.findall(r"`((?:docs|tests|\.ci|[a-z]+)/[\w./-]+)`", text)
    ours = [
        file
        for file in files
        if file.split("/")[0] in {*ROOMS, "docs", "tests", ".ci"} and "NNNN" not in file
    ]
    assert [link for link in links if not (path.parent / link).exists()] == []
    assert [file for file in ours if not (ROOT / file).exists()] == []


def test_the_walk_names_every_step_and_each_can_be_followed() -> None:
    names = OURS.findall(page("docs/walk.md"))
    steps = ("receive", "read_message", "handle", "decide", "save", "carry", "typed", "decide_agent")
    assert len(set(names)) > 40
    assert [name for name in names if not found(name)] == []
    assert [step for step in steps if not any(step in name.rsplit(".", 1)[-1] for name in names)] == []


CITED = re.compile(
    r"(?:^|(?<=[ (\-])|(?<=\x22{3}))(?:R\d{3}|[XOB]\d{2}|C\d{1,2}|[PTGSI]\d{1,3}[a-f]?)(?!\w)(?!-\d)",
    re.MULTILINE,
)
A_RANGE = re.compile(r"\bR(\d{3})-R(\d{3})\b")
A_WAIVER = re.compile(r"noqa: [A-Z0-9, ]+")
"""Codes of the linter look like ids and are none."""
STATUS = re.compile(r"done|part: .{8,}|later(: .+)?")


@cache
def cited() -> frozenset[str]:
    """Every id that a comment, a docstring or a test speaks of."""
    texts = [path.read_text("utf-8") for path in sources("tests") if "specs" not in path.parts]
    texts += [path.read_text("utf-8") for path in (ROOT / "core").rglob("*.sql")]
    ids = {match for text in texts for match in CITED.findall(A_WAIVER.sub("", text))}
    ranges = [match for text in texts for match in A_RANGE.findall(text)]
    return frozenset(ids | {f"R{n:03}" for low, high in ranges for n in range(int(low), int(high) + 1)})


def test_every_fact_that_the_code_cites_is_told() -> None:
    told = {row[0] for row in rows("docs/requirements.md", r"[A-Z]\d+[a-f]?")}
    assert sorted(cited() - told) == []


def test_every_fact_said_to_be_held_is_cited_by_the_code() -> None:
    held = {
        row[0] for row in rows("docs/requirements.md", r"[A-Z]\d+[a-f]?") if not row[2].startswith("later")
    }
    assert sorted(held - cited()) == []


def test_a_fact_is_told_once_in_words_with_a_status() -> None:
    told = rows("docs/requirements.md", r"[A-Z]\d+[a-f]?")
    ids = [row[0] for row in told]
    assert sorted(set(ids)) == sorted(ids)
    assert [row[0] for row in told if len(row) != 3 or len(row[1]) < 15 or not STATUS.fullmatch(row[2])] == []


def command_rows() -> list[list[str]]:
    """The table of docs/commands.md, from the registry and the help agents read."""
    texts = catalogue("fr")
    return [
        [
            " ".join(f"`{name}`" for name in command.names),
            " ".join(f"`!{word}`" for word in command.words) if command is not UMBRELLA else "",
            texts[command.hint] if command.hint else "",
            WHO[command.who],
            ", ".join(_forms(command)),
            texts[command.described],
        ]
        for command in (*COMMANDS, UMBRELLA)
    ]


WHO = {
    Who.TEAM: "the roster",
    Who.OWNER: "its owner, managers",
    Who.REFERENT: "referents, managers",
    Who.MANAGER: "managers",
}


def _forms(command: Command) -> list[str]:
    """Where a form of it opens."""
    if not command.is_modal:
        return []
    shortcut = catalogue("fr")[f"shortcut.{command.verb}"]
    return ["without words", "on the card", f"« {shortcut} » on a message"]


def test_the_page_of_commands_is_what_the_registry_says() -> None:
    expected = command_rows()
    assert rows("docs/commands.md", r"`/.*?") == expected, "\n".join(
        "| " + " | ".join(r) + " |" for r in expected
    )


def test_the_readme_names_every_command_and_asks_for_every_variable() -> None:
    readme = page("README.md")
    shown = set(re.findall(r"^([A-Z_]+)=", readme, re.MULTILINE))
    assert [name for name in sorted(BY_NAME) if f"`{name}`" not in readme] == []
    assert sorted(shown - set(VARIABLES)) == []
    assert sorted(name for name in VARIABLES if name not in shown) == sorted(
        ["HOST", "PORT", "RELAIS_DEMO_CLOCK", "RELAIS_RULES", "SLACK_APP_TOKEN", "SLACK_MODE"]
        + ["SLACK_OPS_CHANNEL"]
        + ["TELEGRAM_MODE", "TWILIO_SHARED_KEY", "TWILIO_SHARED_KEY_SECRET"]
        + [name for name in VARIABLES if name.endswith("_API_URL")]
    )


def test_the_readme_names_only_routes_that_are_served() -> None:
    composed = "".join(path.read_text("utf-8") for path in sources() if "composition" in path.as_posix())
    routes = set(re.findall(r"https://your\.name(/[a-z/]+)", page("README.md")))
    assert routes == {"/slack", "/telegram", "/twilio/message"}
    assert [route for route in routes if f'"{route}"' not in composed] == []


def logged() -> set[str]:
    """The names of the events that the service logs."""
    calls = [node for path in sources() for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    return {
        node.args[0].value
        for node in calls
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_every_event_of_the_log_is_explained_and_no_other() -> None:
    told = {row[0].strip("`") for row in rows("docs/operations.md", "`[a-z]+_[a-z_]+`")}
    assert {name for name in told if not name.startswith("relais_")} == logged()


def test_every_metric_is_explained_and_no_other() -> None:
    exposed = set(re.findall(r"^# HELP (relais_\w+)", Metrics().page().decode(), re.MULTILINE))
    told = {row[0].strip("`") for row in rows("docs/operations.md", "`relais_[a-z_]+`")}
    assert told == exposed


def test_every_failure_of_the_store_is_explained() -> None:
    kinds = [
        name for name, kind in inspect.getmembers(errors, inspect.isclass) if kind is not errors.StoreError
    ]
    text = page("docs/operations.md")
    assert [name for name in kinds if f"`{name}`" not in text] == []


def test_decisions_are_numbered_short_and_say_why() -> None:
    paths = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    parts = ("**Context.**", "**Choice.**", "**Why.**", "**What would change it.**")
    assert [path.name[:4] for path in paths] == [f"{n:04}" for n in range(1, len(paths) + 1)]
    assert [p.name for p in paths if not p.read_text("utf-8").startswith(f"# {p.name[:4]} ")] == []
    assert [p.name for p in paths if any(part not in p.read_text("utf-8") for part in parts)] == []
    assert [p.name for p in paths if len(p.read_text("utf-8").splitlines()) > 25] == []


def test_a_decision_that_the_code_points_to_exists() -> None:
    pointed = {
        n for path in sources() for n in re.findall(r"docs/decisions/(\d{4})", path.read_text("utf-8"))
    }
    known = {path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")}
    assert pointed <= known


def test_the_changelog_keeps_its_form() -> None:
    heads = re.findall(r"^## (.+)$", page("CHANGELOG.md"), re.MULTILINE)
    kinds = set(re.findall(r"^### (.+)$", page("CHANGELOG.md"), re.MULTILINE))
    released = [head for head in heads[1:] if not re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", head)]
    assert heads[0] == "[Unreleased]"
    assert released == []
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_no_recipe_is_longer_than_six_lines() -> None:
    recipes = re.split(r"^\*\*… an? (\w+)\.\*\*$", page("CONTRIBUTING.md"), flags=re.MULTILINE)[1:]
    texts = dict(zip(recipes[::2], recipes[1::2], strict=True))
    steps = {name: len(re.findall(r"^\d\. ", text, re.MULTILINE)) for name, text in texts.items()}
    assert set(steps) == {"command", "channel", "text", "timer", "migration"}
    assert [name for name, count in steps.items() if not 1 < count <= 6] == []


NAMED = re.compile(r"`(?:make (?P<target>[\w-]+)|(?P<path>tests/[\w/]+(?:\.py)?)(?:::(?P<test>test_\w+))?)`")
"""What may prove a promise: a target of the Makefile, a file, one of its tests."""


def _is_there(named: re.Match[str]) -> bool:
    if named["target"]:
        return re.search(rf"^{named['target']}:", page("Makefile"), re.MULTILINE) is not None
    path = ROOT / named["path"]
    return path.exists() and (named["test"] is None or f"def {named['test']}(" in path.read_text("utf-8"))


def test_every_promise_names_what_proves_it_and_the_last_figure() -> None:
    told = {row[0]: row for row in rows("docs/promises.md", r"W\d+")}
    assert list(told) == [f"W{number}" for number in range(1, 11)]
    assert [name for name, (_, _, proof, _) in told.items() if not NAMED.search(proof)] == []
    assert [name for name, (*_, figure) in told.items() if not figure] == []
    assert [number for number in range(1, 11) if f"| **{number}** " not in page("README.md")] == []


def test_every_invariant_names_what_checks_it_or_what_is_not_built() -> None:
    told = {row[0]: row for row in rows("docs/promises.md", r"I\d+")}
    judges = "".join(path.read_text("utf-8") for path in (ROOT / "tests" / "sim").glob("judge*.py"))
    assert list(told) == [f"I{number}" for number in range(1, 15)]
    for name, (_, _, check) in told.items():
        functions = re.findall(r"`([a-z]+(?:_[a-z]+)+)`", check)
        assert functions or NAMED.search(check) or name == "I10"
        assert [each for each in functions if f"def {each}(" not in judges] == []


def test_whatever_a_promise_names_exists() -> None:
    named = list(NAMED.finditer(page("docs/promises.md")))
    assert len(named) > 40
    assert [each[0] for each in named if not _is_there(each)] == []


def test_every_test_that_holds_a_trap_exists() -> None:
    named = re.findall(r"\| `(tests/[\w/]+\.py)::(test_\w+)` \|", page("docs/traps.md"))
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).exists() or f"def {name}(" not in (ROOT / path).read_text("utf-8")
    ]
    assert len(named) > 90
    assert missing == []
