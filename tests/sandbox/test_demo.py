"""What the demo makes for the service, and how it looks after the service's process."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

import settings
from sandbox.demo_child import Child, Start
from sandbox.demo_files import Addresses, claim_folder, compose_environment, compose_rules
from sandbox.scene import PUBLIC_URL, TEAM, Secrets
from sandbox.serving import address_of, free_port, listen

SHIPPED = (Path(__file__).parents[2] / "relais.toml").read_text(encoding="utf-8")
ADDRESSES = Addresses(
    telegram="http://127.0.0.1:8101",
    twilio="http://127.0.0.1:8102",
    slack="http://127.0.0.1:8103",
    page="http://127.0.0.1:8765",
    service_port=8104,
)
# A service of a few lines: ready at once, and deaf to SIGTERM when it is told to be.
TINY = """
import http.server, os, signal, sys

class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if os.environ["TINY"] != "failing" else 503)
        self.end_headers()

    def log_message(self, *args):
        pass

if os.environ["TINY"] == "broken":
    sys.exit("the rules file is wrong, line 12")
if os.environ["TINY"] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""
Launch = Callable[[str], Awaitable[tuple[Child, list[str]]]]


@pytest.fixture
async def launch(tmp_path: Path, http: httpx.AsyncClient) -> AsyncIterator[Launch]:
    """Start the tiny service in one of its moods; the child, and what it was said to have died of."""
    started: list[Child] = []

    async def start(mood: str) -> tuple[Child, list[str]]:
        port, deaths = free_port(), list[str]()
        environ = {**os.environ, "PORT": str(port), "TINY": mood}
        command = (sys.executable, "-c", TINY)
        child = Child(
            Start(command, tmp_path, environ, tmp_path / "service.log"),
            url=f"http://127.0.0.1:{port}",
            http=http,
            died=deaths.append,
            patience=0.3 if mood == "deaf" else 10.0,
        )
        started.append(child)
        await child.restart()
        return child, deaths

    yield start
    for child in started:
        await child.stop()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


async def test_the_rules_are_the_shipped_ones_and_the_people_of_the_demo(tmp_path: Path) -> None:
    file = tmp_path / "relais.toml"
    file.write_text(compose_rules(SHIPPED), encoding="utf-8")
    rules = settings.load_rules(file, "C0SAV")
    assert file.read_text(encoding="utf-8").startswith(SHIPPED.rstrip())
    people = [(agent.id, agent.name, agent.role.value) for agent in rules.agents]
    assert people == [(one.id, one.first_name, one.role) for one in TEAM if one.role is not None]


async def test_an_evaluation_file_beside_the_rules_keeps_no_demo_from_starting(tmp_path: Path) -> None:
    file = tmp_path / "relais.toml"
    named = SHIPPED.replace('# evaluation = "', 'evaluation = "')
    assert named != SHIPPED
    file.write_text(compose_rules(named), encoding="utf-8")
    assert settings.load_rules(file, "C0SAV").evaluation is None


async def test_the_environment_is_one_the_service_accepts(tmp_path: Path) -> None:
    environ = compose_environment({}, Secrets(), ADDRESSES, Path("var/demo"))
    file = tmp_path / "relais.toml"
    file.write_text(compose_rules(SHIPPED), encoding="utf-8")
    read = settings.load(environ, file)
    assert read.public_url == PUBLIC_URL
    assert (read.host, read.port) == ("127.0.0.1", 8104)
    assert read.database == Path("var/demo/relais.db")
    assert read.demo_clock == "http://127.0.0.1:8765/clock"
    assert read.slack.api_url == "http://127.0.0.1:8103/api/"


async def test_nothing_of_a_real_account_is_inherited_and_no_proxy_stands_between() -> None:
    inherited = {
        "TWILIO_API_KEY_SID": "SKreal",
        "SLACK_APP_TOKEN": "xapp-real",
        "DATABASE_URL": "sqlite:///real.db",
        "https_proxy": "http://proxy.example",
        "PATH": "/bin",
    }
    environ = compose_environment(inherited, Secrets(), ADDRESSES, Path("var/demo"))
    assert environ["PATH"] == "/bin"
    assert environ["DATABASE_URL"] == "sqlite:///var/demo/relais.db"
    assert not {"TWILIO_API_KEY_SID", "SLACK_APP_TOKEN", "https_proxy"} & environ.keys()


