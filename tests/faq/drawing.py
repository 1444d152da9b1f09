"""Draws `docs/faq-matching.svg`: precision against coverage on the clean messages of the development sets.

With the shipped weights. `make faq-eval` draws it after its table.
"""

import sys
from itertools import accumulate
from pathlib import Path

import leather

from faq.match import KnowledgeBase
from tests.faq.sets_read import CLEAN, SETS, asked_of, base_of

PICTURE = Path(__file__).parents[2] / "docs" / "faq-matching.svg"
COLOURS = ("#1264a3", "#b3261e", "#2e7d32", "#7b5ea7")
LOWEST = 0.85
FEWEST = 12
"""Answers from which a share is drawn: the first few jump."""


def curve(name: str) -> list[tuple[float, float]]:
    """Coverage and precision for every threshold at which the answers of a set are at least a few."""
    articles = base_of(name)
    base = KnowledgeBase(articles)
    asked = [one for one in asked_of(name) if one.noise == CLEAN]
    judged = []
    for one in asked:
        scores = base.find(one.text, articles[0].language).scores
        if scores:
            judged.append((scores[0][1], scores[0][0] in one.expected))
    judged.sort(key=lambda pair: -pair[0])
    answerable = sum(bool(one.expected) for one in asked)
    right = accumulate(is_right for _, is_right in judged)
    return [
        (found / answerable, found / answered)
        for answered, found in enumerate(right, start=1)
        if answered >= FEWEST and found / answered >= LOWEST
    ]


def main() -> int:
    """0 when the picture was written."""
    chart = leather.Chart("Precision of the answers against the share of questions answered")
    chart.add_x_scale(0.0, 1.0)
    chart.add_y_scale(LOWEST, 1.0)
    chart.add_x_axis(tick_formatter=_percent, name="answered rightly")
    chart.add_y_axis(tick_formatter=_percent, name="of the answers right")
    for name, colour in zip(SETS, COLOURS, strict=True):
        chart.add_line(curve(name), name=name, stroke_color=colour)
    chart.to_svg(str(PICTURE))
    sys.stdout.write(f"{PICTURE.name} is drawn\n")
    return 0


def _percent(share: float, _index: int, _count: int) -> str:
    return f"{100 * float(share):.0f} %"


if __name__ == "__main__":
    sys.exit(main())
