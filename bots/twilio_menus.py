"""Menus as Twilio keeps them: what defines one, and what comes back when something of it is pressed. Pure.

A menu is made once and serves for ever, so nothing in it may change from one customer to the next but the
variable at the head of every id: which of our menus it was.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from core.domain.channel import MenuForm
from core.domain.events import Tap

Json = dict[str, Any]

QUICK_REPLIES = MenuForm("quick_replies", most=3, label_limit=20, body_limit=1024)
"""Three in a session; more would need WhatsApp's approval (T31)."""
LIST = MenuForm("list", most=10, label_limit=24, body_limit=1024, has_opener=True)
"""Ten rows behind one button; never outside a session (T31)."""
LONGEST_ID, LONGEST_OPENER = 200, 20
PROMPT = "1"
"""The one variable: the prompt, which is never empty and holds no white space (T31)."""
_HEAD = f"{{{{{PROMPT}}}}}:"
_SAMPLE = "menu"
"""Not in our form: an id that came back with it would be read by its words."""
_TAPPED = re.compile(r"([0-9A-Za-z]{1,26}\.[0-9a-f]{1,8}\.[0-9a-f]{1,4}):(\S.*)", re.ASCII)


def definition(menu: Mapping[str, Any], text: str) -> Json | None:
    """The Content resource that shows a menu; `text` is what a channel without menus would show (T32).

    None: Twilio would not take it for what it is.
    """
    body = _FORMS[menu["form"]](menu)
    words = [text, menu["body"], menu.get("opener", ""), *(each["label"] for each in menu["choices"])]
    ids = [_id(each) for each in menu["choices"]]
    if any("{{" in each for each in words) or any(len(each) > LONGEST_ID for each in ids):
        return None
    return {
        "language": menu["language"],
        "variables": {PROMPT: _SAMPLE},
        "types": body | {"twilio/text": {"body": text}},
    }


def digest(document: Json) -> str:
    """The key of a definition: two that show the same are one."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def values(menu: Mapping[str, Any]) -> str:
    """What fills the variable, as the JSON text that Twilio takes."""
    return json.dumps({PROMPT: menu["prompt"]})


def read_tap(pressed: str) -> Tap | None:
    """Which choice of which menu an id stands for; None for an id that is not in our form."""
    found = _TAPPED.fullmatch(pressed)
    return Tap(found[1], found[2]) if found else None


def _id(choice: Mapping[str, str]) -> str:
    return f"{_HEAD}{choice['id']}"


def _quick_reply(menu: Mapping[str, Any]) -> Json:
    actions = [{"type": "QUICK_REPLY", "title": each["label"], "id": _id(each)} for each in menu["choices"]]
    return {"twilio/quick-reply": {"body": menu["body"], "actions": actions}}


def _list_picker(menu: Mapping[str, Any]) -> Json:
    items = [{"item": each["label"], "id": _id(each)} for each in menu["choices"]]
    return {"twilio/list-picker": {"body": menu["body"], "button": menu["opener"], "items": items}}


_FORMS: dict[str, Callable[[Mapping[str, Any]], Json]] = {
    QUICK_REPLIES.name: _quick_reply,
    LIST.name: _list_picker,
}
