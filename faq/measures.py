"""How well a message fits each article: a row of numbers per candidate, which a learned ranking weighs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz

from faq.columns import Floats, Ints
from faq.grams import PAIRS_FROM
from faq.index import COUNTER, KEYWORD, LEARNT, Index
from faq.kernel import Kernel
from faq.polarity import ENDING, KEEPING, is_wish
from faq.query import Query
from faq.wholes import Wholes

ARTICLES = 10
"""Articles measured."""
ROWS_OF_ONE = 3
"""Rows measured of each, and as many of its counter-examples."""
MOST_ROWS = 32
NEAREST = 32
"""Rows told apart by the classifier: 30 are as good as all (`docs/faq-matching.md`)."""
LEARNT_WORTH = 0.95
"""Of what a phrasing of an article's author is worth: customers' own words are no reason to go against it."""
BM25_K = 1.2
BM25_B = 0.4
_COVERED = 0.8
_TINY = 1e-6
_NOTHING_DENIED: frozenset[int] = frozenset()

OF_ROWS = ("cosine", "overlap", "covered", "covering", "order", "set", "runs", "pairs", "likeness")
"""Of an article's best row, or (`_IS_HIGHEST`) the highest of its rows."""
OF_ARTICLES = ("keyword", "whole", "all_runs", "all_covered", "all_pairs", "apart")
NAMES = (*OF_ROWS, *OF_ARTICLES)
_BY_WORDS = OF_ROWS.index("order")
"""Those before it come from the words, the two from there from the letters, the rest from the kernel."""
_IS_HIGHEST = np.array([[name not in {"covered", "covering", "order"}] for name in OF_ROWS])
_COVERED_AT, _COVERING_AT = OF_ROWS.index("covered"), OF_ROWS.index("covering")

FIT = {"cosine": 0.25, "overlap": 0.3, "likeness": 0.3, "order": 0.15}
"""What makes the best row of an article, before anything is learned."""
_FIT = np.array([FIT.get(name, 0.0) for name in OF_ROWS], np.float32)


@dataclass(frozen=True, slots=True)
class Measured:
    """The articles that may answer: their numbers, and their measures in the order of `NAMES`."""

    articles: tuple[int, ...]
    measures: Floats
    countered: tuple[bool, ...]
    """The message is at least as close to what the article must not answer."""
    denied: tuple[bool, ...]
    """One denies what the other affirms."""
    same: tuple[bool, ...]
    """The article was written for these very words."""


NOTHING = Measured((), np.zeros((0, len(NAMES)), np.float32), (), (), ())


def measure(query: Query, wholes: Wholes) -> Measured:
    """Measures the articles of the best rows; empty when no word is shared."""
    rows = _rows(query)
    near = _chosen(query.index, rows)
    if not near.articles:
        return NOTHING
    return _Measuring(query, wholes, near, rows[:NEAREST].tolist()).all()


def is_about_any(query: Query) -> bool:
    """Whether `measure` would find any article, for a fraction of what that costs."""
    return bool(_chosen(query.index, _rows(query)).articles)


def _rows(query: Query) -> Ints:
    return query.rows() if query.says_something else np.zeros(0, np.int32)


class _Near(NamedTuple):
    """The rows that are measured, and of each article which of them are its phrasings, keywords, counters."""

    rows: list[int]
    articles: dict[int, tuple[list[int], list[int], list[int]]]
    learnt: list[int]
    """The places of those that were learnt from customers."""


def _chosen(index: Index, rows: Ints) -> _Near:
    """A few rows of each of the first articles, and as many of its counter-examples."""
    chosen: list[int] = []
    learnt: list[int] = []
    places: dict[int, tuple[list[int], list[int], list[int]]] = {}
    kinds, numbers = index.kind_of.all.take(rows).tolist(), index.article_of.all.take(rows).tolist()
    first = set(islice(dict.fromkeys(numbers), ARTICLES))
    for row, article, kind in zip(rows.tolist(), numbers, kinds, strict=True):
        if article not in first:
            continue
        asked, keys, counters = places.setdefault(article, ([], [], []))
        had = len(counters) if kind == COUNTER else len(asked) + len(keys)
        if had < ROWS_OF_ONE:
            (counters if kind == COUNTER else keys if kind == KEYWORD else asked).append(len(chosen))
            if kind == LEARNT:
                learnt.append(len(chosen))
            chosen.append(row)
            if len(chosen) == MOST_ROWS:
                break
    return _Near(chosen, {one: held for one, held in places.items() if held[0] or held[1]}, learnt)


