"""What an app shows through its answer to a command and through a response_url."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.slack_blocks import complaints_about_blocks
from sandbox.slack_memory import HOOK_SECONDS, HOOK_USES, Document, Ephemeral, Hook, Memory, Message, Shown
from sandbox.slack_push import Attempt

_KNOWN = {
    *("text", "blocks", "attachments", "response_type", "replace_original", "delete_original"),
    *("thread_ts", "mrkdwn", "unfurl_links", "unfurl_media", "metadata"),
}


@dataclass(frozen=True)
class Answer:
    """What a person's act met: the status, the document and, as the client shows it, the line.

    `shown` is what the answer itself put before the person, if anything: its buttons can be pressed.
    """

    status: int | None
    document: Document | None
    text: str
    shown: Shown | None = None


def failed(name: str, attempt: Attempt) -> Answer:
    """The line the client shows when the app was late or answered anything but 200. Never retried."""
    code = "operation_timeout" if attempt.reason == "http_timeout" else "dispatch_failed"
    return Answer(attempt.status, None, f'{name} failed with the error "{code}"')


def to_command(memory: Memory, hook: Hook, attempt: Attempt) -> Answer:
    """What the answer to a slash command shows. One that Slack could not show fails with its reason."""
    name = str(hook.typed).partition(" ")[0]
    if attempt.response is None or attempt.status != 200:
        return failed(name, attempt)
    document = _read(attempt.response)
    if document is None:
        return Answer(200, None, "")
    if complaint := next(complaints(document), None):
        return Answer(200, document, f'{name} failed with the error "{complaint}"')
    shown = show(memory, hook, document)
    return Answer(200, document, shown.text if shown is not None else "", shown)


def to_press(attempt: Attempt, action_id: str) -> Answer:
    """What the answer to a press shows: nothing, whatever its body says."""
    if attempt.response is None or attempt.status != 200:
        return failed(action_id, attempt)
    return Answer(200, _read(attempt.response), "")


def _read(response: httpx.Response) -> Document | None:
    if not response.content:
        return None
    if not response.headers.get("content-type", "").startswith("application/json"):
        return {"text": response.text}
    # An answer that is no JSON object is refused below, by the name nobody knows.
    return read_document(response.content) or {"(not an object)": True}


def complaints(document: Document) -> Iterator[str]:
    """Why Slack would not show this document."""
    yield from (f"invalid_arguments: {name}" for name in document.keys() - _KNOWN)
    if document.get("response_type") not in {None, "ephemeral", "in_channel"}:
        yield "invalid_arguments: response_type"
    if document.get("delete_original"):
        return
    if not document.get("text") and not document.get("blocks"):
        yield "no_text"
    yield from (f"invalid_blocks: {each}" for each in complaints_about_blocks(document.get("blocks") or []))


def show(memory: Memory, hook: Hook, document: Document) -> Shown | None:
    """Show, replace or delete what the document says; None when nothing is left to see."""
    original = hook.original
    if document.get("delete_original"):
        if original is not None:
            original.deleted = True
        return None
    text, blocks = str(document.get("text") or ""), document.get("blocks") or []
    if document.get("replace_original") and original is not None and not original.deleted:
        memory.revise(original, text, blocks)
        return original
    if document.get("response_type") == "in_channel":
        return _publish(memory, hook, text, blocks, document.get("thread_ts"))
    return _whisper(memory, hook, text, blocks, document.get("thread_ts"))


def _publish(memory: Memory, hook: Hook, text: str, blocks: list[Document], thread_ts: str | None) -> Message:
    channel = memory.channels[hook.channel]
    if hook.typed and hook.original is None:
        # The command line itself becomes public with the answer.
        channel.add(Message(channel.id, memory.new_ts(), hook.typed, user=hook.user))
    message = Message(channel.id, memory.new_ts(), text, memory.bot_user_id, memory.bot_id, blocks, thread_ts)
    hook.original = hook.original or message
    return channel.add(message)


def _whisper(
    memory: Memory, hook: Hook, text: str, blocks: list[Document], thread_ts: str | None
) -> Ephemeral:
    now = memory.clock()
    shown = Ephemeral(hook.user, hook.channel, memory.new_ts(), text, now, blocks, thread_ts)
    if hook.original is None:
        hook.original, shown.token = shown, hook.token
    memory.ephemerals.append(shown)
    return shown


def post(memory: Memory, request: Request, body: bytes) -> Response:
    """A post to a response_url: 404 for an unknown, spent (5 uses) or old (30 minutes) one."""
    hook = memory.hooks.get(request.path_params["token"])
    if hook is None or memory.clock() - hook.issued_at > HOOK_SECONDS:
        return _refused("expired_url", 404)
    if hook.uses >= HOOK_USES:
        return _refused("used_url", 404)
    document = read_document(body)
    if document is None:
        return _refused("invalid_payload", 400)
    if complaint := next(complaints(document), None):
        return _refused(complaint, 400)
    hook.uses += 1
    show(memory, hook, document)
    return PlainTextResponse("ok")


def read_document(body: bytes) -> Document | None:
    """The JSON object of a body, None when it is anything else."""
    try:
        document = json.loads(body)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _refused(code: str, status: int) -> JSONResponse:
    return JSONResponse({"ok": False, "error": code}, status)
