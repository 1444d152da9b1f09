"""How well a message fits each article: a row of numbers per candidate, which a learned ranking weighs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from faq.columns import Floats, Ints, end_to_end
from faq.index import COUNTER, KEYWORD, Index
from faq.kernel import Kernel
from faq.query import Query
from faq.wholes import Wholes
from faq.words import COMMON_WEIGHT

ARTICLES = 10
"""Articles measured."""
ROWS_OF_ONE = 3
"""Rows measured of each, and as many of its counter-examples."""
MOST_ROWS = 32
NEAREST = 32
"""Rows told apart by the classifier: 30 are as good as all (`docs/faq-matching.md`)."""
BM25_K = 1.2
BM25_B = 0.4
_COVERED = 0.8
_TINY = 1e-6

OF_ROWS = ("cosine", "overlap", "covered", "covering", "order", "set", "runs", "pairs", "likeness")
"""Of an article's best row, or (`_HIGHEST`) the highest of its rows."""
OF_ARTICLES = ("keyword", "whole", "all_runs", "all_covered", "all_pairs", "apart")
NAMES = (*OF_ROWS, *OF_ARTICLES)
_HIGHEST = tuple(OF_ROWS.index(name) for name in ("cosine", "overlap", "set", "runs", "pairs", "likeness"))
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
    index = query.index
    rows = query.rows() if query.says_something else np.zeros(0, np.int32)
    near = _chosen(index, rows)
    if not near.articles:
        return NOTHING
    return _Measuring(query, wholes, near).all(rows[:NEAREST].tolist())


class _Near(NamedTuple):
    """The rows that are measured, and of each article which of them are its phrasings, keywords, counters."""

    rows: list[int]
    articles: dict[int, tuple[list[int], list[int], list[int]]]


def _chosen(index: Index, rows: Ints) -> _Near:
    """A few rows of each of the first articles, and as many of its counter-examples."""
    chosen: list[int] = []
    places: dict[int, tuple[list[int], list[int], list[int]]] = {}
    kinds, numbers = index.kind_of.all[rows].tolist(), index.article_of.all[rows].tolist()
    for row, article, kind in zip(rows.tolist(), numbers, kinds, strict=True):
        if article not in places and len(places) >= ARTICLES:
            continue
        asked, keys, counters = places.setdefault(article, ([], [], []))
        had = len(counters) if kind == COUNTER else len(asked) + len(keys)
        if had < ROWS_OF_ONE:
            (counters if kind == COUNTER else keys if kind == KEYWORD else asked).append(len(chosen))
            chosen.append(row)
            if len(chosen) == MOST_ROWS:
                break
    return _Near(chosen, {one: held for one, held in places.items() if held[0] or held[1]})


