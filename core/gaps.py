"""The gap finder (B10): what customers ask again and again, and no article settles.

Grouping is a pure function of the questions: their order does not matter, and the same ones make the same
groups. What is compared are the words' stems, letter by letter in threes, so that slips of the keyboard meet.
"""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import islice
from math import log, sqrt
from typing import Final, TypeVar

from core.clock import Clock
from core.domain.knowledge import FindAnswer
from core.masks import mask_text
from core.store import questions
from core.store.db import Db
from core.store.engine import Store
from core.store.questions import Question

T = TypeVar("T")

WeighWords = Callable[[str, str], Sequence[tuple[str, float]]]
"""The stems of a text in a language, each with what such a word says in general, from 0 to 1."""
Apart = Callable[[Callable[[], T]], Awaitable[T]]
"""Does what takes long beside the event loop."""

WEEKS: Final = 4
MOST_QUESTIONS: Final = 2000
"""The latest are read: what it costs must not grow with how much a team leaves unanswered."""
MOST_GAPS: Final = 50
MOST_PHRASINGS: Final = 8
ALIKE: Final = 0.4
"""The cosine from which two questions are one."""
TELLING: Final = 0.2
"""A word that weighs less, such as « le », says nothing of what a question is about."""
_TOO_COMMON: Final = 0.1
"""Threes of letters in more than this share of the questions tell none from another..."""
_FEW: Final = 60
"""...unless there are but few questions."""


@dataclass(frozen=True)
class Gap:
    """A question that no article settled, and what an article about it could begin with."""

    question: str
    """The most central of the messages."""
    phrasings: tuple[str, ...]
    """Other messages that say it, the nearest first."""
    customers: int
    language: str
    motive: str
    """That of most of their conversations; empty where none is known."""
    conversations: tuple[str, ...]
    reply: str = ""
    """What an agent really answered in one of them; empty while nobody did."""


@dataclass(frozen=True)
class _Said:
    """One way of asking, however often it was used."""

    words: tuple[tuple[str, float], ...]
    """Its telling stems in the order of the alphabet, each with its weight."""
    uses: tuple[Question, ...]

    @property
    def text(self) -> str:
        """The shortest of what was written."""
        return min((use.text for use in self.uses), key=lambda text: (len(text), text))


class Gaps:
    """Finds them in the log."""

    def __init__(
        self, *, store: Store, clock: Clock, weigh: WeighWords, find: FindAnswer, apart: Apart[list[Gap]]
    ) -> None:
        self._store = store
        self._find = find
        self._clock = clock
        self._weigh = weigh
        self._apart = apart

    async def found(self, weeks: int = WEEKS, limit: int = MOST_GAPS) -> list[Gap]:
        """What was not settled in the last weeks and would not be now, most customers first."""
        since = self._clock.now() - timedelta(weeks=weeks)
        read = partial(questions.unsettled, since=since, limit=MOST_QUESTIONS)
        asked = await self._store.read(read)
        gaps = await self._apart(partial(grouped, asked, self._weigh))
        open_still = list(islice(still_open(gaps, self._find), limit))
        return await self._store.read(partial(with_replies, gaps=open_still))


def still_open(gaps: Iterable[Gap], find: FindAnswer) -> Iterator[Gap]:
    """Those of whose messages articles answer less than half now: some may have been written since."""
    return (gap for gap in gaps if not _is_settled(gap, find))


def _is_settled(gap: Gap, find: FindAnswer) -> bool:
    said = (gap.question, *gap.phrasings)
    answered = sum(find(text, gap.language).answer is not None for text in said)
    return 2 * answered >= len(said)


async def with_replies(db: Db, gaps: Sequence[Gap]) -> list[Gap]:
    """The same, each with an agent's answer where there is one."""
    return [replace(gap, reply=mask_text(await questions.replied(db, gap.conversations))) for gap in gaps]


