"""How a customer is reached, and what a channel can do. Channels differ here as data, never as code."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


@dataclass(frozen=True, order=True)
class Address:
    """Where one customer is reached. It is not an identity, and not always a phone number (P13)."""

    channel: str
    external_id: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.external_id}"


class Menus(StrEnum):
    """How a channel shows a closed list of choices."""

    BUTTONS = "buttons"
    NUMBERED = "numbered"


@dataclass(frozen=True)
class MenuForm:
    """One way to show a short list as things to press, and what fits into it."""

    name: str
    most: int
    """Choices."""
    label_limit: int
    """Characters of a label; a longer one is never cut, the list is then shown in another way."""
    body_limit: int
    """Characters of the words above."""
    has_opener: bool = False
    """The choices are behind one button, which has a name of its own."""


class LengthUnit(StrEnum):
    """What a channel counts when it limits a text."""

    CODE_POINTS = "code_points"
    UTF16 = "utf16"


@dataclass(frozen=True)
class Capabilities:
    """The card of one channel; the core reads it before it decides, and never asks which channel it is."""

    name: str
    label: str
    suffix: str
    """Ends a handle when two customers share a name: `marie-wa`."""
    text_limit: int
    """Longest text of one message, in `length_unit`; longer ones are sent as several."""
    length_unit: LengthUnit = LengthUnit.CODE_POINTS
    menus: Menus = Menus.NUMBERED
    menu_forms: tuple[MenuForm, ...] = ()
    """Where menus are numbered: what is shown instead when everything fits; the first that does."""
    reply_window: timedelta | None = None
    """How long after the customer's latest message a free text is accepted; None: always."""
    address_is_phone: bool = False
    """The platform vouches for the customer's phone number with each message."""
    asks_phone: bool = False
    """The channel has a button by which customers prove their own phone number."""
    inbound_limit: int | None = None
    """A text that arrives with so many characters may have been cut on its way (T8); None: never."""
    honours_stop: bool = False
    """The word STOP alone means « write to me no more » here (T39); elsewhere the platform has a way."""
    has_look_up: bool = False
    """After an unknown outcome the platform can be asked what it has."""
    report_within: timedelta | None = None
    """A message without a final report after so long is asked about (T33e); None: nothing is reported."""

    def may_have_cut(self, text: str) -> bool:
        """Whether a text that came is so long that its end may have been cut on its way (T8)."""
        return self.inbound_limit is not None and len(text) >= self.inbound_limit


@dataclass(frozen=True)
class Media:
    """Something other than text that a customer sent. `size` in bytes, when the platform says it."""

    kind: str
    """image, video, audio, voice, document, sticker, location, contact, other."""
    name: str = ""
    content_type: str = ""
    size: int | None = None
    reference: str = ""
    """The platform's own id of the content; never shown to anyone."""
    detail: str = ""
    """What a place or a contact says in words; never a link."""