class _Measuring:
    """One message against some rows and their articles."""

    def __init__(self, query: Query, wholes: Wholes, near: _Near, nearest: Sequence[int]) -> None:
        self.query, self.index, self.known, self.near = query, query.index, wholes, near
        self.rows = near.rows
        self.around = list(dict.fromkeys((*nearest, *self.rows)))
        """The rows to tell apart."""
        self.wholes, self.vectors = wholes.of(list(near.articles), self.around)
        lists = [*map(self.index.terms_in.__getitem__, near.rows), *[whole.terms for whole in self.wholes]]
        self.terms = np.concatenate(lists)
        """Those of every row, then those of every article."""
        self.begins = np.array([0, *accumulate([len(one) for one in lists[:-1]])])
        self.split = int(self.begins[len(near.rows)])
        """Where the articles begin."""
        self.counts = np.concatenate([whole.counts for whole in self.wholes])

    def all(self) -> Measured:
        """Every measure of every article."""
        apart, grid, of_wholes = self._grid()
        fits = (_FIT @ grid).tolist()
        ordered = self.query.ordered
        same = [self.index.ordered[row] == ordered for row in self.rows]
        places = list(self.near.articles.values())
        marks = [self._marks(fits, same, *of_one) for of_one in places]
        mine = (self.query.pairs + PAIRS_FROM).tolist()
        shares = [len(whole.pairs.intersection(mine)) / max(1, len(mine)) for whole in self.wholes]
        keywords = [_covered_by_keywords(grid, keys) for _, keys, _ in places]
        table = np.empty((len(NAMES), len(self.wholes)), np.float32)
        table[: len(OF_ROWS)] = _best_rows(grid, fits, [asked or [len(self.rows)] for asked, _, _ in places])
        table[len(OF_ROWS) :] = (keywords, of_wholes[0], self._all_runs(), of_wholes[1], shares, apart)
        countered, denied, alike = zip(*marks, strict=True)
        return Measured(tuple(self.near.articles), table.T, countered, denied, alike)

    def _grid(self) -> tuple[list[float], Floats, tuple[Floats, Floats]]:
        """What tells the articles apart; the measures of the rows; those of the articles as a whole.

        After the rows comes one of an article that has none: nought by every measure.
        """
        place = {row: n for n, row in enumerate(self.around)}
        kernel = Kernel(self.query, self.vectors)
        grid = np.zeros((len(OF_ROWS), len(self.rows) + 1), np.float32)
        of_rows = grid[:, :-1]
        of_wholes = self._by_words(of_rows)
        texts, mine = [self.index.ordered[row] for row in self.rows], self.query.ordered
        of_rows[_BY_WORDS] = [fuzz.ratio(mine, text) / 100.0 for text in texts]
        of_rows[_BY_WORDS + 1] = [fuzz.token_set_ratio(mine, text) / 100.0 for text in texts]
        of_rows[_BY_WORDS + 2 :] = kernel.measures.take([place[row] for row in self.rows], axis=1)
        if self.near.learnt:
            of_rows[:, self.near.learnt] *= LEARNT_WORTH
        return kernel.apart(self._articles_of(self.around), list(self.near.articles)), grid, of_wholes

    def _articles_of(self, rows: Sequence[int]) -> list[int]:
        """The articles that rows speak for; -1 of a counter-example, which speaks for none."""
        kinds, articles = self.index.kind_of.all.take(rows), self.index.article_of.all.take(rows)
        of_rows = zip(kinds.tolist(), articles.tolist(), strict=True)
        return [-1 if kind == COUNTER else article for kind, article in of_rows]

    def _by_words(self, grid: Floats) -> tuple[Floats, Floats]:
        """BM25 and covered of the articles as a whole; writes the first four measures of the rows."""
        query, n = self.query, len(self.rows)
        likeness = self._likeness()
        best = np.maximum.reduceat(likeness, self.begins, axis=1)
        covered = query.weights @ best
        covered /= query.mass
        self._rows_by_words(grid, likeness[:, : self.split], covered[:n])
        begins = self.begins[n:] - self.split
        lengths = np.add.reduceat(self.counts, begins)
        floor = lengths * (BM25_K * BM25_B / self.known.average_length) + BM25_K * (1.0 - BM25_B)
        soft = np.add.reduceat(likeness[:, self.split :] * self.counts, begins, axis=1)
        found: Floats = query.weights @ (best[:, n:] * (soft / (soft + floor)).astype(np.float32))
        return found / np.float32(query.mass), covered[n:]

    def _likeness(self) -> Floats:
        """How near each word of the message is to each of the terms."""
        query, slot = self.query, self.known.slots
        table = np.zeros((len(query.terms), len(query.meant) + 1), np.float32)
        slot[self.terms] = len(query.meant)
        slot[query.meant] = np.arange(len(query.meant))
        table[query.said, slot.take(query.meant)] = query.similarities
        return table.take(slot.take(self.terms), axis=1)

    def _rows_by_words(self, grid: Floats, likeness: Floats, covered: Floats) -> None:
        """Of the rows alone; `covered` is one of the four already."""
        begins = self.begins[: len(self.rows)]
        weights = self.index.weights(self.terms[: self.split])
        dot = self.query.weights @ np.maximum.reduceat(likeness * weights, begins, axis=1)
        reached = np.add.reduceat(weights * likeness.max(axis=0), begins)
        covering = reached / np.add.reduceat(weights, begins)
        np.divide(dot, np.sqrt(np.add.reduceat(weights * weights, begins)) * self.query.norm, out=grid[0])
        np.divide(2.0 * covered * covering, np.maximum(covered + covering, _TINY), out=grid[1])
        grid[2], grid[3] = covered, covering

    def _all_runs(self) -> Floats:
        """Cosine of the message's runs of letters and each article's."""
        mine = self.query.runs
        own = self.index.run_weights(mine)
        runs = np.concatenate([whole.runs for whole in self.wholes])
        sizes = [len(whole.runs) for whole in self.wholes]
        begins = [0, *accumulate(sizes[:-1])]
        held = np.concatenate([whole.run_counts for whole in self.wholes]) * self.index.run_weights(runs)
        squares = np.add.reduceat(held * held, begins)
        shared = np.add.reduceat(held * self.known.at_runs(mine, own, runs), begins)
        found: Floats = shared / np.maximum(np.sqrt(squares * (own @ own)), _TINY)
        return found

    def _marks(
        self, fits: list[float], same: list[bool], asked: list[int], keys: list[int], counters: list[int]
    ) -> tuple[bool, bool, bool]:
        """Whether an article is countered, denied, and written for these very words."""
        own = sorted((*asked, *keys)) if keys else asked
        nearest = max(own, key=fits.__getitem__)
        alike = any(same[n] for n in own)
        denied = self._denied(self.rows[nearest]) or (self.query.keeps and self._ends(own))
        if not counters:
            return False, denied, alike
        # « Je ne veux pas changer d'adresse » is no counter-example of who wants to.
        against = [n for n in counters if not self._denied(self.rows[n])]
        worst = max((fits[n] + same[n] for n in against), default=-1.0)
        return worst >= fits[nearest] + alike, denied, alike

    def _denied(self, row: int) -> bool:
        """Whether one side denies a word that the other affirms, by itself or by a synonym."""
        if self.query.deeds and self._wishes_deed(row):
            return True
        denied = self.index.negated.get(row, _NOTHING_DENIED)
        if not denied and not self.query.negated:
            return False
        held = set(self.index.terms_in[row].tolist())
        for meant, is_negated in self.query.wishes:
            found = next((term for term in meant if term in held), None)
            if found is not None and is_negated != (found in denied):
                return True
        return False

    def _wishes_deed(self, row: int) -> bool:
        """Whether a row asks for what the message tells as done."""
        forms = self.index.words_in[row]
        vocabulary = self.index.vocabulary
        held = dict(zip(vocabulary.term_of.all.take(forms).tolist(), forms.tolist(), strict=True))
        meant = (next((term for term in terms if term in held), None) for terms in self.query.deeds)
        return any(
            is_wish(vocabulary.surfaces[held[term]], self.index.lexicon) for term in meant if term is not None
        )

    def _ends(self, places: Sequence[int]) -> bool:
        """Whether rows speak of ending what the message wishes to keep, and none of keeping it."""
        held = set().union(*[self.index.terms_in[self.rows[n]].tolist() for n in places])
        ending, keeping = (map(self.index.vocabulary.term, stems) for stems in (ENDING, KEEPING))
        return not held.isdisjoint(ending) and held.isdisjoint(keeping)


def _best_rows(grid: Floats, fits: list[float], asked: list[list[int]]) -> Floats:
    """The measures of each article's best phrasing, or the highest of all its phrasings."""
    best = [max(rows, key=fits.__getitem__) for rows in asked]
    begins = [0, *accumulate([len(rows) for rows in asked[:-1]])]
    highest = np.maximum.reduceat(grid.take([row for rows in asked for row in rows], axis=1), begins, axis=1)
    return np.where(_IS_HIGHEST, highest, grid.take(best, axis=1))


def _covered_by_keywords(grid: Floats, keys: list[int]) -> float:
    """How far a keyword of an article covers the message."""
    covering = [float(grid[_COVERED_AT, n]) for n in keys if grid[_COVERING_AT, n] >= _COVERED]
    return max(covering, default=0.0)
