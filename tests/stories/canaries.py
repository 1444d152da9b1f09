"""Whatever people say in a story, and every secret of the service, is a canary: it may show in no log.

A town listens from its opening to its end; at the end nothing of it may stand in what an operator sees:
the log at every level, the libraries' own, `/metrics`, `/ready`, `/health`, and the columns that name errors.
"""

import io
import logging
import re
from collections.abc import Iterable, Iterator
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
        known = set(_canaries(town))
        return [
            f"{canary} in {where}" for where, text in places.items() for canary in known if canary in text
        ]


def _canaries(town: "Town") -> Iterator[str]:
    yield from _secrets(vars(town.settings).values())
    for person in town.twilio.persons:
        yield from _of_person(person.profile_name, person.phone or "")
    for chat in town.telegram.chats.values():
        yield from _of_person(f"{chat.first_name} {chat.last_name or ''}".strip(), chat.phone or "")
    said = [message.body for message in town.twilio.messages.values()]
    said += [message.text for chat in town.telegram.chats.values() for message in chat.messages]
    said += [post.text for channel in town.slack.channels.values() for post in channel.messages]
    said += [str(call.arguments.get("text", "")) for call in town.slack.wire.calls]
    yield from (line for text in said for line in text.splitlines() if _is_sentence(line))


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
