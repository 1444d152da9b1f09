"""Precision against coverage, a point for each confidence a base may answer from: a picture (SVG)."""

from collections.abc import Collection, Iterator, Sequence
from io import StringIO
from itertools import cycle
from math import floor
from typing import Final

import leather

from faq.advice import CHOICES
from faq.counting import counted
from faq.evaluation import Tally, Verdict, tally
from faq.intervals import lower_bound

COUNTED: Final = "#1264a3"
PROVEN: Final = "#8a8a8a"
MARKS: Final = ("#b3261e", "#2e7d32")
_STEPS: Final = 20


def picture(verdicts: Sequence[Verdict], marked: Collection[float]) -> str:
    """The document; empty where nothing is ever answered. `marked`: confidences to show with a dot."""
    curve = list(_answering(verdicts, CHOICES))
    if not curve:
        return ""
    shares = [(found.coverage, found.precision) for found in curve]
    proven = [(found.coverage, lower_bound(found.right, found.answered)) for found in curve]
    lowest = min(share for _, share in proven)
    chart = leather.Chart(counted(len(verdicts), "message"))
    chart.add_x_scale(0.0, 1.0)
    chart.add_y_scale(floor(lowest * _STEPS) / _STEPS, 1.0)
    chart.add_x_axis(tick_formatter=_percent, name="coverage")
    chart.add_y_axis(tick_formatter=_percent, name="precision")
    chart.add_line(shares, name="counted", stroke_color=COUNTED)
    chart.add_line(proven, name="proven, four chances in five", stroke_color=PROVEN)
    for confidence, colour in zip(sorted(marked), cycle(MARKS), strict=False):
        dots = [(found.coverage, found.precision) for found in _answering(verdicts, [confidence])]
        if dots:
            chart.add_dots(dots, name=f"from {confidence:g}", fill_color=colour)
    written = StringIO()
    chart.to_svg(written)
    return written.getvalue()


def _answering(verdicts: Sequence[Verdict], choices: Sequence[float]) -> Iterator[Tally]:
    """What the confidences come to from which anything is answered."""
    return (found for found in (tally(verdicts, choice) for choice in choices) if found.answered)


def _percent(share: float, _index: int, _count: int) -> str:
    return f"{100 * float(share):.0f} %"
