"""A person who writes, and what we know of them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Customer:
    """One person; their addresses point here. Joined across channels by proof only (P13)."""

    id: str
    name: str = ""
    language: str = ""
    """"fr" or "en"; empty until the first message tells."""
    phone: str = ""
    """Proven by a platform, in E.164 form; never one that somebody typed."""
    company: str = ""
    vip: bool = False
    greeted_at: datetime | None = None
    asked_phone_at: datetime | None = None

    @property
    def first_name(self) -> str:
        """What we call them; empty when the platform told no usable name."""
        first = self.name.split()[0] if self.name.split() else ""
        is_name = len(first) <= 30 and all(sign.isalpha() or sign in "-'’." for sign in first)
        return first if is_name and any(letter.isalpha() for letter in first) else ""
