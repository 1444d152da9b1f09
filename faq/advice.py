"""The confidence that a team's own base should answer from, by its own messages.

The least one from which the lower bound of the precision is what is wanted; few messages pull the shipped
one only a little way towards it. What the choice itself is worth is tried on halves of the messages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from typing import Final

from faq.evaluation import LEAST_SURE, Tally, Verdict, tally
from faq.intervals import lower_bound

WANTED: Final = 0.97
ENOUGH: Final = 200
"""From so many messages on they alone decide."""
_HUNDRED: Final = 100
_ROUNDING: Final = 1e-9
CHOICES: Final = [n / _HUNDRED for n in range(round(LEAST_SURE * _HUNDRED), _HUNDRED + 1)]


@dataclass(frozen=True)
class Advice:
    """`own`: what the messages say by themselves; `answer_from`: what to write, shrunk where they are few.

    Both are None where no confidence is sure to reach what is wanted.
    """

    own: float | None
    answer_from: float | None
    share: float
    """How much the messages count beside what is shipped."""
    halves: Tally
    """Each half of the messages, answered from the confidence that the other half says."""


def advise(verdicts: Sequence[Verdict], shipped: float, wanted: float = WANTED) -> Advice:
    """What to write. The order of the messages makes no difference."""
    share = min(1.0, len(verdicts) / ENOUGH)
    own = least_sure(verdicts, wanted)
    one, two = _halves(verdicts)
    tried = [tally(of, _told_by(by, shipped, wanted, share)) for by, of in ((one, two), (two, one))]
    told = None if own is None else _shrunk(own, shipped, share)
    return Advice(own, told, share, tried[0].plus(tried[1]))


def least_sure(verdicts: Sequence[Verdict], wanted: float) -> float | None:
    """The least confidence, in hundredths, from which enough answers are right, four chances in five."""
    for choice in CHOICES:
        found = tally(verdicts, choice)
        if lower_bound(found.right, found.answered) >= wanted:
            return choice
    return None


def _told_by(verdicts: Sequence[Verdict], shipped: float, wanted: float, share: float) -> float:
    own = least_sure(verdicts, wanted)
    return shipped if own is None else _shrunk(own, shipped, share)


def _shrunk(own: float, shipped: float, share: float) -> float:
    """Between the two, in hundredths, rounded to the careful side."""
    exact = shipped + share * (own - shipped)
    return min(1.0, ceil(exact * _HUNDRED - _ROUNDING) / _HUNDRED)


def _halves(verdicts: Sequence[Verdict]) -> tuple[list[Verdict], list[Verdict]]:
    """Two halves by chance, and always the same: by digests of the texts."""
    mixed = sorted(verdicts, key=_by_chance)
    middle = len(mixed) // 2
    return mixed[:middle], mixed[middle:]


def _by_chance(verdict: Verdict) -> tuple[bytes, tuple[str, ...]]:
    text = verdict.asked.text.encode("utf-8", "surrogatepass")
    return sha256(text).digest(), verdict.asked.expected
