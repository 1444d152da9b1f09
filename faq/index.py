"""The rows of one language's articles and where each word occurs: incremental, in columns of numbers.

A row is one way to ask. Everything that depends on how many articles there are (rarity, weights) is
computed when it is asked for, so that the order of additions and removals leaves no trace in a result.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from math import log, sqrt
from typing import NamedTuple

import numpy as np

from core.domain.knowledge import Article
from faq.columns import Column, Floats, Ints, Lists
from faq.grams import SPACE
from faq.languages import lexicon_of
from faq.lexicon import Lexicon
from faq.polarity import negated_stems
from faq.vocabulary import Vocabulary
from faq.words import Word, words_of

IDF_SHARE = 0.55
"""How much of a word's weight is its rarity among the articles; the rest is what it says in general."""
_PURGED_FROM = 32
"""Rows of a word from which those that are gone are taken out."""


PHRASING, KEYWORD, COUNTER, LEARNT = 1, 2, 3, 4
"""What a row is for."""


class _Weights(NamedTuple):
    """What words and runs of letters say at one edition of the base."""

    edition: int
    of_terms: Floats
    of_runs: Floats


class Index:
    """All rows of one language. Additions and removals show in the next search."""

    def __init__(self, language: str) -> None:
        self.lexicon: Lexicon = lexicon_of(language)
        self.vocabulary = Vocabulary(self.lexicon)
        self.article_of = Column(np.int32)
        """The article's number of each row; -1 when the row is gone."""
        self.kind_of = Column(np.int8)
        self.inverse_norm = Column(np.float32)
        """One over the length of each row, its words weighted by what they say in general."""
        self.words_in = Lists()
        """The word forms of each row, in their order."""
        self.terms_in = Lists()
        """The terms of each row, each once."""
        self.ordered: list[str] = []
        """The stems of each row, sorted, as one text."""
        self.negated: dict[int, frozenset[int]] = {}
        """The terms that a row denies."""
        self.article_ids: list[str] = []
        self.rows_of: dict[int, range] = {}
        """The rows of each article that is there."""
        self.own_rows_of: dict[int, range] = {}
        """The same without its counter-examples, which come last."""
        self.length = 0
        """Words of all rows together."""
        self.edition = 0
        """Counts the changes: what was computed for another one is out of date."""
        self._number: dict[str, int] = {}
        self._postings: list[array[int]] = []
        self._arrays: dict[int, Ints] = {}
        self._holders = array("i")
        """How many articles hold each term."""
        self._run_holders = array("i", bytes(4 * SPACE))
        """How many word forms hold each run of letters."""
        self._forms = 0
        self.gone = 0
        """How many rows are gone: while none is, no list of rows holds any."""
        self._weights: _Weights | None = None
        self._room = np.zeros(0, np.int32)

    def __len__(self) -> int:
        return len(self._number)

    def add(self, article: Article) -> None:
        """Takes an article in; one of the same id is replaced."""
        self.remove(article.id)
        number = self._number[article.id] = len(self.article_ids)
        self.article_ids.append(article.id)
        read = [(kind, words_of(text, self.lexicon.code)) for kind, text in _texts_of(article)]
        kept = [(kind, words) for kind, words in read if words]
        first = len(self.article_of)
        terms = [self._keep(row, words) for row, (_, words) in enumerate(kept, first)]
        self.article_of.extend([number] * len(kept))
        self.kind_of.extend([kind for kind, _ in kept])
        self.inverse_norm.extend([_inverse_norm(words) for _, words in kept])
        own = [held for (kind, _), held in zip(kept, terms, strict=True) if kind != COUNTER]
        self.rows_of[number] = range(first, first + len(kept))
        self.own_rows_of[number] = range(first, first + len(own))
        for term in set().union(*own):
            self._holders[term] += 1
        self.edition += 1

    def remove(self, article_id: str) -> None:
        """Takes an article out; one that is not there is no fault."""
        number = self._number.pop(article_id, None)
        if number is None:
            return
        for term in set(self.terms_in.between(self.own_rows_of.pop(number)).tolist()):
            self._holders[term] -= 1
        for row in self.rows_of.pop(number):
            self._drop(row)
        self.article_ids[number] = ""
        self.edition += 1

    def _keep(self, row: int, words: Sequence[Word]) -> list[int]:
        """The words of one row more; its terms, each once."""
        forms, of_forms, new = self.vocabulary.add(words)
        if new:
            self._meet(new)
        terms = list(dict.fromkeys(of_forms))
        postings = self._postings
        for term in terms:
            postings[term].append(row)
        self.words_in.append(forms)
        self.terms_in.append(terms)
        self.length += len(forms)
        self.ordered.append(" ".join(sorted([word.stem for word in words])))
        denied = negated_stems(words, self.lexicon)
        if denied:
            meant = (self.vocabulary.term(stem) for stem in denied)
            self.negated[row] = frozenset(term for term in meant if term is not None)
        return terms

    def _meet(self, forms: Sequence[int]) -> None:
        """Word forms that no row held."""
        self._forms += len(forms)
        for form in forms:
            for run in self.vocabulary.runs_of(form):
                self._run_holders[run] += 1
        while len(self._postings) < len(self.vocabulary):
            self._postings.append(array("i"))
            self._holders.append(0)

    def _drop(self, row: int) -> None:
        self.gone += 1
        self.article_of.all[row] = -1
        self.ordered[row] = ""
        self.negated.pop(row, None)
        for form in self.words_in[row].tolist():
            self.vocabulary.remove(form)
            self.length -= 1
            if self.vocabulary.times(form) == 0:
                self._forms -= 1
                for run in self.vocabulary.runs_of(form):
                    self._run_holders[run] -= 1

    def forms_of(self, number: int, terms: Iterable[int]) -> dict[int, str]:
        """Which of some terms an article holds, counter-examples aside, each as its first word there."""
        forms = self.words_in.between(self.own_rows_of[number])
        held = self.vocabulary.term_of.all.take(forms).tolist()
        surfaces = self.vocabulary.surfaces
        return {term: surfaces[forms[held.index(term)]] for term in set(held).intersection(terms)}

    def rows_with(self, term: int) -> Ints:
        """The rows that hold a term, some of which may be gone."""
        known = self._arrays.get(term)
        if known is None or len(known) != len(self._postings[term]):
            rows = np.array(self._postings[term], np.int32)
            if self.gone and len(rows) >= _PURGED_FROM:
                rows = rows[self.article_of.all[rows] >= 0]
                if len(rows) < len(self._postings[term]):
                    self._postings[term] = array("i", rows.tolist())
            known = self._arrays[term] = rows
        return known

    def room(self) -> Ints:
        """A number beside each row, which means nothing."""
        if len(self._room) < len(self.article_of):
            self._room = np.zeros(2 * len(self.article_of), np.int32)
        return self._room

    def weights(self, terms: Ints) -> Floats:
        """What terms of the base say here, from 0 to 1."""
        return self._current().of_terms.take(terms)

    def run_weights(self, numbers: Ints) -> Floats:
        """The rarity of runs of letters among the words of the base, from nearly 0 to 1."""
        return self._current().of_runs.take(numbers)

    def _current(self) -> _Weights:
        """Computed once after a change, for all words: then a message only looks them up."""
        if self._weights is None or self._weights.edition != self.edition:
            self._weights = _Weights(
                self.edition,
                self._term_weights(),
                _rarity_of_runs(np.frombuffer(self._run_holders, np.int32), self._forms),
            )
        return self._weights

    def _term_weights(self) -> Floats:
        total = len(self._number)
        held = np.array(self._holders, np.int32)
        best = log(1.0 + (total - 0.5) / 1.5) if total else 1.0
        counts = _counts_to(held)
        rarity = np.log(1.0 + np.maximum(total - counts + 0.5, 0.5) / (counts + 0.5)) / best
        shares = IDF_SHARE * np.minimum(1.0, rarity) + (1.0 - IDF_SHARE)
        weights: Floats = self.vocabulary.background.all * shares.take(held)
        return weights.astype(np.float32)


def _rarity_of_runs(holders: Ints, forms: int) -> Floats:
    shares = 1.0 - np.log1p(_counts_to(holders)) / log(max(2, forms) + 1.0)
    return shares.take(holders).astype(np.float32)


def _counts_to(held: Ints) -> Floats:
    """All counts up to the highest: they are far fewer than the words, so that each is computed once."""
    return np.arange(held.max(initial=0) + 1, dtype=np.float32)


def _inverse_norm(words: Sequence[Word]) -> float:
    said = sum({word.stem: word.weight**2 for word in words}.values())
    return 1.0 / max(sqrt(said), 0.05)


def _texts_of(article: Article) -> Iterator[tuple[int, str]]:
    yield PHRASING, article.question
    yield from ((PHRASING, text) for text in article.phrasings)
    yield from ((LEARNT, text) for text in article.learnt)
    yield from ((KEYWORD, text) for text in article.keywords)
    yield from ((COUNTER, text) for text in article.counter_examples)
