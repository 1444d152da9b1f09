"""Phrases that say nothing, or that people hear as a machine's (R129): each with what to write instead."""

import re
from collections.abc import Iterator
from typing import Final

_NO_PROMISE: Final = "say by when, with a day or an hour"
_NO_EMPATHY: Final = "say what is done about it"
_NO_COURTESY: Final = "leave it out: what comes next stands there already"
_NO_SERVICE: Final = "say what to do, or whom to write to"

PHRASES: Final = {
    "dans les plus brefs délais": _NO_PROMISE,
    "dans les meilleurs délais": _NO_PROMISE,
    "dès que possible": _NO_PROMISE,
    "rapidement": _NO_PROMISE,
    "sous peu": _NO_PROMISE,
    "prochainement": _NO_PROMISE,
    "as soon as possible": _NO_PROMISE,
    "at your earliest convenience": _NO_PROMISE,
    "at the earliest": _NO_PROMISE,
    "shortly": _NO_PROMISE,
    "in due course": _NO_PROMISE,
    "gêne occasionnée": _NO_EMPATHY,
    "désagrément": _NO_EMPATHY,
    "nous comprenons votre frustration": _NO_EMPATHY,
    "nous comprenons votre déception": _NO_EMPATHY,
    "nous mettons tout en œuvre": _NO_EMPATHY,
    "soyez assuré": _NO_EMPATHY,
    "votre satisfaction est notre priorité": _NO_EMPATHY,
    "votre demande a retenu toute notre attention": _NO_EMPATHY,
    "any inconvenience": _NO_EMPATHY,
    "we understand your frustration": _NO_EMPATHY,
    "rest assured": _NO_EMPATHY,
    "your satisfaction is": _NO_EMPATHY,
    "is important to us": _NO_EMPATHY,
    "n'hésitez pas": _NO_SERVICE,
    "reste à votre disposition": _NO_SERVICE,
    "restons à votre disposition": _NO_SERVICE,
    "do not hesitate": _NO_SERVICE,
    "don't hesitate": _NO_SERVICE,
    "feel free to": _NO_SERVICE,
    "at your disposal": _NO_SERVICE,
    "merci de votre compréhension": _NO_COURTESY,
    "merci de votre patience": _NO_COURTESY,
    "merci pour votre patience": _NO_COURTESY,
    "nous vous remercions de votre confiance": _NO_COURTESY,
    "cordialement": _NO_COURTESY,
    "bien à vous": _NO_COURTESY,
    "bonne réception": _NO_COURTESY,
    "thank you for your patience": _NO_COURTESY,
    "thank you for your understanding": _NO_COURTESY,
    "kind regards": _NO_COURTESY,
    "best regards": _NO_COURTESY,
}
_ANY: Final = re.compile(rf"\b(?:{'|'.join(map(re.escape, PHRASES))})", re.IGNORECASE)
_GREETING: Final = re.compile(
    r"(?:bonjour|bonsoir|chère? client|hello|hi|dear|good morning)\b", re.IGNORECASE
)


def complaints(text: str) -> Iterator[str]:
    """What to change in a text."""
    plain = text.replace("’", "'").replace("\u00a0", " ")
    for found in _ANY.finditer(plain):
        yield f"stock phrase « {found[0]} » (R129); {PHRASES[found[0].lower()]}"


def greets(text: str) -> bool:
    """Whether it begins with a greeting: the bot has greeted already (R125)."""
    return _GREETING.match(text) is not None
