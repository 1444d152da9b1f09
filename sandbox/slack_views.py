"""The methods that open, stack, change and publish views."""

from sandbox import slack_documents as documents
from sandbox.slack_blocks import complaints_about_view, view_too_large
from sandbox.slack_memory import Document, Memory, View
from sandbox.slack_turn import SlackError, Turn

STACK = 3


def _content(turn: Turn, kind: str) -> Document:
    given = turn.arguments["view"]
    if complaints := list(complaints_about_view(given, kind)):
        raise SlackError("invalid_arguments", (f"[ERROR] {complaint}" for complaint in complaints))
    content: Document = given
    if view_too_large(content):
        raise SlackError("view_too_large")
    return content


def _spend_trigger(turn: Turn) -> str:
    """The person whose gesture gave the trigger; good once, for 3 seconds."""
    trigger = turn.memory.triggers.get(turn.text("trigger_id"))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if turn.memory.clock() - trigger.issued_at > turn.memory.trigger_seconds:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger.user


def _new_hash(turn: Turn) -> str:
    return new_hash(turn.memory)


def new_hash(memory: Memory) -> str:
    """What tells one state of a view from the next."""
    return f"{int(memory.clock())}.{memory.new_id('h')}"


def replace(memory: Memory, view: View, content: Document) -> None:
    """Show something else in a view; what was typed stays where an input keeps its names."""
    view.content, view.hash, view.errors = content, new_hash(memory), {}


def _free_external_id(turn: Turn, content: Document, besides: View | None = None) -> None:
    wanted = content.get("external_id")
    taken = (view for view in turn.memory.views.values() if view is not besides)
    if wanted and any(view.content.get("external_id") == wanted for view in taken):
        raise SlackError("duplicate_external_id")


def _store(turn: Turn, user: str, content: Document, below: View | None = None) -> View:
    view = View(turn.memory.new_id("V0"), user, content, _new_hash(turn), below)
    turn.memory.views[view.id] = view
    return view


def open_view(turn: Turn) -> Document:
    """views.open: needs a fresh trigger_id."""
    content = _content(turn, "modal")
    _free_external_id(turn, content)
    view = _store(turn, _spend_trigger(turn), content)
    return {"view": documents.view(turn.memory, view)}


def push_view(turn: Turn) -> Document:
    """views.push: on top of the person's last modal, three deep at most."""
    content = _content(turn, "modal")
    _free_external_id(turn, content)
    user = _spend_trigger(turn)
    stack = [view for view in turn.memory.views.values() if view.user == user and view.is_open]
    if not stack:
        raise SlackError("invalid_trigger_id")
    if stack[-1].depth >= STACK:
        raise SlackError("push_limit_reached")
    return {"view": documents.view(turn.memory, _store(turn, user, content, stack[-1]))}


def update_view(turn: Turn) -> Document:
    """views.update: a hash given must be that of the view as it stands."""
    content = _content(turn, "modal")
    view = _named(turn)
    _free_external_id(turn, content, besides=view)
    return {"view": documents.view(turn.memory, _replaced(turn, view, content))}


def _named(turn: Turn) -> View:
    wanted = turn.text("external_id")
    for view in turn.memory.views.values():
        if view.id == turn.text("view_id") or (wanted and view.content.get("external_id") == wanted):
            return view
    raise SlackError("not_found")


def _replaced(turn: Turn, view: View, content: Document) -> View:
    if turn.text("hash") not in {"", view.hash}:
        raise SlackError("hash_conflict")
    replace(turn.memory, view, content)
    return view


def publish_view(turn: Turn) -> Document:
    """views.publish: the Home tab of one person."""
    content = _content(turn, "home")
    user = turn.text("user_id")
    if user not in turn.memory.users:
        raise SlackError("user_not_found")
    home = turn.memory.homes.setdefault(user, View(turn.memory.new_id("V0"), user, content, ""))
    if not home.hash:
        home.hash = _new_hash(turn)
        return {"view": documents.view(turn.memory, home)}
    return {"view": documents.view(turn.memory, _replaced(turn, home, content))}
