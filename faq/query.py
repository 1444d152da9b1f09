"""A message as one language's index sees it, and the rows that share most with it."""

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from math import inf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq.columns import Floats, Ints, are_new
from faq.grams import SAYS_SOMETHING, pairs
from faq.index import Index
from faq.polarity import deeds, keeps, negated_stems, unable_stems
from faq.vocabulary import Expansion
from faq.words import COMMON_WEIGHT, Word, words_of

ROWS_LOOKED_AT = 200
"""Rows kept of those that share a word with the message."""
CROWDED = 20_000
CROWDED_SHARE = 8
"""From so many rows on, a word that stands in more than one of so many finds nothing: it only ranks."""
SMALL = 5_000
"""Up to so many rows, empty words count in the first glance as well: some questions hold no others."""
FEW_WORDS = 3
_FLOORS = tuple(0.6**step for step in range(1, 7))
"""Shares of the best row's gain, down to which rows are looked at until there are enough."""
_UNKNOWN = -3
_NONE = np.zeros(0, np.int32)
_NOTHING = np.zeros(0, np.float32)
_LIKENESS_KEPT = 0.85


class Term(NamedTuple):
    """One word of the message against the base: its weight, and the terms it may stand for."""

    word: Word
    weight: float
    expansion: Expansion


class Query:
    """What a message says."""

    def __init__(self, index: Index, words: Sequence[Word]) -> None:
        self.index = index
        self.words = words
        once = list({word.stem: word for word in words}.values())
        expansions = [index.vocabulary.expand(word) for word in once]
        sizes = [len(expansion.meanings) for expansion in expansions]
        self.said: NDArray[np.int64] = np.arange(len(once)).repeat(sizes)
        """Which word of the message may mean each of `meant`."""
        self.meant: Ints = np.concatenate([_NONE, *[expansion.terms for expansion in expansions]])
        self.similarities: Floats = np.concatenate([_NOTHING, *[one.similarities for one in expansions]])
        firsts = list(accumulate(sizes, initial=0))
        self._of_meant: Floats = index.weights(self.meant)
        self.terms = self._weighed(once, expansions, firsts)
        self.weights: Floats = np.array([term.weight for term in self.terms], np.float32)
        self.mass = sum(term.weight for term in self.terms) or 1.0
        self.norm = sqrt(sum(term.weight**2 for term in self.terms)) or 1.0

    def _weighed(
        self, words: Sequence[Word], expansions: Sequence[Expansion], firsts: Sequence[int]
    ) -> tuple[Term, ...]:
        """The words with what they say here; `firsts`: where the likeliest meaning of each stands."""
        here = self._of_meant.tolist()
        in_general = self.index.vocabulary.background.all.take(self.meant).tolist()
        terms = []
        for word, expansion, first in zip(words, expansions, firsts, strict=False):
            # A word that the base does not know keeps its weight: it tells what nobody has written about.
            kept = here[first] / max(in_general[first], 0.01) if _is_known(expansion) else 1.0
            terms.append(Term(word, word.weight * kept, expansion))
        return tuple(terms)

    @classmethod
    def of(cls, index: Index, text: str) -> "Query":
        """A text, read in the index's language."""
        return cls(index, words_of(text, index.lexicon.code))

    @property
    def says_something(self) -> bool:
        """Whether enough words remain that it could be about anything."""
        full = any(term.word.weight >= COMMON_WEIGHT and not term.word.stem.isdigit() for term in self.terms)
        return full or len(self.terms) >= FEW_WORDS

    @cached_property
    def ordered(self) -> str:
        """The stems in alphabetic order, as one text."""
        return " ".join(sorted(word.stem for word in self.words))

    @cached_property
    def negated(self) -> frozenset[str]:
        """The stems that the message denies."""
        return negated_stems(self.words, self.index.lexicon)

    @cached_property
    def wishes(self) -> list[tuple[list[int], bool]]:
        """What each word that says something may stand for, and whether the message denies it; but of what
        the customer wishes and cannot do."""
        full = [term for term in self.terms if term.word.weight >= COMMON_WEIGHT]
        unable = unable_stems(self.words, self.index.lexicon)
        wished = [term for term in full if term.word.stem not in unable]
        return [(term.expansion.terms.tolist(), term.word.stem in self.negated) for term in wished]

    @cached_property
    def deeds(self) -> list[list[int]]:
        """What each word that tells what is done already may stand for."""
        done = deeds(self.words, self.index.lexicon)
        return [term.expansion.terms.tolist() for term in self.terms if term.word.stem in done]

    @cached_property
    def keeps(self) -> bool:
        """Whether it wishes to keep what the customer has."""
        return keeps(self.words, self.index.lexicon)

    @cached_property
    def runs(self) -> Ints:
        """Its runs of letters, each once, of the words that say something."""
        runs_in = self.index.vocabulary.runs_in
        found = [runs_in(word.surface) for word in self.words if word.weight > SAYS_SOMETHING]
        together = np.concatenate([_NONE, *found])
        together.sort()
        once: Ints = together[are_new(together)]
        return once

    @cached_property
    def pairs(self) -> Ints:
        """Its neighbouring words."""
        return pairs([self._number_of(word) for word in self.words])

    def _number_of(self, word: Word) -> int:
        """The term of a word, as far as the base has it, or of what it was taken for first."""
        meanings = self.index.vocabulary.expand(word).meanings
        return meanings[0].term if meanings else _UNKNOWN

    def rows(self) -> Ints:
        """The rows that may answer, the best of a first glance first; none of them gone."""
        found, gains = self._glance()
        best = float(gains.max(initial=0.0))
        if best <= 0.0:
            return found[:0]
        kept = (gains >= _floor(gains, best)).nonzero()[0]
        if len(kept) > ROWS_LOOKED_AT:
            kept = kept[np.argpartition(-gains[kept], ROWS_LOOKED_AT)[:ROWS_LOOKED_AT]]
            kept.sort()
        ranked: Ints = found[kept[(-gains[kept]).argsort(kind="stable")]]
        return ranked

    def all_rows(self) -> Ints:
        """Every row that holds a word of the message or its like, the best first; none of them gone."""
        found, gains = self._glance()
        ranked: Ints = found[(-gains).argsort(kind="stable")]
        return ranked

    def _glance(self) -> tuple[Ints, Floats]:
        """The rows that hold a word of the message or its like, none of them gone, and what these bring."""
        brings = self._of_meant * self.similarities * self.weights.take(self.said)
        # The likeliest last: of what is written twice the last counts.
        order, lists = self._holders(brings.argsort(kind="stable").tolist())
        rows = np.concatenate([_NONE, *lists])
        found = np.sort(rows)
        found = found[are_new(found)]
        places = self.index.room()
        places[found] = np.arange(len(found))
        sizes = [len(one) for one in lists]
        table = np.zeros((len(self.terms), len(found)), np.float32)
        table[self.said.take(order).repeat(sizes), places.take(rows)] = brings.take(order).repeat(sizes)
        summed: Floats = table.sum(axis=0) * self.index.inverse_norm.all.take(found)
        if not self.index.gone:
            return found, summed
        here = self.index.article_of.all.take(found) >= 0
        return found[here], summed[here]

    def _holders(self, order: Sequence[int]) -> tuple[list[int], list[Ints]]:
        """Which of `meant` find rows, and which rows: empty words do in a small base alone, and frequent ones
        do not in a large one."""
        total = len(self.index.article_of) - self.index.gone
        most = total // CROWDED_SHARE if total > CROWDED else inf
        counts = [total <= SMALL or term.word.weight >= COMMON_WEIGHT for term in self.terms]
        said, meant = self.said.tolist(), self.meant.tolist()
        lists = {at: self.index.rows_with(meant[at]) for at in order if counts[said[at]]}
        kept = {at: rows for at, rows in lists.items() if len(rows) <= most}
        return list(kept), list(kept.values())


def _floor(gains: Floats, best: float) -> float:
    """What is still looked at: less and less of the best row's gain, until there are enough rows."""
    if len(gains) < ROWS_LOOKED_AT:
        return best * _FLOORS[-1]
    last = np.partition(gains, -ROWS_LOOKED_AT)[-ROWS_LOOKED_AT]
    return next((best * share for share in _FLOORS if last >= best * share), best * _FLOORS[-1])


def _is_known(expansion: Expansion) -> bool:
    """Whether the base holds a word, or one so like it that it says as much here."""
    if not expansion.meanings:
        return False
    likeliest = expansion.meanings[0]
    return likeliest.similarity >= _LIKENESS_KEPT and likeliest.how != "synonym"
