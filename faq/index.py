"""The rows of one language's articles and where each word occurs: incremental, plain Python.

A row is one way to ask: a question, a phrasing, a keyword, or a counter-example. Weights come from how
many ARTICLES hold a word, not rows: an article with many phrasings does not make its words common.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from math import log, sqrt

from core.domain.knowledge import Article
from faq.lexicon import Lexicon
from faq.polarity import negated_stems
from faq.vocabulary import Vocabulary
from faq.words import Word, lexicon_of, words_of

IDF_SHARE = 0.55
"""How much of a word's weight is its rarity among the articles; the rest is what it says in general."""


class Kind(Enum):
    """What a row is for."""

    PHRASING = 1
    KEYWORD = 2
    COUNTER = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One way to ask, read. `ordered` is its stems sorted, for the comparison of whole texts."""

    article_id: str
    kind: Kind
    words: tuple[Word, ...]
    stems: tuple[str, ...]
    held: frozenset[str]
    """The same stems, to ask whether one is among them."""
    ordered: str
    negated: frozenset[str]


def sorted_text(words: Sequence[Word]) -> str:
    """The stems of a text in alphabetic order, as one string."""
    return " ".join(sorted(word.stem for word in words))


def features_of(words: Sequence[Word]) -> Counter[str]:
    """Pairs of neighbouring stems, and runs of three and four letters inside words that say something."""
    found = Counter(f"{one.stem} {two.stem}" for one, two in pairwise(words))
    for word in words:
        if word.weight > 0.1:
            found.update(_letter_runs(word.surface))
    return found


@lru_cache(maxsize=20_000)
def _letter_runs(surface: str) -> tuple[str, ...]:
    padded = f"_{surface}_"
    return tuple(padded[at : at + size] for size in (3, 4) for at in range(len(padded) - size + 1))


class Postings:
    """How often each article holds each term, and in how many articles a term occurs."""

    def __init__(self) -> None:
        self._of_article: dict[str, Counter[str]] = {}
        self._holders: Counter[str] = Counter()
        self._directions: dict[str, dict[str, float]] = {}
        self._idf: dict[str, float] = {}
        self._total = 0

    def put(self, article_id: str, terms: Counter[str]) -> None:
        """Sets what a new article holds."""
        self._of_article[article_id] = terms
        self._holders.update(terms.keys())
        self._total += terms.total()
        self._forget()

    def drop(self, article_id: str) -> None:
        """Forgets an article."""
        terms = self._of_article.pop(article_id)
        self._holders.subtract(terms.keys())
        self._total -= terms.total()
        self._forget()

    def _forget(self) -> None:
        self._directions.clear()
        self._idf.clear()

    @property
    def average_length(self) -> float:
        """Terms an article holds on average."""
        return max(1.0, self._total / max(1, len(self._of_article)))

    def terms(self, article_id: str) -> Counter[str]:
        """What an article holds."""
        return self._of_article[article_id]

    def idf(self, term: str) -> float:
        """Rarity of a term among the articles, from nearly 0 (in all) to 1 (in one, or none)."""
        known = self._idf.get(term)
        if known is not None:
            return known
        held, total = self._holders[term], len(self._of_article)
        if not held or not total:
            return 1.0  # not remembered: customers write new words for ever
        known = log(1.0 + (total - held + 0.5) / (held + 0.5)) / log(1.0 + (total - 0.5) / 1.5)
        self._idf[term] = known
        return known

    def direction(self, terms: Counter[str]) -> dict[str, float]:
        """A text's terms as a vector of length one: sublinear counts times rarity."""
        idf = self.idf
        weights = {term: (1.0 + log(count)) * idf(term) for term, count in terms.items()}
        norm = sqrt(sum([weight * weight for weight in weights.values()])) or 1.0
        return {term: weight / norm for term, weight in weights.items()}

    def likeness(self, direction: dict[str, float], article_id: str) -> float:
        """Cosine of a text's direction and an article's, from 0 to 1."""
        held = self._directions.get(article_id)
        if held is None:
            held = self._directions[article_id] = self.direction(self._of_article[article_id])
        return sum([direction[term] * held[term] for term in direction.keys() & held.keys()])


