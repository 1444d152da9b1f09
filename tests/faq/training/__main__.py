"""`make faq-train`: learns the weights from the development sets, and writes `faq/weights.json`.

Prints what the same fit gives for each set when that set is left out. With `--without SET --to FILE` the
weights learned without a set are written elsewhere, for `make faq-eval`.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from faq.measures import NAMES
from faq.ranking import CONFIDENCE, WEIGHTS, looks_of
from tests.faq.sets_read import SETS
from tests.faq.training.examples import Example, examples_of
from tests.faq.training.learn import Numbers, learn_confidence, learn_order, ordered

PRECISION = 0.97
OFFERED = 0.65
"""Of messages that are offered articles, this share finds the right one among three."""
_FEWEST = 30
_WINDOW = 200


def main() -> int:
    """0 when the weights were written."""
    parser = argparse.ArgumentParser(prog="python -m tests.faq.training", description=__doc__)
    parser.add_argument("--without", choices=SETS, help="leave a set out")
    parser.add_argument("--to", type=Path, default=WEIGHTS, help="the file to write")
    asked = parser.parse_args()
    names = [name for name in SETS if name != asked.without]
    held = {name: list(examples_of(name)) for name in names}
    for name, some in held.items():
        say(f"{name}: {len(some)} examples")
    everything = [one for some in held.values() for one in some]
    order = learn_order(everything)
    confidence, base = learn_confidence(everything, order)
    judged = [_left_out(held, name) for name in names]
    answer_from = max(answers_from(of_set) for of_set in judged)
    suggest_from = offers_from([pair for of_set in judged for pair in of_set], answer_from)
    written = as_document(order, confidence, base, answer_from, suggest_from)
    asked.to.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    say(f"answers from {answer_from:.3f}, offers from {suggest_from:.3f}: {asked.to.name} is written")
    return 0


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


Judged = tuple[float, bool, bool, float]
"""Confidence; whether the first is right; whether one of three is; what it counts for."""


def _left_out(held: dict[str, list[Example]], name: str) -> list[Judged]:
    """The messages of a set, judged by weights that never saw it."""
    others = [one for other, some in held.items() if other != name for one in some]
    order = learn_order(others)
    confidence, base = learn_confidence(others, order)
    judged = [_judged(one, order, confidence, base) for one in held[name]]
    clean = [(pair, one) for pair, one in zip(judged, held[name], strict=True) if one.is_clean]
    first = sum(pair[1] for pair, _ in clean) / max(1, len(clean))
    third = sum(pair[2] for pair, _ in clean) / max(1, len(clean))
    say(f"{name} left out: R@1 {first:.3f}, R@3 {third:.3f} of {len(clean)} clean messages")
    return [pair for pair, one in zip(judged, held[name], strict=True) if one.is_whole]


def _judged(one: Example, order: Numbers, confidence: Numbers, base: float) -> Judged:
    if not one.right:
        return 0.0, False, False, one.weight
    places, values = ordered(one, order)
    looks = looks_of(one.query, values.astype(np.float32), one.measures[places])
    sure = 1.0 / (1.0 + np.exp(-float(base + looks @ confidence)))
    right = [one.right[at] for at in places]
    return sure, right[0], any(right[:3]), one.weight


def answers_from(judged: Sequence[Judged]) -> float:
    """The least confidence from which enough of the answers are right; of all sets the strictest counts."""
    least, right = 1.0, 0
    ranked = sorted(judged, key=lambda one: -one[0])
    for count, (sure, first, _, _) in enumerate(ranked, start=1):
        right += first
        if count >= _FEWEST and right / count >= PRECISION:
            least = sure
    return least


def offers_from(judged: Sequence[Judged], answer_from: float) -> float:
    """The least confidence around which enough of the messages find the right article among three."""
    least = answer_from
    ranked = sorted(judged, key=lambda one: -one[0])
    for at in range(len(ranked) - _WINDOW):
        window = ranked[at : at + _WINDOW]
        if window[-1][0] < answer_from and sum(third for _, _, third, _ in window) >= OFFERED * _WINDOW:
            least = window[_WINDOW // 2][0]
    return least


def as_document(
    order: Numbers, confidence: Numbers, base: float, answer_from: float, suggest_from: float
) -> dict[str, object]:
    """The file's shape: numbers by name."""
    n, told = len(NAMES), len(CONFIDENCE)
    return {
        "order": _named(NAMES, order[:n]) | _named([f"{name} behind" for name in NAMES], order[n:]),
        "confidence": {"base": round(base, 5)}
        | _named(CONFIDENCE, confidence[:told])
        | _named(NAMES, confidence[told : told + n])
        | _named([f"{name} ahead" for name in NAMES], confidence[told + n :]),
        "answer_from": round(answer_from, 4),
        "suggest_from": round(suggest_from, 4),
    }


def _named(names: Sequence[str], numbers: Numbers) -> dict[str, float]:
    return {name: round(float(number), 5) for name, number in zip(names, numbers, strict=True)}


if __name__ == "__main__":
    sys.exit(main())
