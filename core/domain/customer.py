"""A person who writes, and what we know of them."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.words_spelling import fold

_TITLES = frozenset(
    """m mr mm mme mlle mmes dr pr me mrs ms miss mister sir madam monsieur madame mademoiselle docteur
    professeur prof maitre doctor the sarl sas sasu eurl sci ets societe""".split()
)


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
        """What we call them; empty when the platform told no usable name.

        After a title comes a last name as often as a first: nobody is called « Dupont ».
        """
        first = self.name.split()[0] if self.name.split() else ""
        is_name = len(first) <= 30 and all(sign.isalpha() or sign in "-'’." for sign in first)
        return first if is_name and any(map(str.isalpha, first)) and not _is_title(first) else ""


def _is_title(word: str) -> bool:
    """A title, an initial, or what the name of a company begins with."""
    bare = fold(word).rstrip(".")
    return bare in _TITLES or (len(bare) == 1 and bare.isascii())
