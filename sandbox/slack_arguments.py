"""The arguments Slack's Web API methods know, and how they are read from a request.

Arguments come in the query, in a form, or, for the methods that accept it, in JSON. Values that are
documents (blocks, a view) travel in forms as JSON text.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.slack_memory import Document

_DOCUMENTS = {"attachments", "blocks", "file_ids", "files", "metadata", "view"}


@dataclass(frozen=True)
class Signature:
    """The arguments of one method; `json` is whether it reads a JSON body at all."""

    required: frozenset[str]
    optional: frozenset[str]
    json: bool = True

    def complaints(self, arguments: Mapping[str, Any]) -> list[str]:
        """What is missing and what does not exist."""
        missing = sorted(
            name for name in self.required if arguments.get(name) is None or arguments[name] == ""
        )
        unknown = sorted(arguments.keys() - self.required - self.optional)
        return [f"[ERROR] missing required field: {name}" for name in missing] + [
            f"[ERROR] no such argument: {name}" for name in unknown
        ]


def _method(required: str, optional: str = "", *, json: bool = True) -> Signature:
    return Signature(frozenset(required.split()), frozenset(optional.split()), json)


_CONTENT = (
    "as_user attachments blocks icon_emoji icon_url link_names markdown_text metadata parse text username"
)
_RANGE = "cursor include_all_metadata inclusive latest limit oldest"

SIGNATURES: dict[str, Signature] = {
    "apps.connections.open": _method(""),
    "auth.test": _method(""),
    "chat.postMessage": _method(
        "channel",
        f"{_CONTENT} thread_ts mrkdwn reply_broadcast unfurl_links unfurl_media"
        " current_draft_last_updated_ts",
    ),
    "chat.postEphemeral": _method("channel user", f"{_CONTENT} thread_ts"),
    "chat.update": _method(
        "channel ts",
        "as_user attachments unfurled_attachments blocks markdown_text metadata link_names parse text"
        " reply_broadcast file_ids",
    ),
    "chat.delete": _method("channel ts", "as_user"),
    "chat.getPermalink": _method("channel message_ts", json=False),
    "conversations.info": _method("channel", "include_locale include_num_members", json=False),
    "conversations.members": _method("channel", "cursor limit", json=False),
    "conversations.history": _method("channel", _RANGE),
    "conversations.replies": _method("channel ts", _RANGE, json=False),
    "users.info": _method("user", "include_locale", json=False),
    "users.list": _method("", "cursor include_locale limit team_id", json=False),
    "usergroups.users.list": _method("usergroup", "include_disabled team_id", json=False),
    "views.open": _method("view", "trigger_id interactivity_pointer"),
    "views.push": _method("view", "trigger_id interactivity_pointer"),
    "views.update": _method("view", "view_id external_id hash"),
    "views.publish": _method("user_id view", "hash interactivity_pointer"),
    "reactions.add": _method("channel name timestamp"),
    "reactions.remove": _method("name", "channel file file_comment timestamp"),
    "files.getUploadURLExternal": _method("filename length", "snippet_type alt_txt", json=False),
    "files.completeUploadExternal": _method(
        "files", "channel_id thread_ts channels initial_comment blocks username icon_url icon_emoji"
    ),
    "files.info": _method("file", "count cursor limit page", json=False),
}


async def read_arguments(request: Request, method: str) -> Document:
    """The arguments of a call. A JSON body sent to a method that reads none is as if it were empty."""
    found: Document = dict(request.query_params)
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        signature = SIGNATURES.get(method)
        found |= _from_json(body) if signature is None or signature.json else {}
    else:
        found |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    found.pop("token", None)
    return {name: _decoded(name, value) for name, value in found.items()}


def _from_json(body: bytes) -> Document:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        found = None
    # Named so that no signature knows it: an unreadable body is refused like any unknown argument.
    return found if isinstance(found, dict) else {"(unreadable JSON)": True}


def _decoded(name: str, value: object) -> object:
    if name not in _DOCUMENTS or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
