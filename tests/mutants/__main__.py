"""`make mutants`: every bug of the list is hunted; fails when more than two in a hundred get away.

The first hunt is the control, of a product without any bug: when it is accused, nothing that follows proves
anything, and the campaign ends. `python -m tests.mutants --only WORDS` hunts the bugs whose name holds these
words.
"""

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.mutants.bugs import BUGS
from tests.mutants.hunt import CAUGHT, CONTROL, MISSED, ROUNDS

LEAST = 0.98
LONGEST = 1_800.0
"""Seconds of one hunt on a slow machine: more is a hang, and no catch."""


def main() -> int:
    """0 when enough are caught, and the control is not accused."""
    asked = _arguments()
    names = [bug.name for bug in BUGS if asked.only in bug.name]
    if not names:
        _tell(f"no bug is called {asked.only!r}")
        return 1
    with ThreadPoolExecutor(asked.jobs) as pool:
        control = pool.submit(hunt, CONTROL, asked.rounds)
        found = pool.map(lambda name: (name, *hunt(name, asked.rounds)), names)
        codes = [_told(name, code, said) for name, code, said in found]
        innocent, accused = control.result()
    caught, broken = codes.count(CAUGHT), sum(code not in {CAUGHT, MISSED} for code in codes)
    _tell(f"{caught} of {len(names)} bugs caught, {broken} hunts that did not come to their end")
    if innocent != MISSED:
        _tell(f"but the product without any bug is accused, so that this proves nothing: {accused}")
    return 0 if caught >= LEAST * len(names) and innocent == MISSED else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="words of the names")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how long one bug is hunted")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _told(name: str, code: int, said: str) -> int:
    verdict = {CAUGHT: "caught", MISSED: "MISSED"}.get(code, "BROKEN")
    _tell(f"{verdict}  {name}" + (f"\n        {said}" if said else ""))
    return code


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def hunt(name: str, rounds: int) -> tuple[int, str]:
    """The exit code of the hunt, and what was said: by the judge, or by a hunt that broke."""
    asked = [sys.executable, "-m", "tests.mutants.hunt", name, str(rounds)]
    fixed = os.environ | {"PYTHONHASHSEED": "0"}
    try:
        found = subprocess.run(asked, capture_output=True, text=True, timeout=LONGEST, env=fixed, check=False)
    except subprocess.TimeoutExpired:
        return -1, f"it took longer than {LONGEST:.0f} s"
    said = found.stdout if found.returncode in {CAUGHT, MISSED} else found.stderr
    return found.returncode, said.strip().rpartition("\n")[2][:200]


if __name__ == "__main__":
    sys.exit(main())