async def test_every_run_has_its_own_secrets_and_shows_none() -> None:
    one, other = Secrets(), Secrets()
    first, second = (compose_environment({}, keys, ADDRESSES, Path("var/demo")) for keys in (one, other))
    secret = {"TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "TWILIO_AUTH_TOKEN", "SLACK_SIGNING_SECRET"}
    assert all(first[name] != second[name] for name in secret)
    assert all(first[name] not in repr(one) for name in secret)


async def test_the_public_name_leads_to_the_service_and_other_addresses_stay() -> None:
    assert ADDRESSES.resolve(f"{PUBLIC_URL}/twilio/message") == "http://127.0.0.1:8104/twilio/message"
    assert ADDRESSES.resolve("https://relais.demo.example/x") == "https://relais.demo.example/x"


async def test_a_new_run_clears_what_the_last_one_wrote_and_nothing_else(tmp_path: Path) -> None:
    folder = claim_folder(tmp_path)
    for name in ("relais.toml", "relais.db", "relais.db-wal", "service.log", "mine.txt"):
        (folder.path / name).write_text("x")
    folder.lock.close()
    again = claim_folder(tmp_path)
    with again.lock:
        assert again.path == tmp_path / "demo"
        assert sorted(file.name for file in again.path.iterdir()) == ["demo.lock", "mine.txt"]


async def test_two_demos_at_once_have_a_folder_each(tmp_path: Path) -> None:
    first, second = claim_folder(tmp_path), claim_folder(tmp_path)
    with first.lock, second.lock:
        assert (first.path.name, second.path.name) == ("demo", "demo-2")


async def test_a_port_that_is_taken_leaves_another_one() -> None:
    with listen() as taken:
        port = taken.getsockname()[1]
        with listen(port) as other:
            assert address_of(other) != address_of(taken)


async def test_the_child_is_ready_when_it_says_so_itself(launch: Launch) -> None:
    child, deaths = await launch("well")
    seen: list[str] = []
    child.watch(lambda: seen.append(child.state["phase"]))
    await child.settled.wait()
    assert (child.ready, seen, deaths) == (True, ["ready"], [])
    assert child.state["pid"] != os.getpid()
    assert _lives(child.state["pid"])


async def test_a_child_that_answers_503_is_not_ready(launch: Launch) -> None:
    child, _ = await launch("failing")
    await _until(lambda: "listening" in child.last_words())
    await asyncio.sleep(0.02)
    assert (child.ready, child.state["phase"]) == (False, "starting")


async def test_a_child_that_cannot_start_says_its_last_words(launch: Launch) -> None:
    child, deaths = await launch("broken")
    await child.settled.wait()
    assert not child.ready
    assert child.state["pid"] is None
    assert child.last_words() == "the rules file is wrong, line 12"
    assert deaths == ["Le service s’est arrêté de lui-même (code 1)."]


async def test_a_child_that_is_killed_is_told_and_can_be_started_again(launch: Launch) -> None:
    child, deaths = await launch("well")
    await child.settled.wait()
    first = child.state["pid"]
    os.kill(first, signal.SIGKILL)
    await _until(lambda: child.state["phase"] == "stopped")
    assert deaths == ["Le service s’est arrêté de lui-même (code -9)."]
    await child.restart()
    await child.settled.wait()
    assert child.ready
    assert child.state["pid"] != first
    assert len(deaths) == 1


async def test_a_child_that_is_stopped_leaves_no_process_and_no_alarm(launch: Launch) -> None:
    child, deaths = await launch("well")
    await child.settled.wait()
    pid = child.state["pid"]
    await child.stop()
    assert (_lives(pid), child.state["phase"], child.state["pid"], deaths) == (False, "stopped", None, [])


async def test_a_child_deaf_to_the_request_is_killed_after_its_time(launch: Launch) -> None:
    child, _ = await launch("deaf")
    await child.settled.wait()
    pid = child.state["pid"]
    await child.stop()
    assert not _lives(pid)


async def test_stopping_twice_and_restarting_a_living_child_are_harmless(launch: Launch) -> None:
    child, deaths = await launch("well")
    await child.settled.wait()
    first = child.state["pid"]
    await child.restart()
    await child.settled.wait()
    assert not _lives(first)
    await child.stop()
    await child.stop()
    assert (child.state["phase"], deaths) == ("stopped", [])
