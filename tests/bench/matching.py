"""What a search costs, beside `rapidfuzz.process.extract` with WRatio over the same rows in the same run.

The rows are made of words of the language's own dictionary, so that the vocabulary grows as a real one does;
the messages are rows with words left out, moved and mistyped.
"""

import gc
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from random import Random

from rapidfuzz import fuzz, process, utils

from core.domain.knowledge import Article
from faq.match import KnowledgeBase
from faq.words import lexicon_of

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


def measured(count: int) -> Iterator[str]:
    """The lines of one size."""
    chance = Random(count)
    texts = rows(count, chance)
    before = _memory()
    begun = time.perf_counter()
    base = KnowledgeBase(articles_of(texts))
    built = time.perf_counter() - begun
    grown = _memory() - before
    asked = messages(texts, chance)
    base.find(asked[0], "fr")
    ours = _times([partial(base.find, text, "fr") for text in asked])
    naive = _times([partial(_extracted, text, texts) for text in asked[:ASKED_OF_WRATIO]])
    edit = _edits(base, texts, chance)
    ratio = naive[0] / ours[0]
    yield (
        f"{count:>7} rows: p50 {ours[0]:.2f} ms, p95 {ours[1]:.2f} ms; extract(WRatio) {naive[0]:.1f} ms:"
        f" {ratio:.0f} times; built in {built:.2f} s, +{grown:.0f} MB; an edit {edit:.2f} ms"
    )


def _extracted(text: str, texts: Sequence[str]) -> object:
    return process.extract(text, texts, scorer=fuzz.WRatio, processor=utils.default_process, limit=3)


def _times(calls: Sequence[Callable[[], object]]) -> tuple[float, float]:
    """Median and 95th of hundred, in milliseconds."""
    taken = []
    for call in calls:
        begun = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begun) * 1e3)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.95)]


def _edits(base: KnowledgeBase, texts: Sequence[str], chance: Random) -> float:
    """From the edit to the moment at which it can be found, without the search itself."""
    taken = []
    for number in range(20):
        article = Article(f"new{number}", "fr", chance.choice(texts), (), "Voici la réponse.")
        begun = time.perf_counter()
        base.add(article)
        taken.append((time.perf_counter() - begun) * 1e3)
    return sorted(taken)[len(taken) // 2]


def _memory() -> float:
    gc.collect()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def lines() -> Iterator[str]:
    """All sizes, the small ones first."""
    for count in (1_000, 10_000, 100_000, 400_000):
        yield from measured(count)
