"""From measures to an order of articles, and how sure the first one is: weights learned, shipped as data.

`weights.json` is made by `make faq-train` from the development sets alone (docs/faq-matching.md). The order
is a conditional logit over the candidates of a message; the confidence a logistic regression over what the
order looks like: how far ahead the first is, how much of the message nobody has written about.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log
from pathlib import Path

import numpy as np

from faq.columns import Floats
from faq.index import Index
from faq.measures import NAMES, Measured, measure
from faq.query import Query
from faq.wholes import Wholes
from faq.words import COMMON_WEIGHT

WEIGHTS = Path(__file__).parent / "weights.json"
MOST_SURE = 0.9999
"""A base that answers from 1 answers nobody."""
DIGITS = 4
"""Of a confidence: what is beyond tells nothing."""
ABOUT_IT, SEVERAL = 0.95, 3
"""From so many articles that hold a lone word, it is a subject rather than a question."""
FARTHEST = 8.0
"""A lead beyond this tells nothing more."""
HEAVIEST = 12.0
"""A message that says more is as heavy: none longer was learned from; noise is no surer for its length."""
DENIED = 3.0
"""What a contradiction takes from an article: the sets hold too few to learn it from."""
SAME = 4.0
"""Added for an article that was written for these very words: what an author wrote leads to its article."""
_SURE = 1e-6
CONFIDENCE = ("doubt", "lead", "lead_of_third", "unknown", "words", "mass")
"""What the confidence looks at beside the measures of the first, and how far they are above the second's."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The learned numbers. `order`: for each measure.

    How far a measure is behind the best candidate's weighs as much as the measure itself where candidates are
    compared, for the best one's is the same for all of them: so both weights are one.
    """

    order: Floats
    confidence: Floats
    base: float
    answer_from: float
    suggest_from: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """The articles that may answer, the best first. Numbers are those of the index."""

    query: Query
    articles: tuple[int, ...]
    shares: tuple[float, ...]
    """How probability is shared among them."""
    confidence: float
    """That the first one is right, from 0 to 1."""
    measured: Measured
    places: tuple[int, ...]
    """The place of each in `measured`."""

    @property
    def scores(self) -> tuple[float, ...]:
        """The confidence of the first, and the others' shares of what it leaves."""
        if not self.articles:
            return ()
        rest = max(_SURE, 1.0 - self.shares[0])
        left = min(self.confidence, 1.0 - self.confidence)
        others = (min(self.confidence, left * share / rest) for share in self.shares[1:])
        # Sums of the same numbers in another order differ in their last digits.
        return tuple(round(score, DIGITS) for score in (self.confidence, *others))

    def is_countered(self, at: int) -> bool:
        """The message is at least as close to what this article must not answer."""
        return self.measured.countered[self.places[at]]

    @property
    def is_denied(self) -> bool:
        """The first article is about the opposite wish."""
        return self.measured.denied[self.places[0]]

    @property
    def asked_alike(self) -> list[int]:
        """The places of the articles that were written for these very words."""
        return [at for at, place in enumerate(self.places) if self.measured.same[place]]

    @property
    def is_vague(self) -> bool:
        """One word that says something, and several articles are about it."""
        if sum(term.word.weight > COMMON_WEIGHT for term in self.query.terms) != 1:
            return False
        covered = self.measured.measures[:, NAMES.index("all_covered")]
        alike = int((covered >= ABOUT_IT * float(covered.max(initial=0.0))).sum())
        return alike >= SEVERAL and not self.asked_alike


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """The weights that come with the product."""
    return read_weights(WEIGHTS)


def read_weights(path: Path) -> Weights:
    """The weights of a file."""
    held = json.loads(path.read_text(encoding="utf-8"))
    order, confidence = held["order"], held["confidence"]
    return Weights(
        np.array([order[name] + order[f"{name} behind"] for name in NAMES], np.float32),
        np.array(
            [
                *(confidence[name] for name in CONFIDENCE),
                *(confidence[name] for name in NAMES),
                *(confidence[f"{name} ahead"] for name in NAMES),
            ],
            np.float32,
        ),
        float(confidence["base"]),
        float(held["answer_from"]),
        float(held["suggest_from"]),
    )


def rank(index: Index, wholes: Wholes, text: str, learned: Weights) -> Ranked:
    """Ranks the articles of one language for a message. Never raises."""
    query = Query.of(index, text)
    measured = measure(query, wholes)
    if not measured.articles:
        return Ranked(query, (), (), 0.0, measured, ())
    fixed = [SAME * same - DENIED * no for same, no in zip(measured.same, measured.denied, strict=True)]
    values = measured.measures @ learned.order + np.array(fixed, np.float32)
    # Equal values go by the articles' ids: the order of additions leaves no trace.
    ids = [index.article_ids[article] for article in measured.articles]
    ranked = sorted(zip((-values).tolist(), ids, range(len(ids)), strict=True))
    places = [at for _, _, at in ranked]
    ordered = values[places]
    looks = looks_of(query, ordered, measured.measures[places[:2]])
    told = learned.base + float(looks @ learned.confidence) - DENIED * measured.denied[places[0]]
    confidence = min(MOST_SURE, round(_logistic(told), DIGITS))
    return Ranked(
        query,
        tuple(measured.articles[at] for at in places),
        tuple(_shares(ordered).tolist()),
        confidence,
        measured,
        tuple(places),
    )


def widened(measures: Floats) -> Floats:
    """Each measure, and how far it is behind the best candidate's."""
    return np.hstack([measures, measures - measures.max(axis=0, keepdims=True)])


def looks_of(query: Query, values: Floats, measures: Floats) -> Floats:
    """What the confidence is computed from: values of the candidates, and measures of two, the best first."""
    doubt = log(max(_SURE, 1.0 - float(_shares(values)[0])))
    first, *others = values[:3].tolist()
    leads = [min(FARTHEST, first - other) for other in others] + [FARTHEST] * (2 - len(others))
    known = sum(term.weight for term in query.terms if term.expansion.meanings)
    full = sum(term.word.weight >= COMMON_WEIGHT for term in query.terms)
    told = [doubt, *leads, 1.0 - known / query.mass, min(full, 12) / 12.0, min(query.mass, HEAVIEST) / 5.0]
    second = measures[1] if len(measures) > 1 else np.zeros(len(NAMES), np.float32)
    return np.concatenate([np.array(told, np.float32), measures[0], measures[0] - second])


def _shares(values: Floats) -> Floats:
    raised = np.exp(values - values[0])
    shares: Floats = raised / raised.sum()
    return shares


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, value))))
