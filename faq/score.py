"""How well a message fits each article: six measures, fused with fixed weights.

No measure decides alone: the likeness of word weights finds the rows, their coverage of one another tells a
match from an overlap, the article as a whole and its runs of letters carry what no single row holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import sqrt
from typing import NamedTuple

from rapidfuzz import fuzz

from faq.index import Index, Kind, Row, features_of, sorted_text
from faq.polarity import negated_stems
from faq.thresholds import (
    BM25_B,
    BM25_K,
    CANDIDATES,
    KEYWORD_SHARE,
    NEGATION_COST,
    ROWS_READ,
    SAME_WORDS,
    WEIGHT_COSINE,
    WEIGHT_FEATURES,
    WEIGHT_ORDER,
    WEIGHT_OVERLAP,
    WEIGHT_WHOLE,
)
from faq.vocabulary import Expansion
from faq.words import COMMON_WEIGHT, Word, words_of


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the message against the base: its weight, and the stems it may stand for."""

    word: Word
    weight: float
    expansion: Expansion


class RowScore(NamedTuple):
    """How a message fits one row."""

    value: float
    """The row's part of the score: what comes from this one way to ask."""
    kept: float
    """What a contradiction leaves of a score."""
    has_same_words: bool


class Candidate(NamedTuple):
    """An article that may answer: its best row, its worst enemy, and its likeness as a whole."""

    article_id: str
    row: RowScore
    counter: float
    value: float
    """The fused score, from 0 to about 1.1."""

    @property
    def is_countered(self) -> bool:
        """The message is at least as close to what this article must not answer."""
        return self.counter > 0.0 and self.counter >= self.row.value


