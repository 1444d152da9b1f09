"""What a search costs, beside `rapidfuzz.process.extract` with WRatio over the same rows in the same run.

The rows are made of words of the language's own dictionary, so that the vocabulary grows as a real one does;
the messages are rows with words left out, moved and mistyped. A search is one thread's work, so that its
processor time tells what it costs, whatever else runs on the machine.
"""

import gc
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from rapidfuzz import fuzz, process, utils

from core.domain.knowledge import Article
from faq.languages import lexicon_of
from faq.match import KnowledgeBase
from tests.bench.report import Goal, judged, told

SIZES = ((1_000, 0.5, 0.0), (10_000, 1.0, 0.0), (100_000, 3.0, 8.0), (400_000, 6.0, 12.0))
"""Rows; and the goals of the median and of the 95th of hundred, in milliseconds."""
OF_RATIO = 100_000
ROWS_OF_ONE = 4
ASKED = 200
ASKED_OF_WRATIO = 12
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def rows(count: int, chance: Random) -> list[str]:
    """Questions of four to nine words, frequent words more often than rare ones."""
    known = lexicon_of("fr").dictionary
    words = sorted(known, key=lambda word: (known[word], word))
    empty = sorted(lexicon_of("fr").function)
    made = []
    for _ in range(count):
        full = [_word(words, chance) for _ in range(chance.randint(2, 5))]
        around = [chance.choice(empty) for _ in range(chance.randint(2, 4))]
        told = full + around
        chance.shuffle(told)
        made.append(" ".join(told))
    return made


def _word(words: Sequence[str], chance: Random) -> str:
    """By a power law; one in twelve is a word of nobody's dictionary, as names and products are."""
    if chance.random() < 1 / 12:
        return "".join(chance.choice(_LETTERS) for _ in range(chance.randint(4, 9)))
    return words[int(len(words) * chance.random() ** 2)]


def articles_of(texts: Sequence[str]) -> Iterator[Article]:
    """Four rows an article."""
    for at in range(0, len(texts), ROWS_OF_ONE):
        question, *phrasings = texts[at : at + ROWS_OF_ONE]
        yield Article(f"a{at}", "fr", question, tuple(phrasings), "Voici la réponse.")


def messages(texts: Sequence[str], chance: Random, count: int = ASKED) -> list[str]:
    """Some of the rows, as a customer would type them."""
    return [_as_typed(chance.choice(texts), chance) for _ in range(count)]


def _as_typed(text: str, chance: Random) -> str:
    told = text.split()
    if len(told) > 4:
        told.pop(chance.randrange(len(told)))
    at = chance.randrange(len(told))
    word = told[at]
    if len(word) > 4:
        place = chance.randrange(1, len(word) - 1)
        told[at] = word[:place] + chance.choice(_LETTERS) + word[place + 1 :]
    return " ".join(told)


@dataclass(frozen=True)
class Cost:
    """What one size costs; milliseconds, but for `built` (seconds) and `grown` (MB)."""

    median: float
    slowest: float
    """The 95th of hundred."""
    naive: float
    built: float
    grown: float
    edit: float


def measured(count: int) -> Cost:
    """Builds a base of so many rows, and asks it."""
    chance = Random(count)
    texts = rows(count, chance)
    before = _memory()
    begun = time.thread_time()
    base = KnowledgeBase(articles_of(texts))
    built = time.thread_time() - begun
    grown = _memory() - before
    asked = messages(texts, chance)
    base.find(asked[0], "fr")
    median, slowest = _times([partial(base.find, text, "fr") for text in asked])
    naive, _ = _times([partial(_extracted, text, texts) for text in asked[:ASKED_OF_WRATIO]])
    return Cost(median, slowest, naive, built, grown, _edits(base, texts, chance))


def _extracted(text: str, texts: Sequence[str]) -> object:
    return process.extract(text, texts, scorer=fuzz.WRatio, processor=utils.default_process, limit=3)


def _times(calls: Sequence[Callable[[], object]]) -> tuple[float, float]:
    """Median and 95th of hundred, in milliseconds."""
    taken = []
    for call in calls:
        begun = time.thread_time()
        call()
        taken.append((time.thread_time() - begun) * 1e3)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.95)]


def _edits(base: KnowledgeBase, texts: Sequence[str], chance: Random) -> float:
    """An edit and what it adds to the next search: that one's time, less that of the same search again."""
    taken = []
    for number in range(20):
        article = Article(f"new{number}", "fr", chance.choice(texts), (), "Voici la réponse.")
        base.find(article.question, "fr")
        begun = time.thread_time()
        base.add(article)
        base.find(article.question, "fr")
        found = time.thread_time()
        base.find(article.question, "fr")
        taken.append((2 * found - begun - time.thread_time()) * 1e3)
    return sorted(taken)[len(taken) // 2]


def _memory() -> float:
    gc.collect()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def searches() -> list[Goal]:
    """Each size beside the same rows searched by WRatio, in the same run."""
    told("(faq) searches, beside process.extract(WRatio) over the same rows")
    goals = []
    for count, median, slowest in SIZES:
        cost = measured(count)
        told(f"  {count:,} rows: built in {cost.built:.2f} s, {cost.grown:.0f} MB more")
        told(f"    WRatio {cost.naive:.1f} ms: {cost.naive / cost.median:.0f} times ours")
        goals.append(judged(Goal(f"{count:,} rows, median", cost.median, median, " ms")))
        if slowest:
            goals.append(judged(Goal(f"{count:,} rows, 95th of 100", cost.slowest, slowest, " ms")))
        if count == OF_RATIO:
            goals.append(judged(Goal("times quicker than WRatio", cost.naive / cost.median, 150, least=True)))
            goals.append(judged(Goal("memory", cost.grown, 120, " MB")))
            goals.append(judged(Goal("built", cost.built, 6, " s")))
        goals.append(judged(Goal("an edit is found", cost.edit, 1, " ms")))
    return goals
