"""Customers' words made safe to show in Slack: nothing they type can ping, format or disguise our text."""

import re
import unicodedata
from typing import Final

_BREAKS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES: Final = re.compile(r"[ \t\n]+")
# Controls, bidirectional marks and overrides, zero-width characters, lone surrogates (which UTF-8 refuses).
_STRIPPED: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U0001d173-\U0001d17a]"
)
_PICTURES: Final = "\u203c-\u3299\U0001f000-\U0001faff"
# Arabic to Sinhala: scripts where a joiner between two letters is spelling, not disguise.
_JOINED_SCRIPTS: Final = "\u0600-\u0dff"
_JOINERS: Final = re.compile(
    f"(?P<kept>(?<=[{_PICTURES}\ufe0f])\u200d(?=[{_PICTURES}])"
    f"|(?<=[{_JOINED_SCRIPTS}])[\u200c\u200d](?=[{_JOINED_SCRIPTS}])"
    "|\U0001f3f4[\U000e0030-\U000e007a]{1,6}\U000e007f)"  # flags of England, Scotland, Wales
    "|[\u200c\u200d\U000e0000-\U000e007f]"
)
_SHOUT: Final = re.compile(r"(?<!\w)@(?=(?:everyone|here|channel)\b)", re.IGNORECASE)
_SLACK_FORM: Final = re.compile("<(?=[@#!])")
_WORD_JOINER: Final = "\u2060"
_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ENTITY: Final = re.compile("&(?:amp|lt|gt);")

_MARK: Final = re.compile(r"(?P<address>https?://[^\s`]+)|(?P<mark>[*_~`])")
# Look-alikes: an invisible character beside a mark would not stop Slack from reading it as a mark.
_LOOK_ALIKES: Final = {"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"}

_BLANK_LETTERS: Final = "\u115f\u1160\u2800\u3164\uffa0"
_NAME_LIMIT: Final = 60
_SMALLEST: Final = 8  # the longest entity and room to move


def escape(text: str) -> str:
    """Any plain text, safe inside mrkdwn and in the top-level `text` of a message (S36).

    `&`, `<`, `>` become entities; controls, bidirectional and zero-width characters go, joiners inside
    emoji stay. U+2060 after the `@` of `@everyone`, `@here`, `@channel` keeps a shout from being read
    as one; `to_customer` takes it away again.
    """
    return _muted(_cleaned(text)).translate(_ENTITIES)


def plain(text: str, limit: int) -> str:
    """One line for a `plain_text` object or a label, at most `limit` characters (1 or more); not
    entity-escaped.

    Empty stays empty, which Slack refuses in most places: the caller has a fallback.
    """
    line = _one_line(text)
    # Whether plain_text ignores `<!channel>` is written nowhere: the form is broken here too.
    line = _SLACK_FORM.sub("<" + _WORD_JOINER, _muted(line))
    return _shortened(line, limit)


def said(text: str) -> str:
    """A sentence of ours with words of others inside: escaped, and none of its marks formats anything."""
    return escape(_inert(_cleaned(text)))


def quote(text: str) -> str:
    """A customer's words as a mrkdwn quote: escaped, `> ` on each line, formatting marks made inert.

    Nothing said gives an empty string. For text that may exceed a section, take `quotes`.
    """
    said = _quotable(text)
    return "\n".join("> " + line for line in said.split("\n")) if said else ""


def quotes(text: str, limit: int = 2900) -> list[str]:
    """The same quote in pieces of at most `limit` characters, each one a quote of its own."""
    packed: list[str] = []
    for line in _quotable(text).split("\n"):
        for part in chunks(line, limit - 2) or [""]:
            quoted = "> " + part
            if packed and len(packed[-1]) + 1 + len(quoted) <= limit:
                packed[-1] += "\n" + quoted
            else:
                packed.append(quoted)
    return [piece for piece in packed if piece.strip("> \n")]


