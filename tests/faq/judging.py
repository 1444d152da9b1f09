"""`make faq-eval`: the development sets by the evaluation that was given, beside what most bots do.

Four programs answer the same messages: the product; the product with weights that never saw the set (what it
is worth on words nobody tuned it to); `rapidfuzz` with WRatio, and with token_set_ratio. Shares are of few
messages, so each is told with its 95 % interval.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import isnan
from pathlib import Path
from typing import Any

from faq.intervals import interval
from tests.faq.sets_read import FOLDER, SETS

GIVEN = Path(__file__).parent / "given"
ROOT = Path(__file__).parents[2]
PRECISION = "0.97"
SHIPPED, LEFT_OUT = "Relais", "Relais, set left out"
NAIVE = ("WRatio", "token_set_ratio")

Judged = dict[str, Any]


def main() -> int:
    """0 when all programs answered."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        weights = dict(zip(SETS, pool.map(partial(_without, Path(folder)), SETS), strict=True))
        asked = [(name, program) for name in SETS for program in (SHIPPED, LEFT_OUT, *NAIVE)]
        waiting = [
            pool.submit(_judged, name, program, weights[name], Path(folder)) for name, program in asked
        ]
        found = [one.result() for one in waiting]
    _say("| set | program | R@1 | R@3 | noisy R@1 | coverage at 97 % | precision | rejected | both of two |")
    _say("|---|---|---|---|---|---|---|---|---|")
    for (name, program), (told, both) in zip(asked, found, strict=True):
        _say(f"| {name} | {program} | {' | '.join(_row(told, both))} |")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _without(folder: Path, name: str) -> Path:
    """Weights learned from the other sets."""
    path = folder / f"without_{name}.json"
    command = [sys.executable, "-m", "tests.faq.training", "--without", name, "--to", str(path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return path


def _program(program: str, weights: Path) -> Sequence[str]:
    if program in NAIVE:
        return sys.executable, str(GIVEN / "naive_rapidfuzz.py"), "{kb}", program
    ours = (sys.executable, "-m", "app", "faq", "serve-eval", "{kb}")
    return ours if program == SHIPPED else (*ours, "--weights", str(weights))


def _judged(name: str, program: str, weights: Path, folder: Path) -> tuple[Judged, str]:
    """By kind of noise; and the share of messages with two questions of which both are in the first three."""
    told = folder / f"{name}_{program}.json"
    files = ["--kb", str(FOLDER / name / "kb.jsonl"), "--queries", str(FOLDER / name / "queries.jsonl")]
    options = ["--tune-precision", PRECISION, "--json", str(told), "--"]
    command = [sys.executable, str(GIVEN / "evaluate.py"), *files, *options, *_program(program, weights)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8")
    both = [line.rpartition("=")[2].strip() for line in done.stdout.splitlines() if line.startswith("two ")]
    return json.loads(told.read_text("utf-8")), both[0] if both else ""


def _row(told: Judged, both: str) -> list[str]:
    clean = told["clean"]
    noisy: Judged = told["all"] if "all" in told else told["ALL"]
    return [
        _share(clean["R@1"], clean["n"]),
        _share(clean["R@3"], clean["n"]),
        _share(noisy["R@1"], noisy["n"]),
        _share(clean["coverage"], clean["n"]),
        _share(clean["precision"], clean["auto"]),
        _share(clean["OOSrecall"], clean["oos"]),
        both,
    ]


def _share(share: float, total: int) -> str:
    if not total or isnan(share):  # nothing was answered: there is no share
        return "none"
    low, high = interval(round(share * total), total)
    return f"{share:.3f} ({low:.2f} to {high:.2f} of {total})"


if __name__ == "__main__":
    sys.exit(main())
