"""What was said, as the team may read it: masked, and what came with it named."""

from typing import Any

from core.domain.channel import Media
from core.masks import mask_secrets, mask_text
from core.store.conversations import Message
from core.texts import Texts


def line_of(message: Message, texts: Texts, language: str) -> dict[str, Any]:
    """One message of a conversation."""
    return {
        "author": message.author,
        "at": int(message.at.timestamp()),
        "text": masked(message.text, is_theirs=message.author == "customer"),
        "quoted": mask_text(message.quoted),
        "change": message.change,
        "trouble": message.trouble,
        "media": [media_of(item, texts, language) for item in message.media],
    }


def masked(text: str, *, is_theirs: bool) -> str:
    """Of a customer's words more is hidden than of our own (P19)."""
    return mask_text(text) if is_theirs else mask_secrets(text)


def media_of(item: Media, texts: Texts, language: str) -> str:
    """« image · facture.jpg · 183 Ko »; what people call a file, a poll or a card is their words too.

    The figures of a place are nobody's number.
    """
    name, detail = mask_text(item.name), item.detail if item.kind == "location" else mask_text(item.detail)
    known = texts.said(f"kind.{item.kind}", language)
    weight = texts.said("weight.size", language, size=max(1, item.size // 1024)) if item.size else ""
    return " · ".join(part for part in (known, name, detail, weight) if part)
