"""Every sample of the platforms: what it is, what it must become, and the tests that prove it.

`python -m tests.samples` prints the tables of `docs/samples.md` from those that the tests themselves use.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from core.domain.events import CustomerWrote
from core.jobs import CallEnding
from tests.bots import test_telegram_samples as telegram
from tests.bots import test_whatsapp_samples as whatsapp
from tests.handoff import test_webapi_samples as webapi
from tests.samples_seen import Group
from tests.stories import test_samples_in_order as in_order
from tests.stories import test_slack_samples as slack

PAYLOADS = Path(__file__).parent / "payloads"
NOT_YET_OURS = {
    "sms_inbound": "SMS",
    "mms_inbound": "MMS",
    "messenger_inbound": "Messenger",
    "voice_incoming": "voice",
    "voice_gather_speech": "voice",
    "voice_status_completed": "voice",
    "sms_status_delivered": "SMS: a report about no message of ours",
    "json_bodysha256": "events as JSON: nothing of ours asks for them",
    "business_message": "a person's own business account",
}
"""What comes by a door that we do not open yet; how it is answered all the same is proven."""
PARTS = {
    "headers_retry.json": ("heard already, whatever the reason", "tests/stories/test_slack_samples.py"),
    "response_url_bodies.json": ("replace, whisper, post, delete", "tests/sandbox/test_slack_pushes.py"),
    "socket_mode_envelopes.json": ("acknowledged as in the sample", "tests/stories/test_socket.py"),
    "manifest.http.json": ("taken by Slack's schema and by our rules", "tests/handoff/test_manifest.py"),
}
UNPLAYED = {
    "README.md": "says what each sample of Slack is",
    "manifest.http.yaml": "not yet ours: the definition above in YAML; ours is made in JSON",
    "manifest.socket.yaml": "not yet ours: another definition in YAML",
}
"""Files that no test plays, with the reason."""
MEANING = {
    "chat.postMessage_ok": "the post stands where it says",
    "conversations.replies_with_metadata": "a post is found there by its outbox id",
    "auth.test": "who we are",
    "users.info": "who Léa is",
    "views.open_ok": "a form is open",
}
"""What we read in an answer that went well; no call of ours makes the others yet."""
IN_ORDER = "tests/stories/test_samples_in_order.py"


@dataclass(frozen=True)
class Row:
    """A line of the page: one sample. `tests` is empty where none plays it."""

    group: Group
    file: str
    """Below `tests/payloads`."""
    name: str
    """What it is called in its group; a file of answers holds many."""
    what: str
    expected: str
    tests: tuple[str, ...]


def rows() -> list[Row]:
    """All of them, in the order of the page."""
    return [
        *_requests(Group.TWILIO_REQUESTS, "twilio", in_order.TWILIO, whatsapp.TABLE),
        *_twilio_answers(),
        *_requests(Group.TELEGRAM_REQUESTS, "telegram", in_order.TELEGRAM, dict[str, object](telegram.HEARD)),
        *_telegram_answers(),
        *_slack_requests(),
        *_slack_answers(),
        *_slack_parts(),
    ]


def expected() -> dict[str, set[str]]:
    """The names of those that a whole run must see, in their groups."""
    played: dict[str, set[str]] = {group.value: set() for group in Group}
    for row in rows():
        if row.tests:
            played[row.group.value].add(row.name)
    return played


def page() -> str:
    """The tables as they stand in the document."""
    lines: list[str] = []
    for group in Group:
        mine = [row for row in rows() if row.group is group]
        lines += [f"## {group.value}", "", "| sample | what it is | expected | test |", "|---|---|---|---|"]
        lines += [_line(row) for row in mine] + [""]
    return "\n".join(lines[:-1])


def _line(row: Row) -> str:
    cells = (f"`{row.name}`", row.what, row.expected, " ".join(f"`{test}`" for test in row.tests))
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    """In one line, with nothing in it that a page would take for its own."""
    return " ".join(text.replace("|", "¦").replace("<", "&lt;").split())


def _sample(file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / file).read_text("utf-8"))
    return found


def _requests(
    group: Group, platform: str, table: Mapping[str, in_order.Row], events: Mapping[str, object]
) -> Iterator[Row]:
    """What came of each playing in one town, and what the message holds by the table of its own room."""
    plays: dict[str, list[str]] = defaultdict(list)
    for played, (status, gained) in table.items():
        name, _, which = played.partition(", ")
        plays[name].append(f"{which}: {status}, {gained}" if which else f"{status}, {gained}")
    room = {
        "twilio": "tests/bots/test_whatsapp_samples.py",
        "telegram": "tests/bots/test_telegram_samples.py",
    }
    for name in sorted(plays):
        said = "; ".join([*plays[name], *_holding(events.get(name))])
        if name in NOT_YET_OURS:
            said = f"not yet ours ({NOT_YET_OURS[name]}): {said}"
        file = f"{platform}/{name}.json"
        yield Row(group, file, name, _note(file), said, (IN_ORDER, room[platform]))


def _note(file: str) -> str:
    return str(_sample(file).get("note") or Path(file).stem.replace("_", " "))


def _holding(event: object) -> list[str]:
    """What there is in a customer's message."""
    if not isinstance(event, CustomerWrote):
        return []
    parts = {
        "words": event.text,
        "quote": event.quoted,
        "press": event.tap,
        "own phone": event.shared_phone,
        "link": event.link,
        "album": event.album,
    }
    held = [*(name for name, part in parts.items() if part), *(one.kind for one in event.media)]
    return [f"holds {', '.join(held)}"]