class Query:
    """A message as one language's index sees it."""

    def __init__(self, index: Index, text: str) -> None:
        self.index = index
        self.words = words_of(text, index.lexicon.code)
        self.terms = _terms(index, self.words)
        self._sought = [(term.weight, term.expansion) for term in self.terms]
        self.mass = sum(term.weight for term in self.terms) or 1.0
        self.norm = sqrt(sum(term.weight**2 for term in self.terms)) or 1.0
        self.reach = _reach(self.terms)
        self.ordered = sorted_text(self.words)
        self.negated = negated_stems(self.words, index.lexicon)

    @property
    def says_something(self) -> bool:
        """Whether a word remains that could be about anything."""
        return any(term.word.weight >= COMMON_WEIGHT and not term.word.stem.isdigit() for term in self.terms)

    def candidates(self) -> list[Candidate]:
        """The articles that may answer, the best first; ids break ties."""
        if not self.says_something:
            return []
        best, counters = self._best_rows()
        direction = self.index.features.direction(features_of(self.words))
        found = [self._candidate(one, row, counters.get(one, 0.0), direction) for one, row in best.items()]
        return sorted(found, key=lambda candidate: (-candidate.value, candidate.article_id))

    def _candidate(
        self, article_id: str, row: RowScore, counter: float, direction: dict[str, float]
    ) -> Candidate:
        likeness = self.index.features.likeness(direction, article_id)
        around = WEIGHT_WHOLE * self._whole(article_id) + WEIGHT_FEATURES * likeness
        return Candidate(article_id, row, counter, row.value + around * row.kept)

    def _best_rows(self) -> tuple[dict[str, RowScore], dict[str, float]]:
        """The best way to ask of the best articles, and how close their counter-examples come."""
        best: dict[str, RowScore] = {}
        counters: dict[str, float] = {}
        cosines = self._cosines()
        for number in nlargest(ROWS_READ, cosines, key=cosines.__getitem__):
            row = self.index.rows[number]
            score = self._row_score(number, row, cosines[number])
            if row.kind is Kind.COUNTER:
                counters[row.article_id] = max(score.value, counters.get(row.article_id, 0.0))
            elif row.article_id not in best or score.value > best[row.article_id].value:
                best[row.article_id] = score
        kept = nlargest(CANDIDATES, best, key=lambda one: best[one].value)
        return {one: best[one] for one in kept}, counters

    def _cosines(self) -> dict[int, float]:
        """Soft cosine of every row that shares a word, or a likeness of one, with the message."""
        products: dict[int, float] = {}
        for term in self.terms:
            # Empty words stand in nearly every row: they would cost most of the time and say nothing.
            if term.word.weight >= COMMON_WEIGHT:
                for number, gain in self._gains(term).items():
                    products[number] = products.get(number, 0.0) + gain
        norm, size = self.norm, self.index.size
        return {number: product / (norm * size(number)[0]) for number, product in products.items()}

    def _gains(self, term: Term) -> dict[int, float]:
        """What one word brings to each row: its best likeness there, counted once."""
        gains: dict[int, float] = {}
        for stem, similarity in reversed(term.expansion):
            gain = term.weight * similarity * self.index.weight(stem)
            gains.update(dict.fromkeys(self.index.holding.get(stem, ()), gain))
        return gains

    def _row_score(self, number: int, row: Row, cosine: float) -> RowScore:
        share = KEYWORD_SHARE if row.kind is Kind.KEYWORD else 1.0
        covered, covering = self._covered(row), self._covering(number, row)
        overlap = 2 * covered * covering / (covered + covering) if covered and covering else 0.0
        order = fuzz.ratio(self.ordered, row.ordered) / 100
        fit = WEIGHT_COSINE * cosine + WEIGHT_OVERLAP * overlap + WEIGHT_ORDER * order
        is_same = self.ordered == row.ordered
        kept = 1.0 - NEGATION_COST * self._contradiction(row)
        return RowScore((fit * share + (SAME_WORDS if is_same else 0.0)) * kept, kept, is_same)

    def _covered(self, row: Row) -> float:
        """The share of the message that the row accounts for."""
        held = row.held
        total = 0.0
        for weight, expansion in self._sought:
            for stem, similarity in expansion:
                if stem in held:
                    total += weight * similarity
                    break
        return total / self.mass

    def _covering(self, number: int, row: Row) -> float:
        """The share of the row that the message accounts for."""
        weight, reach = self.index.weight, self.reach
        total = sum([weight(stem) * reach[stem] for stem in row.stems if stem in reach])
        return total / self.index.size(number)[1]

    def _contradiction(self, row: Row) -> float:
        """1 when one side denies a word that the other affirms, by itself or by a synonym; else 0."""
        if not self.negated and not row.negated:
            return 0.0
        for term in self.terms:
            if term.word.weight >= COMMON_WEIGHT:
                meant = next((stem for stem, _ in term.expansion if stem in row.held), None)
                if meant is not None and (term.word.stem in self.negated) != (meant in row.negated):
                    return 1.0
        return 0.0

    def _whole(self, article_id: str) -> float:
        """BM25 of the article as one document, with soft counts, as a share of the best possible."""
        held = self.index.words.terms(article_id)
        length = held.total() / self.index.words.average_length
        floor = BM25_K * (1.0 - BM25_B + BM25_B * length)
        score = 0.0
        for weight, expansion in self._sought:
            found = [(held[stem] * likeness, likeness) for stem, likeness in expansion if stem in held]
            if found:
                count = sum([soft for soft, _ in found])
                score += weight * found[0][1] * count * (BM25_K + 1.0) / (count + floor)
        return score / (self.mass * (BM25_K + 1.0))


def _terms(index: Index, words: Sequence[Word]) -> tuple[Term, ...]:
    once = {word.stem: word for word in words}
    return tuple(
        Term(word, index.weight_of(word.stem, word.weight), index.vocabulary.expand(word))
        for word in once.values()
    )


def _reach(terms: Sequence[Term]) -> dict[str, float]:
    """The stems of the base that the message comes near, with the best likeness of each."""
    reach: dict[str, float] = {}
    for term in terms:
        for stem, similarity in term.expansion:
            reach[stem] = max(similarity, reach.get(stem, 0.0))
    return reach
