"""The demo as the browser tests use it: its process, a visitor before its page, and the texts by key."""

import re
import subprocess
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page

ROOT = Path(__file__).parents[2]
TEXTS = tomllib.loads((ROOT / "core/texts/customer.fr.toml").read_text(encoding="utf-8"))
PATIENCE = 30.0
"""Seconds anything may take: what the bot waits before it reads, an undo delay, a slow machine."""

Json = dict[str, Any]


def text(key: str) -> str:
    """A customer's text by its key, "faq.helped"; a lone one stands under its table's empty name."""
    table, _, name = key.partition(".")
    return str(TEXTS[table][name])


def saying(key: str) -> re.Pattern[str]:
    """What holds the text of a key, whatever its placeholders were filled with."""
    pieces = re.split(r"\{\w+\}", text(key))
    return re.compile(".*".join(_spaced(piece) for piece in pieces), re.DOTALL)


def _spaced(piece: str) -> str:
    return r"\s+".join(re.escape(word) for word in re.split(r"\s+", piece))


def eventually(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait until the condition holds; fail with `what` was awaited."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"awaited in vain: {what}")
        time.sleep(0.02)


@dataclass
class Demo:
    """`relais demo` running as its own process, asked over HTTP as the page asks it."""

    running: subprocess.Popen[str]
    address: str
    http: httpx.Client

    def state(self) -> Json:
        """What the stand-ins remember, and how the service is."""
        return dict(self.http.get("/state").raise_for_status().json())

    def act(self, path: str, **wish: object) -> Json:
        """An act that the page has no button for."""
        return dict(self.http.post(path, json=wish).raise_for_status().json())

    def customer(self, channel: str, name: str) -> Json:
        """What the phone of a customer holds."""
        return next(one for one in self.state()[channel] if one["name"] == name)

    def said_to(self, channel: str, name: str) -> list[str]:
        """What the service said to a customer, oldest first."""
        return [one["text"] for one in self.customer(channel, name)["messages"] if not one["mine"]]


@dataclass
class Visitor:
    """Someone before the page, with a mouse and a keyboard."""

    page: Page
    demo: Demo

    def chat(self, channel: str) -> Locator:
        """The phone on a channel."""
        return self.page.get_by_test_id(f"chat-{channel}")

    def write(self, channel: str, words: str) -> None:
        """Type a message as the customer whose phone is shown."""
        self.page.get_by_test_id(f"composer-{channel}").fill(words)
        self.page.get_by_test_id(f"send-{channel}").click()

    def last(self, channel: str) -> Locator:
        """The last message of the service on a phone."""
        return self.chat(channel).get_by_test_id("bubble-theirs").last

    def choose(self, channel: str, key: str) -> None:
        """Tap the choice that says the text of `key`; write it where the channel shows no button."""
        choice = self.last(channel).get_by_test_id("choice").get_by_text(text(key), exact=True)
        if choice.count():
            choice.click()
        else:
            self.write(channel, text(key))

    def become(self, user: str) -> None:
        """Look at Slack as someone else."""
        self.page.get_by_test_id("person-select").select_option(user)

    def command(self, line: str) -> None:
        """Type a command in the channel."""
        self.page.get_by_test_id("composer-command").fill(line)
        self.page.get_by_test_id("composer-command").press("Enter")
