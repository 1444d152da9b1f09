"""For every test: outgoing requests are checked, and the count is printed at the end of the run."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.requests_checked import CHECKED, EXPECTED, begin

NOT_OURS = ("tests/sandbox",)
"""The stand-ins' own tests send what a platform must refuse."""
TOLD = "told at the end of the run"
"""The property under which a test hands lines to the summary."""
COUNTS = pytest.StashKey[Counter[str]]()


@pytest.fixture(autouse=True)
def requests_are_well_formed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test during which a malformed request left the service."""
    begin()
    before = len(CHECKED.complaints)
    CHECKED.is_on = not any(part in request.node.nodeid for part in NOT_OURS)
    yield
    assert CHECKED.complaints[before:] == []


def pytest_configure(config: pytest.Config) -> None:
    """Start counting."""
    config.stash[COUNTS] = Counter()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands its counts over; alone, they are the session's."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["requests_checked"] = json.dumps(CHECKED.counts)
        return
    session.config.stash[COUNTS].update(CHECKED.counts)
    if _is_whole(session.config) and _missing(session.config.stash[COUNTS]) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_testnodedown(node: object) -> None:
    """Add what a worker counted."""
    output = getattr(node, "workeroutput", {})
    config = getattr(node, "config", None)
    if config is not None and "requests_checked" in output:
        config.stash[COUNTS].update(Counter(json.loads(output["requests_checked"])))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what the tests had to tell, and how many requests were checked, a platform and method."""
    _tell(terminalreporter)
    counts = config.stash[COUNTS]
    terminalreporter.section("outgoing requests checked")
    for name, count in sorted(counts.items()):
        terminalreporter.write_line(f"{count:7} {name}")
    if _is_whole(config):
        for name in _missing(counts):
            terminalreporter.write_line(f"MISSING {name}: no test sent it", red=True)


def _tell(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [r for name in ("passed", "failed") for r in terminalreporter.stats.get(name, [])]
    told = [line for report in reports for name, line in report.user_properties if name == TOLD]
    if told:
        terminalreporter.section("killed under load")
    for line in told:
        terminalreporter.write_line(str(line))


def _is_whole(config: pytest.Config) -> bool:
    """Whether the whole suite was asked for, rather than a part of it."""
    chosen = config.getoption("keyword") or config.getoption("markexpr")
    everything = [str(Path(config.rootpath, path)) for path in config.getini("testpaths")]
    asked = [str(Path(argument).absolute()) for argument in config.args]
    return not chosen and asked in (everything, [str(config.rootpath)])


def _missing(counts: Counter[str]) -> list[str]:
    expected = [f"{platform} {method}" for platform, methods in EXPECTED.items() for method in methods]
    return [name for name in expected if not counts[name]]