class _Measuring:
    """One message against some rows and their articles."""

    def __init__(self, query: Query, wholes: Wholes, near: _Near) -> None:
        self.query, self.index, self.known, self.near = query, query.index, wholes, near
        self.rows = near.rows
        self.wholes = wholes.of(list(near.articles))
        row_terms = [self.index.terms_in[row] for row in self.rows]
        self.terms, self.begins = end_to_end([*row_terms, *(whole.terms for whole in self.wholes)])
        self.weights = self.index.weights(self.terms)
        split = sum(map(len, row_terms))
        self.counts = np.ones(len(self.terms), np.float32)
        self.counts[split:] = np.concatenate([whole.counts for whole in self.wholes])

    def all(self, nearest: Sequence[int]) -> Measured:
        """Every measure of every article; `nearest` are the rows to tell apart."""
        apart, grid, of_wholes = self._grid(nearest)
        fits = (_FIT @ grid).tolist()
        same = [self.index.ordered[row] == self.query.ordered for row in self.rows]
        table = np.zeros((len(self.wholes), len(NAMES)), np.float32)
        marks = []
        for at, places in enumerate(self.near.articles.values()):
            table[at, : len(OF_ROWS) + 1] = _of_article(grid, fits, *places[:2])
            marks.append(self._marks(fits, same, *places))
        mine = self.query.pairs.tolist()
        shares = [len(whole.pairs.intersection(mine)) / max(1, len(mine)) for whole in self.wholes]
        columns = (of_wholes[0], self._all_runs(), of_wholes[1], shares, apart)
        table[:, len(OF_ROWS) + 1 :] = np.array(columns, np.float32).T
        countered, denied, alike = zip(*marks, strict=True)
        return Measured(tuple(self.near.articles), table, countered, denied, alike)

    def _grid(self, nearest: Sequence[int]) -> tuple[Floats, Floats, Floats]:
        """What tells the articles apart; the measures of the rows; those of the articles as a whole."""
        place = {row: n for n, row in enumerate(dict.fromkeys((*nearest, *self.rows)))}
        around = list(place)
        kernel = Kernel(self.query, self.known, around)
        here = [place[row] for row in self.rows]
        theirs = np.where(self.index.kind_of.all[around] == COUNTER, -1, self.index.article_of.all[around])
        apart = kernel.apart(theirs, list(self.near.articles))
        of_rows, of_wholes = self._by_words()
        texts = [self.index.ordered[row] for row in self.rows]
        mine = [self.query.ordered]
        order = process.cdist(mine, texts, scorer=fuzz.ratio, dtype=np.float32)[0] / 100.0
        alike = process.cdist(mine, texts, scorer=fuzz.token_set_ratio, dtype=np.float32)[0] / 100.0
        rest = (order, alike, kernel.runs[here], kernel.pairs[here], kernel.likeness[here])
        return apart, np.vstack([of_rows, *rest]), of_wholes

    def _by_words(self) -> tuple[Floats, Floats]:
        """Cosine, overlap, covered, covering of the rows; BM25 and covered of the articles as a whole."""
        query, n = self.query, len(self.rows)
        buffer = np.zeros(len(self.index.vocabulary), np.float32)
        reach = np.zeros(len(self.terms), np.float32)
        dot, covered, whole = np.zeros((3, len(self.begins)), np.float32)
        lengths = np.add.reduceat(self.counts[self.begins[n] :], self.begins[n:] - self.begins[n])
        floor = BM25_K * (1.0 - BM25_B + BM25_B * lengths / self.known.average_length)
        counts, begins = self.counts[self.begins[n] :], self.begins[n:] - self.begins[n]
        for term in query.terms:
            if not term.expansion.meanings:
                continue
            buffer[term.expansion.terms] = term.expansion.similarities
            likeness = buffer[self.terms]
            buffer[term.expansion.terms] = 0.0
            np.maximum(reach, likeness, out=reach)
            best = np.maximum.reduceat(likeness, self.begins)
            covered += term.weight * best
            dot += term.weight * np.maximum.reduceat(likeness * self.weights, self.begins)
            soft = np.add.reduceat(likeness[self.begins[n] :] * counts, begins)
            whole[n:] += term.weight * best[n:] * soft * (BM25_K + 1.0) / (soft + floor)
        covered /= query.mass
        return self._rows_by_words(dot, covered, reach), np.array(
            [whole[n:] / (query.mass * (BM25_K + 1.0)), covered[n:]], np.float32
        )

    def _rows_by_words(self, dot: Floats, covered: Floats, reach: Floats) -> Floats:
        n, end = len(self.rows), self.begins[len(self.rows)]
        weights, begins = self.weights[:end], self.begins[:n]
        sizes = np.add.reduceat(weights, begins)
        norms = np.sqrt(np.add.reduceat(weights * weights, begins))
        covering = np.add.reduceat(weights * reach[:end], begins) / np.maximum(sizes, _TINY)
        cosine = dot[:n] / (self.query.norm * np.maximum(norms, _TINY))
        overlap = 2.0 * covered[:n] * covering / np.maximum(covered[:n] + covering, _TINY)
        return np.array([cosine, overlap, covered[:n], covering], np.float32)

    def _all_runs(self) -> Floats:
        """Cosine of the message's runs of letters and each article's."""
        mine = self.query.runs
        if not len(mine):
            return np.zeros(len(self.wholes), np.float32)
        flat, begins = end_to_end([whole.runs for whole in self.wholes])
        counts = np.concatenate([whole.run_counts for whole in self.wholes])
        rare, own = self.index.run_weights(flat), self.index.run_weights(mine)
        held = counts * rare
        found = self.known.marked(mine)[flat]
        self.known.unmark(mine)
        norms = np.sqrt(np.add.reduceat(held * held, begins)) * float(np.sqrt(own @ own))
        shared: Floats = np.add.reduceat(held * rare * found, begins)
        return (shared / np.maximum(norms, _TINY)).astype(np.float32)

    def _marks(
        self, fits: list[float], same: list[bool], asked: list[int], keys: list[int], counters: list[int]
    ) -> tuple[bool, bool, bool]:
        """Whether an article is countered, denied, and written for these very words."""
        own = (*asked, *keys)
        nearest = max(own, key=lambda n: (fits[n], -n))
        alike = any(same[n] for n in own)
        # « Je ne veux pas changer d'adresse » is no counter-example of who wants to.
        against = [n for n in counters if not self._denied(self.rows[n])]
        worst = max((fits[n] + same[n] for n in against), default=-1.0)
        return worst >= fits[nearest] + alike, self._denied(self.rows[nearest]), alike

    def _denied(self, row: int) -> bool:
        """Whether one side denies a word that the other affirms, by itself or by a synonym."""
        denied = self.index.negated.get(row, frozenset())
        if not denied and not self.query.negated:
            return False
        held = set(self.index.terms_in[row].tolist())
        for term in self.query.terms:
            if term.word.weight >= COMMON_WEIGHT:
                meant = next((one.term for one in term.expansion.meanings if one.term in held), None)
                if meant is not None and (term.word.stem in self.query.negated) != (meant in denied):
                    return True
        return False


def _of_article(grid: Floats, fits: list[float], asked: list[int], keys: list[int]) -> Floats:
    """The measures of an article's rows: those of the best phrasing, and how far a keyword covers."""
    found = np.zeros(len(OF_ROWS) + 1, np.float32)
    if asked:
        best = max(asked, key=lambda n: (fits[n], -n))
        found[:-1] = grid[:, best]
        if len(asked) > 1:
            highest = grid[:, asked].max(axis=1)
            found[list(_HIGHEST)] = highest[list(_HIGHEST)]
    if keys:
        found[-1] = max(grid[_COVERED_AT, n] if grid[_COVERING_AT, n] >= _COVERED else 0.0 for n in keys)
    return found
