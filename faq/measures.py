"""How well a message fits each article: a row of numbers per candidate, which a learned ranking weighs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from faq.columns import Floats, Ints, end_to_end
from faq.index import COUNTER, KEYWORD, Index
from faq.kernel import Kernel
from faq.query import Query
from faq.wholes import Wholes
from faq.words import COMMON_WEIGHT

ARTICLES = 12
"""Articles measured."""
ROWS_OF_ONE = 4
"""Rows measured of each."""
MOST_ROWS = 48
NEAREST = 40
"""Rows told apart by the classifier: 30 are as good as all (`docs/faq.md`)."""
FIT = {"cosine": 0.25, "overlap": 0.3, "likeness": 0.3, "order": 0.15}
"""What makes the best row of an article, before anything is learned."""
BM25_K = 1.2
BM25_B = 0.4
_COVERED = 0.8

NAMES = (
    "cosine",
    "overlap",
    "covered",
    "covering",
    "order",
    "set",
    "runs",
    "pairs",
    "likeness",
    "keyword",
    "whole",
    "all_runs",
    "all_covered",
    "all_pairs",
    "apart",
)
_OF_ROWS = {name: NAMES.index(name) for name in NAMES[:9]}
_HIGHEST = ("cosine", "overlap", "set", "runs", "pairs", "likeness")


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
    chosen = _chosen(index, rows)
    kinds = index.kind_of.all[chosen].tolist()
    numbers = index.article_of.all[chosen].tolist()
    articles = list(dict.fromkeys(n for n, kind in zip(numbers, kinds, strict=True) if kind != COUNTER))
    if not articles:
        return NOTHING
    nearest = rows[:NEAREST].tolist()
    others = [row for row in chosen if row not in set(nearest)]
    return _Measuring(query, wholes, chosen, articles).all([*nearest, *others])


def _chosen(index: Index, rows: Ints) -> list[int]:
    """A few rows of each of the first articles, and as many of its counter-examples."""
    taken: dict[tuple[int, bool], int] = {}
    articles: set[int] = set()
    chosen = []
    counters = (index.kind_of.all[rows] == COUNTER).tolist()
    for row, article, counter in zip(
        rows.tolist(), index.article_of.all[rows].tolist(), counters, strict=True
    ):
        had = taken.get((article, counter), 0)
        if had >= ROWS_OF_ONE or (article not in articles and len(articles) >= ARTICLES):
            continue
        articles.add(article)
        taken[article, counter] = had + 1
        chosen.append(row)
        if len(chosen) == MOST_ROWS:
            break
    return chosen


class _Measuring:
    """One message against some rows and their articles."""

    def __init__(self, query: Query, wholes: Wholes, rows: list[int], articles: list[int]) -> None:
        self.query, self.index, self.known = query, query.index, wholes
        self.rows, self.articles = rows, articles
        self.wholes = [wholes.whole(article) for article in articles]
        row_terms = [self.index.terms_in[row] for row in rows]
        self.terms, self.begins = end_to_end([*row_terms, *(whole.terms for whole in self.wholes)])
        self.weights = self.index.weights(self.terms)
        split = sum(map(len, row_terms))
        self.counts = np.ones(len(self.terms), np.float32)
        self.counts[split:] = np.concatenate([whole.counts for whole in self.wholes])

    def all(self, near: list[int]) -> Measured:
        """Every measure of every article."""
        kernel = Kernel(self.query, self.known, near)
        place = {row: n for n, row in enumerate(near)}
        here = [place[row] for row in self.rows]
        of_rows, of_wholes = self._by_words()
        of_rows |= {
            "runs": kernel.runs[here],
            "pairs": kernel.pairs[here],
            "likeness": kernel.likeness[here],
        }
        of_rows["order"] = self._alike(fuzz.ratio)
        of_rows["set"] = self._alike(fuzz.token_set_ratio)
        fit = sum(share * of_rows[name] for name, share in FIT.items())
        fits = fit.tolist()
        numbers = self.index.article_of.all[self.rows]
        kinds = self.index.kind_of.all[self.rows].tolist()
        theirs = np.where(self.index.kind_of.all[near] == COUNTER, -1, self.index.article_of.all[near])
        apart = kernel.apart(theirs, self.articles)
        table = np.zeros((len(self.articles), len(NAMES)), np.float32)
        grid = np.stack([of_rows[name] for name in NAMES[:9]])
        countered, denied, same = [], [], []
        places: dict[int, list[int]] = {article: [] for article in self.articles}
        for n, article in enumerate(numbers.tolist()):
            if article in places:
                places[article].append(n)
        for at, article in enumerate(self.articles):
            own = places[article]
            asked = [n for n in own if kinds[n] not in (KEYWORD, COUNTER)]
            keys = [n for n in own if kinds[n] == KEYWORD]
            counters = [n for n in own if kinds[n] == COUNTER]
            best = max(asked or keys, key=lambda n: (fits[n], -n))
            if asked:
                table[at, :9] = grid[:, best]
                if len(asked) > 1:
                    highest = grid[:, asked].max(axis=1)
                    for name in _HIGHEST:
                        table[at, _OF_ROWS[name]] = highest[_OF_ROWS[name]]
            if keys:
                covered = of_rows["covered"][keys] * (of_rows["covering"][keys] >= _COVERED)
                table[at, 9] = covered.max()
            same.append(any(self._is_same(n) for n in (*asked, *keys)))
            nearest_row = max((*asked, *keys), key=lambda n: (fits[n], -n))
            denied.append(self._denied(self.rows[nearest_row]))
            table[at, 13] = self.wholes[at].share_of(self.query.pairs)
            nearest = max(fits[n] for n in (*asked, *keys))
            worst = max((fits[n] + self._is_same(n) for n in counters), default=-1.0)
            countered.append(worst >= nearest + same[-1])
        table[:, 10] = of_wholes["whole"]
        table[:, 11] = self._all_runs()
        table[:, 12] = of_wholes["all_covered"]
        table[:, 14] = apart
        return Measured(tuple(self.articles), table, tuple(countered), tuple(denied), tuple(same))

    def _by_words(self) -> tuple[dict[str, Floats], dict[str, Floats]]:
        query, total = self.query, len(self.begins)
        buffer = np.zeros(len(self.index.vocabulary), np.float32)
        reach = np.zeros(len(self.terms), np.float32)
        dot, covered, whole = (np.zeros(total, np.float32) for _ in range(3))
        lengths = np.add.reduceat(self.counts, self.begins)
        floor = BM25_K * (1.0 - BM25_B + BM25_B * lengths / self.known.average_length)
        n = len(self.rows)
        for term in query.terms:
            expansion = term.expansion
            if not len(expansion.terms):
                continue
            buffer[expansion.terms] = expansion.similarities
            likeness = buffer[self.terms]
            buffer[expansion.terms] = 0.0
            if not likeness.any():
                continue
            np.maximum(reach, likeness, out=reach)
            best = np.maximum.reduceat(likeness, self.begins)
            covered += term.weight * best
            dot += term.weight * np.maximum.reduceat(likeness * self.weights, self.begins)
            soft = np.add.reduceat(likeness * self.counts, self.begins)
            whole += term.weight * best * soft * (BM25_K + 1.0) / (soft + floor)
        sizes = np.add.reduceat(self.weights, self.begins)
        norms = np.sqrt(np.add.reduceat(self.weights * self.weights, self.begins))
        covering = np.add.reduceat(self.weights * reach, self.begins) / np.maximum(sizes, 1e-6)
        covered /= query.mass
        cosine = dot / (query.norm * np.maximum(norms, 1e-6))
        overlap = 2.0 * covered * covering / np.maximum(covered + covering, 1e-6)
        of_rows = {
            "cosine": cosine[:n],
            "overlap": overlap[:n],
            "covered": covered[:n],
            "covering": covering[:n],
        }
        return of_rows, {"whole": whole[n:] / (query.mass * (BM25_K + 1.0)), "all_covered": covered[n:]}

    def _alike(self, scorer: object) -> Floats:
        texts = [self.index.ordered[row] for row in self.rows]
        found: Floats = process.cdist([self.query.ordered], texts, scorer=scorer, dtype=np.float32)[0] / 100.0
        return found

    def _all_runs(self) -> Floats:
        """Cosine of the message's runs of letters and each article's."""
        mine = self.query.runs
        flat, begins = end_to_end([whole.runs for whole in self.wholes])
        counts = np.concatenate([whole.run_counts for whole in self.wholes])
        if not len(mine):
            return np.zeros(len(self.wholes), np.float32)
        rare = self.index.run_weights(flat)
        held = counts * rare
        own = self.index.run_weights(mine)
        found = self.known.marked(mine)[flat]
        norms = np.sqrt(np.add.reduceat(held * held, begins)) * float(np.sqrt(own @ own))
        likeness: Floats = np.add.reduceat(held * rare * found, begins) / np.maximum(norms, 1e-6)
        self.known.unmark(mine)
        return likeness

    def _is_same(self, n: int) -> bool:
        """Whether a row has the very words of the message."""
        return self.index.ordered[self.rows[n]] == self.query.ordered

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


__all__ = ["NAMES", "Measured", "Sequence", "measure"]
