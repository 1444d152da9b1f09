"""The two fits: a conditional logit for the order, a logistic regression for the confidence.

Both are convex and are solved by Newton's method, so that the same examples always give the same numbers.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from faq.ranking import looks_of, widened
from tests.faq.training.examples import Example

ORDER_RIDGE = 20.0
CONFIDENCE_RIDGE = 50.0
STEPS = 40
_ENOUGH = 1e-8

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


def learn_order(examples: Sequence[Example], ridge: float = ORDER_RIDGE) -> Numbers:
    """What each measure counts for, so that the right candidates come first."""
    told = [one for one in examples if any(one.right)]
    stacked = np.vstack([widened(one.measures) for one in told]).astype(np.float64)
    sizes = np.array([len(one.right) for one in told])
    begins: Places = np.concatenate([[0], np.cumsum(sizes[:-1])]).astype(np.int64)
    group: Places = np.repeat(np.arange(len(told)), sizes).astype(np.int64)
    right = np.concatenate([np.array(one.right, float) for one in told])
    weight = np.array([one.weight for one in told])
    scale = stacked.std(axis=0) + 1e-6
    values, found = stacked / scale, np.zeros(stacked.shape[1])
    for _ in range(STEPS):
        scores = values @ found
        raised = np.exp(scores - np.maximum.reduceat(scores, begins)[group])
        shares = raised / np.add.reduceat(raised, begins)[group]
        among = shares * right
        among /= np.maximum(np.add.reduceat(among, begins)[group], 1e-12)
        slope = values.T @ ((among - shares) * weight[group]) - ridge * found
        curve = _spread(values, shares, begins, group, weight[group]) + ridge * np.eye(len(found))
        step = np.linalg.solve(curve, slope)
        found = found + step
        if float(np.abs(step).max()) < _ENOUGH:
            break
    learned: Numbers = found / scale
    return learned


def _spread(values: Numbers, shares: Numbers, begins: Places, group: Places, weight: Numbers) -> Numbers:
    """The curvature of the likelihood, without the part that makes it other than convex."""
    means = np.add.reduceat(values * shares[:, None], begins, axis=0)
    apart = values - means[group]
    found: Numbers = apart.T @ (apart * (shares * weight)[:, None])
    return found


def ordered(example: Example, order: Numbers) -> tuple[list[int], Numbers]:
    """The places of the candidates, the best first, and the values in that order."""
    values = widened(example.measures).astype(np.float64) @ order
    places = sorted(range(len(values)), key=lambda at: (-values[at], at))
    return places, values[places]


def learn_confidence(
    examples: Sequence[Example], order: Numbers, ridge: float = CONFIDENCE_RIDGE
) -> tuple[Numbers, float]:
    """What each look counts for, and the base; the target is whether the first candidate is right."""
    told = [one for one in examples if one.right]
    looks, right = [], []
    for one in told:
        places, values = ordered(one, order)
        looks.append(looks_of(one.query, values.astype(np.float32), one.measures[places]))
        right.append(one.right[places[0]])
    stacked = np.vstack(looks).astype(np.float64)
    scale = stacked.std(axis=0) + 1e-6
    values = np.hstack([stacked / scale, np.ones((len(stacked), 1))])
    target, weight = np.array(right, float), np.array([one.weight for one in told])
    held = np.full(values.shape[1], ridge)
    held[-1] = 1e-6
    found = np.zeros(values.shape[1])
    for _ in range(STEPS):
        likely = 1.0 / (1.0 + np.exp(-np.clip(values @ found, -30, 30)))
        slope = values.T @ (weight * (target - likely)) - held * found
        curve = values.T @ (values * (weight * likely * (1.0 - likely))[:, None]) + np.diag(held)
        step = np.linalg.solve(curve, slope)
        found = found + step
        if float(np.abs(step).max()) < _ENOUGH:
            break
    return found[:-1] / scale, float(found[-1])
