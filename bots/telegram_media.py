"""What a Telegram customer sent beside words. Kinds the library does not know yet are `other` (G20)."""

from telegram import Contact, Location, Message, Venue

from core.domain.channel import Media

SERVICE = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "chat_background_set",
)
"""Messages that tell of a gesture in the chat and carry nothing for us."""


def is_gesture(message: Message) -> bool:
    """Whether the message only tells that something of the chat was changed."""
    return any(getattr(message, name) is not None for name in SERVICE)


def media_of(message: Message) -> tuple[Media, ...]:
    """The medium of a message, if any; one that holds neither words nor anything known is `other`."""
    found = _picture(message) or _sound(message) or _film(message) or _file(message) or _card(message)
    if found is None and not message.text:
        found = Media("other", detail=message.poll.question if message.poll else "")
    return (found,) if found else ()


def _picture(message: Message) -> Media | None:
    if message.photo:
        # The sizes are ascending: the last one is the picture.
        largest = message.photo[-1]
        return Media("image", "", "image/jpeg", largest.file_size, largest.file_id)
    if message.sticker:
        return Media("sticker", size=message.sticker.file_size, reference=message.sticker.file_id)
    return None


def _sound(message: Message) -> Media | None:
    if message.voice:
        voice = message.voice
        return Media("voice", "", voice.mime_type or "", voice.file_size, voice.file_id)
    if message.audio:
        audio = message.audio
        name = audio.file_name or audio.title or ""
        return Media("audio", name, audio.mime_type or "", audio.file_size, audio.file_id)
    return None


def _film(message: Message) -> Media | None:
    if message.video_note:
        return Media("video", size=message.video_note.file_size, reference=message.video_note.file_id)
    film = message.video or message.animation
    if film is None:
        return None
    return Media("video", film.file_name or "", film.mime_type or "", film.file_size, film.file_id)


def _file(message: Message) -> Media | None:
    file = message.document
    if file is None:
        return None
    return Media("document", file.file_name or "", file.mime_type or "", file.file_size, file.file_id)


def _card(message: Message) -> Media | None:
    """A place or a person; a venue comes with its location too, and says more."""
    if message.venue:
        return Media("location", detail=_venue(message.venue))
    if message.location:
        return Media("location", detail=_coordinates(message.location))
    if message.contact:
        return Media("contact", detail=_full_name(message.contact))
    return None


def _venue(venue: Venue) -> str:
    return ", ".join(part for part in (venue.title, venue.address) if part)


def _coordinates(location: Location) -> str:
    return f"{location.latitude}, {location.longitude}"


def _full_name(contact: Contact) -> str:
    return " ".join(part for part in (contact.first_name, contact.last_name) if part)
