"""What Slack shows as one page of text, for the eye and for a comparison with yesterday's."""

import os
import re
from pathlib import Path

from sandbox.slack import Message as Post
from tests.stories.people import labels, words
from tests.stories.town import Town

GOLDEN = Path(__file__).parent / "golden"
_DATE = re.compile(r"<!date\^\d+\^([^|>]*)\|([^>]*)>")
_LINK = re.compile(r"/p\d+\|")


def page(place: Town, channel: str, root: Post) -> str:
    """A card and its thread, as they are read from top to bottom."""
    posts = place.slack.thread(channel, root.ts)
    return "\n\n──────\n\n".join(_shown(post) for post in posts) + "\n"


def _shown(post: Post) -> str:
    buttons = labels(post)
    notice = f"(notification : {_stable(post.text.partition(chr(10))[0])})"
    shown = [notice, _stable(words(post)), *([f"[{'] ['.join(buttons)}]"] if buttons else [])]
    return "\n".join(shown).replace("\u00a0", " ")


def _stable(text: str) -> str:
    """Moments by their written form, and addresses without their number."""
    return _LINK.sub("/p…|", _DATE.sub(r"⟨\1 | \2⟩", text))


def compare(name: str, shown: str) -> None:
    """Hold a page against its golden copy; `WRITE_GOLDEN=1` writes a new one to be read and committed."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("WRITE_GOLDEN"):
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")