class Index:
    """All rows of one language. Additions and removals show in the next search."""

    def __init__(self, language: str) -> None:
        self.lexicon: Lexicon = lexicon_of(language)
        self.vocabulary = Vocabulary(self.lexicon)
        self.rows: dict[int, Row] = {}
        self.holding: dict[str, dict[int, None]] = {}
        self.words = Postings()
        self.features = Postings()
        self._rows_of: dict[str, list[int]] = {}
        self._next = 0
        self._weights: dict[str, float] = {}
        self._sizes: dict[int, tuple[float, float]] = {}

    def add(self, article: Article) -> None:
        """Takes an article in; one of the same id is replaced."""
        self.remove(article.id)
        numbers = self._rows_of[article.id] = []
        for kind, text in _texts_of(article):
            row = self._read(article.id, kind, text)
            if row is not None:
                numbers.append(self._keep(row))
        own = [row for row in map(self.rows.__getitem__, numbers) if row.kind is not Kind.COUNTER]
        self.words.put(article.id, Counter(stem for row in own for stem in row.stems))
        features = Counter[str]()
        for row in own:
            features.update(features_of(row.words))
        self.features.put(article.id, features)
        self._forget()

    def remove(self, article_id: str) -> None:
        """Takes an article out; one that is not there is no fault."""
        if article_id not in self._rows_of:
            return
        for number in self._rows_of.pop(article_id):
            self._drop(number)
        self.words.drop(article_id)
        self.features.drop(article_id)
        self._forget()

    def _read(self, article_id: str, kind: Kind, text: str) -> Row | None:
        words = words_of(text, self.lexicon.code)
        if not words:
            return None
        stems = tuple(dict.fromkeys(word.stem for word in words))
        negated = negated_stems(words, self.lexicon)
        return Row(article_id, kind, words, stems, frozenset(stems), sorted_text(words), negated)

    def _keep(self, row: Row) -> int:
        number, self._next = self._next, self._next + 1
        self.rows[number] = row
        for stem in row.stems:
            self.holding.setdefault(stem, {})[number] = None
        for word in row.words:
            self.vocabulary.add(word)
        return number

    def _drop(self, number: int) -> None:
        row = self.rows.pop(number)
        for stem in row.stems:
            self.holding[stem].pop(number)
            if not self.holding[stem]:
                del self.holding[stem]
        for word in row.words:
            self.vocabulary.remove(word)

    def _forget(self) -> None:
        self._weights.clear()
        self._sizes.clear()

    def weight(self, stem: str) -> float:
        """What a stem of the base says here, from 0 to 1."""
        known = self._weights.get(stem)
        if known is None:
            known = self._weights[stem] = self.weight_of(stem, self.vocabulary.background(stem))
        return known

    def weight_of(self, stem: str, background: float) -> float:
        """What a word of a message says; one the base does not know keeps its whole weight."""
        rarity = self.words.idf(stem) if stem in self.vocabulary else 1.0
        return background * (IDF_SHARE * rarity + 1.0 - IDF_SHARE)

    def size(self, number: int) -> tuple[float, float]:
        """Length of a row's weight vector, and the sum of its weights."""
        known = self._sizes.get(number)
        if known is None:
            weights = [self.weight(stem) for stem in self.rows[number].stems]
            norm = sqrt(sum(weight * weight for weight in weights))
            known = self._sizes[number] = (norm or 1.0, sum(weights) or 1.0)
        return known


def _texts_of(article: Article) -> Iterator[tuple[Kind, str]]:
    yield Kind.PHRASING, article.question
    yield from ((Kind.PHRASING, text) for text in article.phrasings)
    yield from ((Kind.KEYWORD, text) for text in article.keywords)
    yield from ((Kind.COUNTER, text) for text in article.counter_examples)
