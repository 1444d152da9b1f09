"""Whatever people say in a story, and every secret of the service, is a canary: it may show in no log.

A town listens from its opening to its end; at the end nothing of it may stand in what an operator sees:
the log at every level, the libraries' own, `/metrics`, `/ready`, `/health`, and the columns that name errors.
"""

import io
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from core import logs
from settings import Secret

if TYPE_CHECKING:
    from tests.stories.town import Town

SHORTEST = 12
"""Characters; a word alone may stand anywhere."""
SEEN = ("/metrics", "/ready", "/health")
CLOSING = {"Connection": "close"}
ERRORS = """
SELECT error FROM outbox UNION SELECT error FROM quarantine UNION SELECT source FROM quarantine
UNION SELECT kind FROM quarantine
"""


class Canaries:
    """What was logged since the town opened."""

    def __init__(self) -> None:
        self.log = io.StringIO()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear our own log and the libraries', at every level."""
        before, handler = structlog.get_config(), logging.StreamHandler(self.log)
        logs.configure(self.log, level=logging.DEBUG)
        logging.getLogger().addHandler(handler)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(handler)
            structlog.configure(**before)

    async def silent(self, town: "Town") -> None:
        """Fail the story when one was shown."""
        if hits := await self.hits(town):
            raise AssertionError(f"operators read what they must not: {hits}")

    async def hits(self, town: "Town") -> list[str]:
        """Each canary that shows where an operator looks, with the place."""
        places = {path: (await town.http.get(town.url + path, headers=CLOSING)).text for path in SEEN}
        places["the columns of errors"] = "\n".join(row["error"] for row in await town.rows(ERRORS))
        places["the log"] = self.log.getvalue()
        known = set(canaries_of(town))
        found = [hit for where, text in places.items() for hit in hits_in(text, known, where)]
        # They stand in Slack too, in the bot's manner of speaking: only what customers said counts there.
        alerts = "\n".join(row["text"] for row in await town.rows("SELECT text FROM alerts"))
        return found + hits_in(alerts, set(_of_customers(town)), "the alerts")


def hits_in(text: str, canaries: Iterable[str], where: str) -> list[str]:
    """Each canary of which so much as `SHORTEST` characters show in a text, plain or as JSON escapes it."""
    windows = {window: canary for canary in canaries for window in _windows(canary)}
    plain = _ESCAPED.sub(_unescaped, text)
    shown = {windows[piece] for piece in _pieces(plain, windows)}
    return [f"{canary} in {where}" for canary in sorted(shown)]


def _windows(canary: str) -> Iterator[str]:
    """Its pieces; of a sentence those that hold more than one word."""
    if len(canary) < SHORTEST:
        yield canary
    for at in range(len(canary) - SHORTEST + 1):
        window = canary[at : at + SHORTEST]
        if " " in window.strip() or " " not in canary:
            yield window


def _pieces(text: str, windows: Mapping[str, str]) -> Iterator[str]:
    yield from (window for window in windows if len(window) < SHORTEST and window in text)
    pieces = (text[at : at + SHORTEST] for at in range(len(text) - SHORTEST + 1))
    yield from (piece for piece in pieces if piece in windows)


_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")


def _unescaped(found: re.Match[str]) -> str:
    told = found[1]
    return chr(int(told[1:], 16)) if len(told) == 5 else {"n": "\n", "t": "\t"}.get(told, told)


def canaries_of(town: "Town") -> Iterator[str]:
    """What was said to the stand-ins or by them, who said it, and every secret of the service."""
    yield from _of_customers(town)
    answered = [message.body for message in town.twilio.messages.values()]
    answered += [message.text for chat in town.telegram.chats.values() for message in chat.messages]
    yield from _sentences(answered)
    said = [post.text for channel in town.slack.channels.values() for post in channel.messages]
    said += [str(call.arguments.get("text", "")) for call in town.slack.wire.calls]
    yield from _sentences(said)


def _of_customers(town: "Town") -> Iterator[str]:
    yield from _secrets(vars(town.settings).values())
    for person in town.twilio.persons:
        yield from _of_person(person.profile_name, person.phone or "")
    for chat in town.telegram.chats.values():
        yield from _of_person(f"{chat.first_name} {chat.last_name or ''}".strip(), chat.phone or "")
    said = [message.body for message in town.twilio.messages.values() if message.direction == "inbound"]
    said += [one.text for chat in town.telegram.chats.values() for one in chat.messages if not one.outgoing]
    yield from _sentences(said)


def _sentences(said: Iterable[str]) -> Iterator[str]:
    return (line for text in said for line in text.splitlines() if _is_sentence(line))


def _secrets(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Secret):
            yield value.reveal()
        elif value.__class__.__module__.startswith("rulebook"):
            yield from _secrets(vars(value).values())


def _of_person(name: str, phone: str) -> Iterator[str]:
    if _is_sentence(name):
        yield name
    if len(figures := re.sub(r"\D", "", phone)) >= 9:
        yield figures
        yield figures[2:]


def _is_sentence(text: str) -> bool:
    return len(text) >= SHORTEST and " " in text.strip()
