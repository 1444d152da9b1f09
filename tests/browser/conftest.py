"""The demo as a visitor starts it, and a real browser before it."""

import contextlib
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visitor import PATIENCE, ROOT, Demo, Visitor

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def demo() -> Iterator[Demo]:
    """A demo of its own for each test; it must end by itself, with exit code 0."""
    command = [sys.executable, "-m", "app", "demo", "--port", "0"]
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running,
        contextlib.ExitStack() as stack,
    ):
        stack.callback(running.kill)
        address = _address(running)
        http = stack.enter_context(httpx.Client(base_url=address, trust_env=False, timeout=20))
        yield Demo(running, address, http)
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0


def _address(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    for line in running.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return found[0]
    pytest.fail("the demo ended before it was ready; var/demo/service.log says why")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail("no Chromium on this machine: run tests/browser/install.sh")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(demo: Demo, browser: Browser) -> Iterator[Visitor]:
    """A visitor who has just opened the page; it may not say an error in its console."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    page.set_default_timeout(PATIENCE * 1000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.goto(demo.address)
    yield Visitor(page, demo)
    page.close()
    assert faults == []
