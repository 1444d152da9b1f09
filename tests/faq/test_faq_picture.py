"""Precision against coverage, drawn: what the picture shows is what was counted."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from core.domain.knowledge import Finding
from faq.asked import Asked
from faq.evaluation import Step, Verdict, tally
from faq.picture import COUNTED, MARKS, picture
from tests.faq.command_house import House, house

SVG = "{http://www.w3.org/2000/svg}"


def _answered(count: int, until: float, expected: str) -> list[Verdict]:
    steps = (Step(until, ("a",)),)
    return [Verdict(Asked(f"{until} {n}", (expected,)), Finding(), steps) for n in range(count)]


VERDICTS = [*_answered(30, 0.9, "a"), *_answered(30, 0.7, "a"), *_answered(10, 0.65, "b")]


def _dots(document: str) -> dict[str, tuple[float, float]]:
    found = ET.fromstring(document).iter(f"{SVG}circle")  # noqa: S314 - our own document
    return {dot.attrib["fill"]: (float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in found}


def test_each_confidence_that_is_marked_stands_at_its_coverage_and_precision() -> None:
    low, high = tally(VERDICTS, 0.6), tally(VERDICTS, 0.8)
    assert (low.coverage, low.precision) == (60 / 70, 60 / 70)
    assert (high.coverage, high.precision) == (30 / 70, 1.0)
    dots = _dots(picture(VERDICTS, {0.8, 0.6}))
    assert list(dots) == list(MARKS)
    (low_x, low_y), (high_x, high_y) = (dots[colour] for colour in MARKS)
    assert low_x / high_x == pytest.approx(2.0, rel=0.01)
    assert high_y == 0.0
    assert low_y > 0.0


def test_the_curve_has_a_point_for_each_confidence_that_answers() -> None:
    root = ET.fromstring(picture(VERDICTS, set()))  # noqa: S314 - our own document
    (line,) = (path for path in root.iter(f"{SVG}path") if path.attrib.get("stroke") == COUNTED)
    assert line.attrib["d"].count("L") + line.attrib["d"].count("M") == 41, "from 0.50 to 0.90"
    assert {"70 messages", "coverage", "precision"} <= {text.text for text in root.iter(f"{SVG}text")}


def test_where_nothing_is_answered_nothing_is_drawn() -> None:
    assert picture([Verdict(Asked("a", ("a",)), Finding(), ())], {0.7}) == ""


def test_the_command_writes_the_picture_or_says_why_not(tmp_path: Path) -> None:
    desk: House = house(tmp_path)
    desk.write("messages.csv", "text;expected\nComment annuler ma commande ?;annuler-commande\n")
    ended = desk.run("eval", "messages.csv", "--picture", "curve.svg")
    assert ended.stdout.endswith("Precision against coverage is drawn in curve.svg.\n")
    assert len(_dots(desk.left("curve.svg"))) == 1
    ended = desk.run("eval", "messages.csv", "--picture", "no/curve.svg")
    assert ended.exit_code == 1
    assert ended.stderr.endswith("Error: no/curve.svg cannot be written: No such file or directory.\n")
    desk.write("messages.csv", "text;expected\nxyzzy;\n")
    ended = desk.run("eval", "messages.csv", "--picture", "none.svg")
    assert ended.stdout.endswith("Nothing is answered at any confidence: there is nothing to draw.\n")
    assert not (desk.here / "none.svg").exists()
