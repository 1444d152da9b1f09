"""What a WhatsApp customer sent beside words. `MessageType` tells; without it, the content type does."""

import re
from collections.abc import Mapping

from core.domain.channel import Media

_KINDS = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "document": "document",
    "sticker": "sticker",
    "contacts": "contact",
}
WORDS = {"text", "interactive", "button"}
"""Kinds of which the body says everything."""
MOST_ANNOUNCED = 10
_ONE_WORD = re.compile(r"[^\s/\\]+\.[A-Za-z0-9]{1,8}")
_WITH_SPACES = re.compile(
    r"[^\n/\\]{1,250}\.(?:pdf|docx?|odt|rtf|txt|pptx?|odp|xlsx?|ods|csv|zip|rar|7z|jpe?g|png|gif|heic|webp|tiff?"
    r"|mp3|mp4|m4a|ogg|wav|mov|eml|msg|ics|vcf|html?|xml|json|epub)",
    re.IGNORECASE,
)


def media_of(form: Mapping[str, str]) -> tuple[Media, ...]:
    """Every medium of a message; one of a kind nobody knows is `other`, so that the team hears of it."""
    kind = form.get("MessageType", "")
    if kind == "location" or "Latitude" in form:
        return (Media("location", detail=_place(form)),)
    files = tuple(_files(form, kind))
    if files or kind in WORDS or (not kind and form.get("Body")):
        return files
    return (Media("other"),)


def announced(form: Mapping[str, str]) -> tuple[Media, ...]:
    """What a list of messages says of files: how many they are (T55).

    The only one may have brought its name as the body; where there is neither, it may be a place or a card.
    """
    body, told = form.get("Body", ""), form.get("NumMedia", "")
    count = min(int(told), MOST_ANNOUNCED) if told.isdecimal() and len(told) <= 3 else 0
    if count == 1 and is_file_name(body):
        return (Media("document", body),)
    return (Media("other"),) * (count or (not body))


def is_file_name(text: str) -> bool:
    """Whether a body looks like the name of a file: a document without caption brings its own (T7)."""
    return bool(_ONE_WORD.fullmatch(text) or _WITH_SPACES.fullmatch(text))


def _files(form: Mapping[str, str], message_type: str) -> list[Media]:
    found: list[Media] = []
    while (link := form.get(f"MediaUrl{len(found)}")) is not None:
        content_type = form.get(f"MediaContentType{len(found)}", "")
        media_type = content_type.partition(";")[0].strip().lower()
        kind = _kind(message_type, media_type)
        body = form.get("Body", "")
        name = body if kind == "document" and is_file_name(body) else ""
        found.append(Media(kind, name, media_type, reference=link))
    return found


def _kind(message_type: str, media_type: str) -> str:
    kind = _KINDS.get(message_type) or _guessed(media_type)
    return "voice" if kind == "audio" and media_type == "audio/ogg" else kind


def _guessed(media_type: str) -> str:
    if media_type == "image/webp":
        return "sticker"
    if media_type in {"text/vcard", "text/x-vcard"}:
        return "contact"
    family = media_type.partition("/")[0]
    return family if family in {"image", "video", "audio"} else "document"


def _place(form: Mapping[str, str]) -> str:
    named = [part for part in (form.get("Label"), form.get("Address")) if part]
    return ", ".join(named) or f"{form.get('Latitude', '')}, {form.get('Longitude', '')}"
