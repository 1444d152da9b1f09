"""For every test: outgoing requests are checked, and the count is printed at the end of the run."""

import importlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.requests_checked import CHECKED, EXPECTED, begin
from tests.samples_seen import SEEN, told, well_seen

pytest_plugins = ("tests.serving",)

NOT_OURS = ("tests/sandbox",)
"""The stand-ins' own tests send what a platform must refuse."""
TOLD = "told at the end of the run"
"""The property under which a test hands lines to the summary."""
COUNTS = pytest.StashKey[Counter[str]]()
LONGEST = (
    "tests/kill/",
    "tests/bench/",
    "tests/powercut/",
    "tests/sim/",
    "tests/restore/",
    "tests/stories/test_crowd.py",
    "tests/faq/",
)
"""They begin, or a worker that meets one last plays on alone."""
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own in it
ENOUGH = 2 << 30
"""Bytes: three times what a whole run leaves there."""


@pytest.fixture(autouse=True)
def requests_are_well_formed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test during which a malformed request left the service."""
    begin()
    before = len(CHECKED.complaints)
    CHECKED.is_on = not any(part in request.node.nodeid for part in NOT_OURS)
    yield
    assert CHECKED.complaints[before:] == []


def pytest_configure(config: pytest.Config) -> None:
    """Start counting; files are in memory where there is room: what a power cut takes has its own tests."""
    config.stash[COUNTS] = Counter()
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are cores: stories wait for undo delays, processes and sockets."""
    cores = os.cpu_count() or 1
    return cores + (cores + 1) // 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; else in the random order that they have."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands its counts over; alone, they are the session's."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["requests_checked"] = json.dumps(CHECKED.counts)
        return
    session.config.stash[COUNTS].update(CHECKED.counts)
    if not _is_whole(session.config) or session.exitstatus != 0:
        return
    if _missing(session.config.stash[COUNTS]) or _unseen(_properties(session.config)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_testnodedown(node: object) -> None:
    """Add what a worker counted."""
    output = getattr(node, "workeroutput", {})
    config = getattr(node, "config", None)
    if config is not None and "requests_checked" in output:
        config.stash[COUNTS].update(Counter(json.loads(output["requests_checked"])))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what the tests had to tell, what became of samples, and how many requests were checked."""
    properties = _properties(config)
    _tell(terminalreporter, properties)
    _count_samples(terminalreporter, properties)
    counts = config.stash[COUNTS]
    terminalreporter.section("outgoing requests checked")
    for name, count in sorted(counts.items()):
        terminalreporter.write_line(f"{count:7} {name}")
    if _is_whole(config):
        for name in _missing(counts):
            terminalreporter.write_line(f"MISSING {name}: no test sent it", red=True)
        for name in _unseen(properties):
            terminalreporter.write_line(f"MISSING {name}: no test saw it become what is expected", red=True)


def _properties(config: pytest.Config) -> list[tuple[str, object]]:
    """What the tests recorded of themselves."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    stats = reporter.stats if reporter is not None else {}
    reports = [report for name in ("passed", "failed") for report in stats.get(name, [])]
    return [each for report in reports for each in report.user_properties]


def _tell(terminalreporter: pytest.TerminalReporter, properties: list[tuple[str, object]]) -> None:
    lines = [line for name, line in properties if name == TOLD]
    if lines:
        terminalreporter.section("killed under load, and without power")
    for line in lines:
        terminalreporter.write_line(str(line))


def _count_samples(terminalreporter: pytest.TerminalReporter, properties: list[tuple[str, object]]) -> None:
    if any(name == SEEN for name, _ in properties):
        terminalreporter.section("samples: seen as expected, of expected")
        for line in told(_samples(), well_seen(properties)):
            terminalreporter.write_line(line)


def _samples() -> dict[str, set[str]]:
    """Loaded only when a run has seen some: the tables stand in modules of tests."""
    expected: dict[str, set[str]] = importlib.import_module("tests.samples").expected()
    return expected


def _unseen(properties: list[tuple[str, object]]) -> list[str]:
    seen = well_seen(properties)
    return [
        f"{group}: {name}"
        for group, names in _samples().items()
        for name in sorted(names - seen.get(group, set()))
    ]


def _is_whole(config: pytest.Config) -> bool:
    """Whether the whole suite was asked for, rather than a part of it."""
    chosen = config.getoption("keyword") or config.getoption("markexpr")
    everything = [str(Path(config.rootpath, path)) for path in config.getini("testpaths")]
    asked = [str(Path(argument).absolute()) for argument in config.args]
    return not chosen and asked in (everything, [str(config.rootpath)])


def _missing(counts: Counter[str]) -> list[str]:
    expected = [f"{platform} {method}" for platform, methods in EXPECTED.items() for method in methods]
    return [name for name in expected if not counts[name]]
