"""Files: an address to upload to, the bytes, the completion that shares them, and the download."""

import mimetypes
from email import message_from_bytes

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from sandbox import slack_documents as documents
from sandbox import slack_events as events
from sandbox.slack_memory import Channel, Document, Memory, Message, StoredFile
from sandbox.slack_turn import SlackError, Turn


def new_file(memory: Memory, user: str, name: str, size: int) -> StoredFile:
    """A file without its bytes yet."""
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    stored = StoredFile(memory.new_id("F0"), name, size, user, mimetype)
    memory.files[stored.id] = stored
    return stored


def upload_url(turn: Turn) -> Document:
    """files.getUploadURLExternal: `length` is what the bytes must measure."""
    if not turn.text("length").isdigit() or turn.text("length") == "0":
        raise SlackError("invalid_arguments", ["[ERROR] length: must be greater than 0"])
    memory = turn.memory
    stored = new_file(memory, memory.bot_user_id, turn.text("filename"), int(turn.text("length")))
    return {"upload_url": f"{memory.base_url}/upload/{stored.id}", "file_id": stored.id}


async def receive(memory: Memory, request: Request) -> Response:
    """The upload itself: raw bytes, or the one part of a multipart form; needs no token."""
    stored = memory.files.get(request.path_params["file_id"])
    if stored is None or stored.completed:
        return PlainTextResponse("no such upload", 404)
    content = _bytes_of(request.headers.get("content-type", ""), await request.body())
    if len(content) != stored.size:
        return PlainTextResponse("length differs from the one announced", 400)
    stored.content = content
    return PlainTextResponse(f"OK - {len(content)}")


def _bytes_of(content_type: str, body: bytes) -> bytes:
    if not content_type.startswith("multipart/form-data"):
        return body
    form = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    for part in form.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            return content
    return b""


def complete(turn: Turn) -> Document:
    """files.completeUploadExternal: once a file; the sharing comes after the answer, which has no ts."""
    files = [_uploaded(turn, each) for each in _listed(turn)]
    channel, thread_ts = _destination(turn)
    for stored in files:
        stored.completed = True
    if channel is not None:
        comment = turn.text("initial_comment")
        turn.afterwards.append(lambda: _share(turn.memory, files, channel, thread_ts, comment))
    return {"files": [{"id": stored.id, "title": stored.title} for stored in files]}


def _listed(turn: Turn) -> list[Document]:
    given = turn.arguments["files"]
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise SlackError("invalid_arguments", ["[ERROR] files: must be an array of objects"])
    return given


def _uploaded(turn: Turn, listed: Document) -> StoredFile:
    stored = turn.memory.files.get(str(listed.get("id")))
    if stored is None or stored.content is None or stored.completed:
        raise SlackError("file_not_found")
    stored.title = str(listed.get("title") or stored.name)
    return stored


def _destination(turn: Turn) -> tuple[Channel | None, str | None]:
    if not turn.text("channel_id"):
        return None, None
    channel = Turn(turn.memory, {"channel": turn.text("channel_id")}).channel(writable=True)
    thread_ts = turn.text("thread_ts") or None
    if thread_ts is not None and channel.root(thread_ts) is None:
        raise SlackError("thread_not_found")
    return channel, thread_ts


def _share(
    memory: Memory, files: list[StoredFile], channel: Channel, thread_ts: str | None, comment: str
) -> Document | None:
    message = Message(
        channel.id,
        memory.new_ts(),
        comment,
        user=memory.bot_user_id,
        bot_id=memory.bot_id,
        thread_ts=thread_ts,
    )
    for stored in files:
        stored.shares.append((channel.id, message.ts, thread_ts))
    message.extra = {"files": [documents.file(memory, stored) for stored in files], "subtype": "file_share"}
    channel.add(message)
    return events.posted(memory, channel, message)


def file_info(turn: Turn) -> Document:
    """files.info: where the file is shown, once it is."""
    stored = turn.memory.files.get(turn.text("file"))
    if stored is None or not stored.completed:
        raise SlackError("file_not_found")
    return {"file": documents.file(turn.memory, stored)}


def download(memory: Memory, request: Request, *, authorised: bool) -> Response:
    """The bytes; without the token a page to sign in, with status 200, as Slack answers."""
    stored = memory.files.get(request.path_params["file_id"])
    if not authorised:
        return HTMLResponse("<!DOCTYPE html><html><head><title>Slack</title></head></html>")
    if stored is None or stored.content is None:
        return JSONResponse({"ok": False, "error": "file_not_found"}, 404)
    return Response(stored.content, media_type=stored.mimetype)