def _twilio_answers() -> Iterator[Row]:
    for name, ending in sorted(whatsapp.TABLE.items()):
        file = f"twilio/{name}.json"
        if "status" in (sample := _sample(file)):
            said = (
                f"{type(ending).__name__} {ending}" if isinstance(ending, CallEnding) else "receipt: its SID"
            )
            test = ("tests/bots/test_whatsapp_samples.py",)
            yield Row(Group.TWILIO_ANSWERS, file, name, f"answer {sample['status']}", said, test)


def _telegram_answers() -> Iterator[Row]:
    for name, ending in sorted(telegram.SENT.items()):
        file = f"telegram/{name}.json"
        sample = _sample(file)
        what = str(sample["body"].get("description", "the message"))
        said = f"receipt: message {ending}" if ending.isdecimal() else ending
        test = ("tests/bots/test_telegram_samples.py",)
        yield Row(Group.TELEGRAM_ANSWERS, file, name, f"answer {sample['status']}: {what}", said, test)


def _slack_requests() -> Iterator[Row]:
    notes = dict(line.strip("| ").split(" | ", 1) for line in _table_of_slack())
    for name, row in sorted(slack.EXPECTED.items()):
        told = {
            "kept": row.kept,
            "told": row.told,
            "form": row.form,
            "the customer reads": row.read,
        }
        became = [f"{key}: {value}" for key, value in told.items() if value] or ["passed over"]
        test = ("tests/stories/test_slack_samples.py",)
        what = notes[f"{name}.json"]
        said = f"{row.status}, {', '.join(became)}"
        yield Row(Group.SLACK_REQUESTS, f"slack/{name}.json", name, what, said, test)


def _table_of_slack() -> list[str]:
    text = (PAYLOADS / "slack" / "README.md").read_text("utf-8")
    return [line for line in text.splitlines() if ".json | " in line]


def _slack_answers() -> Iterator[Row]:
    found = {name: ("what we wanted", MEANING.get(name, "handed over whole")) for name in webapi.WELL}
    found["chat.postMessage_429"] = ("a closed rate", "RateLimited, for as long as it says")
    found["usergroups_free_plan"] = ("what a free plan lacks", "SlackSaysNo")
    for method, code in webapi.ERRORS:
        operator = ", told in `/ready`" if code in webapi.OPERATOR else ""
        found[f"{method} {code}"] = ("an error", webapi.class_of(code) + operator)
    tests = ("tests/handoff/test_webapi_samples.py",)
    for name, (what, said) in found.items():
        yield Row(Group.SLACK_ANSWERS, "slack/webapi_responses.json", name, what, said, tests)
    for name, why in (webapi.NOT_CALLED | webapi.NO_ANSWER).items():
        yield Row(Group.SLACK_ANSWERS, "slack/webapi_responses.json", name, "", why, ())


def _slack_parts() -> Iterator[Row]:
    for file, (said, test) in PARTS.items():
        what = str(_sample(f"slack/{file}").get("description", "the definition of an app"))
        yield Row(Group.SLACK_PARTS, f"slack/{file}", Path(file).stem, what, said, (test,))
    for file, why in UNPLAYED.items():
        yield Row(Group.SLACK_PARTS, f"slack/{file}", file, "", why, ())


if __name__ == "__main__":
    click.echo(page())
