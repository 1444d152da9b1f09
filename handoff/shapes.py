"""Whether what Slack signed has the shape it must have, before anything is done with it."""

from collections.abc import Mapping
from typing import Any

NOT_OURS = {"view_closed", "shortcut", "block_suggestion"}
"""Well formed, and asked for by nothing of ours: acknowledged, nothing else."""
NOTICES = {"url_verification", "app_rate_limited"}


class Misshapen(ValueError):
    """Signed by Slack, and not what Slack sends: kept for the operator, who asks the developer."""


def check(body: Mapping[str, Any]) -> None:
    """Raises Misshapen, without a word of the content, when something needed is missing or odd."""
    kind = body.get("type")
    if not isinstance(kind, str | None):
        raise Misshapen("type is no text")
    if "command" in body:
        _texts(body, "command", "user_id")
    elif kind == "event_callback":
        _event(body)
    elif kind == "block_actions":
        _press(body)
    elif kind == "view_submission":
        _texts(_part(body, "user"), "id")
        _texts(_part(body, "view"), "id", "type", "callback_id")
    elif kind == "message_action":
        _shortcut(body)
    elif kind not in NOT_OURS | NOTICES and "ssl_check" not in body:
        raise Misshapen("neither a command, an event nor an interaction")


def _event(body: Mapping[str, Any]) -> None:
    event = _part(body, "event")
    _texts(event, "type")
    if event["type"] == "message":
        _texts(event, "channel", "ts")
        _texts_if_given(event, "thread_ts", "user", "text", "client_msg_id", "deleted_ts")
        for name in ("message", "previous_message"):
            if event.get(name) is not None:
                _texts_if_given(_part(event, name), "ts", "thread_ts", "user", "text")


def _press(body: Mapping[str, Any]) -> None:
    _texts(_part(body, "user"), "id")
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], Mapping):
        raise Misshapen("an interaction without an action")
    _texts(actions[0], "action_id")


def _shortcut(body: Mapping[str, Any]) -> None:
    _texts(body, "callback_id")
    _texts(_part(body, "user"), "id")
    _texts(_part(body, "channel"), "id")
    _texts(_part(body, "message"), "ts")


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    if not isinstance(part, Mapping):
        raise Misshapen(f"{name} is not an object")
    return part


def _texts(body: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if not isinstance(body.get(name), str):
            raise Misshapen(f"{name} is not a text")


def _texts_if_given(body: Mapping[str, Any], *names: str) -> None:
    _texts(body, *(name for name in names if body.get(name) is not None))
