"""Every request that leaves the service in any test is held against the platforms' published interfaces."""

import importlib.util
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.wire import OVERHEARD, Call

EXPECTED = {
    "slack": (
        "auth.test",
        "chat.postMessage",
        "chat.update",
        "chat.postEphemeral",
        "conversations.history",
        "conversations.info",
        "conversations.members",
        "conversations.replies",
        "users.info",
        "views.open",
        "apps.connections.open",
        "response_url",
        "command_answer",
    ),
    "telegram": (
        "sendMessage",
        "answerCallbackQuery",
        "setWebhook",
        "getWebhookInfo",
        "setMyCommands",
        "deleteWebhook",
        "getUpdates",
        "editMessageReplyMarkup",
        "sendChatAction",
        "leaveChat",
        "getMe",
    ),
    "twilio": (
        "accounts.fetch",
        "messages.create",
        "messages.list",
        "messages.fetch",
        "content.create",
        "senders.list",
        "senders.fetch",
        "services.list",
        "services.senders",
        "typing",
    ),
}
"""The methods this service uses today; none of them may go unchecked."""
PAGED = {"PageSize", "Page", "PageToken"}
QUERIES = {
    "accounts.fetch": (set[str](), set[str]()),
    "messages.fetch": ({"sid"}, set[str]()),
    "senders.list": ({"Channel"}, PAGED),
    "senders.fetch": ({"sid"}, set[str]()),
    "services.list": (set[str](), PAGED),
    "services.senders": ({"sid"}, PAGED),
}
"""What must and what may be named in a question that the copied checker does not know: twilio-oai 218b782,
spec/json/twilio_messaging_v2.json and twilio_messaging_v1.json (MIT)."""


def _checker() -> Any:  # noqa: ANN401 - a module loaded by path: another installed package is called `tests`
    path = Path(__file__).parent / "specs" / "check.py"
    spec = importlib.util.spec_from_file_location("relais_request_check", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be read")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CHECK = _checker()


class Checked:
    """What was checked in this process, and what was found wrong."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.complaints: list[str] = []
        self.is_on = True

    def overhear(self, platform: str, call: Call) -> None:
        """Check one call as the stand-in received it."""
        if not self.is_on:
            return
        self.counts[f"{platform} {call.method}"] += 1
        found = _complaints(platform, call.method, call.arguments)
        self.complaints += [f"{platform} {call.method}: {complaint}" for complaint in found]

    def answer(self, document: Mapping[str, Any]) -> None:
        """Check the answer to a slash command."""
        self.counts["slack command_answer"] += 1
        self.complaints += [f"command answer: {found}" for found in CHECK.slack_answer(dict(document))]


def _complaints(platform: str, method: str, arguments: Mapping[str, Any]) -> list[str]:
    match platform, method:
        case "twilio", "messages.create":
            found = CHECK.twilio_message(_pairs(arguments))
        case "twilio", "messages.list":
            found = CHECK.twilio_list(list(arguments))
        case "twilio", "content.create":
            found = CHECK.twilio_content(dict(arguments))
        case "twilio", "typing":
            found = _typing(arguments)
        case "twilio", _ if method in QUERIES:
            found = question(method, arguments)
        case "telegram", _:
            found = CHECK.telegram_call(method, CHECK.telegram_form(method, _texts(arguments)))
        case "slack", "response_url":
            known = {name: value for name, value in arguments.items() if name != "token"}
            found = CHECK.slack_answer(known)
        case "slack", _:
            found = CHECK.slack_call(method, dict(arguments))
        case _:
            found = []
    return list(found)


def question(method: str, arguments: Mapping[str, Any]) -> list[str]:
    """What is wrong with a question that only reads."""
    needed, allowed = QUERIES[method]
    missing = [f"{name} is required" for name in needed if not arguments.get(name)]
    return missing + [f"unknown query field {name}" for name in arguments if name not in needed | allowed]


def _typing(arguments: Mapping[str, Any]) -> list[str]:
    """Not in the copied checker: the two fields of the documented example (T42)."""
    is_message = str(arguments.get("messageId", "")).startswith(("SM", "MM"))
    is_whole = set(arguments) == {"channel", "messageId"} and arguments["channel"] == "WHATSAPP"
    return [] if is_message and is_whole else ["a typing sign holds the channel and a message's id"]


def _pairs(arguments: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, str(each))
        for name, value in arguments.items()
        for each in (value if isinstance(value, list) else [value])
    ]


def _texts(arguments: Mapping[str, Any]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in arguments.items()}


CHECKED = Checked()


def begin() -> None:
    """Overhear every stand-in of this process, once."""
    if CHECKED.overhear not in OVERHEARD:
        OVERHEARD.append(CHECKED.overhear)