def name(text: str) -> str:
    """A customer's display name for mrkdwn, also between `*` marks: one line, 1 to 60 characters."""
    line = _one_line(text)
    if not any(_visible(char) for char in line):
        return "Client"
    return _shortened(escape(_inert(line)), _NAME_LIMIT)


def chunks(text: str, limit: int = 2900) -> list[str]:
    """Escaped text in postable pieces of at most `limit` characters (8 or more, else ValueError).

    Cut after a paragraph, a line or a word when one ends in the second half of a piece, else between two
    visible characters; never inside an entity. Joined, the pieces are the text, except that pieces made
    of blanks alone are left out: Slack refuses to post them.
    """
    if limit < _SMALLEST:
        raise ValueError(f"pieces of {limit} characters cannot hold an entity")
    pieces: list[str] = []
    start = 0
    while start < len(text):
        end = _cut(text, start, limit)
        pieces.append(text[start:end])
        start = end
    return [piece for piece in pieces if piece.strip()]


def _cleaned(text: str) -> str:
    unbroken = _STRIPPED.sub("", _BREAKS.sub("\n", text))
    return _JOINERS.sub(lambda found: found["kept"] or "", unbroken)


def _one_line(text: str) -> str:
    """No-break spaces stay: French sets them before `:` and `?`, in our own labels too."""
    return _SPACES.sub(" ", _cleaned(text)).strip()


def _muted(text: str) -> str:
    return _SHOUT.sub("@" + _WORD_JOINER, text)


def _visible(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNPS" and char not in _BLANK_LETTERS


def _quotable(text: str) -> str:
    return escape(_inert(_cleaned(text))).strip("\n")


def _inert(text: str) -> str:
    """Replace formatting marks where Slack could read one; inside words and addresses they are letters."""

    def replaced(found: re.Match[str]) -> str:
        if found["address"] or _harmless(text, found.start()):
            return found[0]
        return _LOOK_ALIKES[found[0]]

    return _MARK.sub(replaced, text)


def _harmless(text: str, at: int) -> bool:
    before, after = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    within_word = before.isalnum() and after.isalnum()
    alone = not before.strip() and not after.strip()
    # Backticks are never harmless: three of them swallow every line up to the next three.
    return text[at] != "`" and (within_word or alone)


def _shortened(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: _edge(text, 0, limit - 1)].rstrip() + "…"


def _cut(text: str, start: int, limit: int) -> int:
    end = start + limit
    if end >= len(text):
        return len(text)
    for mark in ("\n\n", "\n", " "):
        after = text.rfind(mark, start + limit // 2, end) + len(mark)
        if after >= len(mark) and not _glued(text, after):
            return after
    return _edge(text, start, end)


def _edge(text: str, start: int, end: int) -> int:
    """The last place up to `end` that splits nothing a reader sees as one character."""
    for at in range(end, start + (end - start) // 2, -1):
        if not _glued(text, at):
            return at
    # Half a piece of stacked accents is no character anyone can read: only entities are spared.
    return next((at for at in range(end, start, -1) if not _inside_entity(text, at)), start)


def _glued(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at : at + 1]
    if not before or not after:
        return False
    joined = _extends(after) or before == "\u200d" or _inside_flag(text, at)
    return joined or _inside_entity(text, at)


def _extends(char: str) -> bool:
    skin_or_tag = "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f"
    return skin_or_tag or char in "\u200c\u200d" or unicodedata.category(char).startswith("M")


def _inside_flag(text: str, at: int) -> bool:
    """Whether an odd number of regional letters stands before `at` and another follows: half a flag."""
    if not _regional(text[at]):
        return False
    first = at
    while first and _regional(text[first - 1]):
        first -= 1
    return (at - first) % 2 == 1


def _regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _inside_entity(text: str, at: int) -> bool:
    start = text.rfind("&", max(0, at - 4), at)
    found = _ENTITY.match(text, start) if start >= 0 else None
    return found is not None and found.end() > at