def grouped(asked: Iterable[Question], weigh: WeighWords) -> list[Gap]:
    """The questions in groups, most customers first; those without a telling word are left out."""
    said = _ways_of_asking(asked, weigh)
    near = _neighbours([_threes(each.words) for each in said])
    sizes = [sum(len(said[other].uses) for other in near[at]) for at in range(len(said))]
    order = sorted(range(len(said)), key=lambda at: (-sizes[at], said[at].words))
    taken: set[int] = set()
    gaps: list[Gap] = []
    for centre in order:
        if centre not in taken:
            members = [at for at in near[centre] if at not in taken]
            members.sort(key=lambda at: (-near[centre][at], said[at].words))
            taken.update(members)
            gaps.append(_gap([said[at] for at in members]))
    return sorted(gaps, key=lambda gap: (-gap.customers, -len(gap.conversations), gap.question))


def _ways_of_asking(asked: Iterable[Question], weigh: WeighWords) -> list[_Said]:
    uses: dict[tuple[tuple[str, float], ...], list[Question]] = defaultdict(list)
    for question in asked:
        weights = dict(weigh(question.text, question.language))
        telling = tuple(sorted((stem, weight) for stem, weight in weights.items() if weight >= TELLING))
        if telling:
            uses[telling].append(question)
    return [
        _Said(words, tuple(sorted(uses[words], key=lambda use: (use.conversation, use.number))))
        for words in sorted(uses)
    ]


def _threes(words: Sequence[tuple[str, float]]) -> dict[str, float]:
    """The letters of the stems in threes, each word with its edges, and how much each counts."""
    counted: dict[str, float] = defaultdict(float)
    for stem, weight in words:
        edged = f" {stem} "
        for at in range(max(len(edged) - 2, 1)):
            counted[edged[at : at + 3]] += weight
    return counted


def _neighbours(threes: Sequence[Mapping[str, float]]) -> list[dict[int, float]]:
    """For each, those that are like it with how much, itself among them."""
    vectors = _vectors(threes)
    holders: dict[str, list[int]] = defaultdict(list)
    for at, vector in enumerate(vectors):
        for three in vector:
            holders[three].append(at)
    return [_like(at, vector, vectors, holders) for at, vector in enumerate(vectors)]


def _vectors(threes: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Of length 1; what is rare counts more, and what nearly all hold does not count."""
    held = Counter(three for each in threes for three in each)
    many = max(len(threes), _FEW)
    most = len(threes) * _TOO_COMMON if len(threes) > _FEW else many
    vectors = []
    for each in threes:
        kept = {
            three: each[three] * log(1 + many / held[three]) for three in sorted(each) if held[three] <= most
        }
        length = sqrt(sum(value * value for value in kept.values()))
        vectors.append({three: value / length for three, value in kept.items()})
    return vectors


def _like(
    at: int,
    vector: Mapping[str, float],
    vectors: Sequence[Mapping[str, float]],
    holders: Mapping[str, Sequence[int]],
) -> dict[int, float]:
    cosines: dict[int, float] = defaultdict(float)
    for three, value in vector.items():
        for other in holders[three]:
            cosines[other] += value * vectors[other][three]
    # Rounded: sums of the same numbers in another order differ in their last digits.
    alike = {other: round(cosine, 9) for other, cosine in cosines.items() if cosine >= ALIKE}
    return alike | {at: 1.0}


def _gap(said: Sequence[_Said]) -> Gap:
    """A group whose first is its centre."""
    uses = [use for each in said for use in each.uses]
    texts = list(dict.fromkeys(each.text for each in said))
    rest = [use.text for use in said[0].uses if use.text not in texts]
    return Gap(
        question=texts[0],
        phrasings=tuple(dict.fromkeys([*texts[1:], *rest]))[:MOST_PHRASINGS],
        customers=len({use.customer for use in uses}),
        language=_most(use.language for use in uses),
        motive=_most(use.motive for use in uses if use.motive),
        conversations=tuple(dict.fromkeys(use.conversation for use in uses)),
    )


def _most(values: Iterable[str]) -> str:
    """The most frequent, the first in the alphabet of several."""
    counted = Counter(values)
    return min(counted, key=lambda value: (-counted[value], value), default="")
