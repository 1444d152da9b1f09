"""What is said at start although everything works: a variable that nothing reads, or is hardly meant."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from rulebook.faults import Fault
from rulebook.variables import VARIABLES

_OURS: Final = ("SLACK_", "TELEGRAM_", "TWILIO_", "RELAIS_")
_CLOSE: Final = 0.85
"""Likeness above which a name is taken for a slip; other programs have variables of these beginnings too."""


def misspellings(names: Sequence[str]) -> Iterator[Fault]:
    """Variables that nobody reads, and whose name is nearly one that is read."""
    for name in names:
        if not name.upper().startswith(_OURS) or name in VARIABLES:
            continue
        if close := get_close_matches(name.upper(), VARIABLES, n=1, cutoff=_CLOSE):
            yield Fault(name, "is read by nothing", f"write {close[0]} if that is meant")


def useless(name: str, why: str) -> Fault:
    """A variable that nothing needs as things are."""
    return Fault(name, f"is set and {why}", "remove it, unless it is for later")


def standing_beside(here: Mapping[str, bool]) -> Iterator[Fault]:
    """Addresses on this machine beside others that are not: a stand-in that was forgotten, say."""
    if len(set(here.values())) > 1:
        for name in (name for name, is_here in here.items() if is_here):
            what = "is on this machine, and not every other platform is"
            yield Fault(name, what, "remove it, unless a server of that platform is meant to run here")
