"""`make mutants`: every bug of the list is hunted; fails when more than two in a hundred get away.

`python -m tests.mutants --only WORDS` hunts those whose name holds these words.
"""

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.mutants.bugs import BUGS, Bug

LEAST = 0.98


def main() -> int:
    """0 when enough are caught."""
    asked = _arguments()
    bugs = [bug for bug in BUGS if asked.only in bug.name]
    with ThreadPoolExecutor(asked.jobs) as pool:
        caught = 0
        for bug, how in pool.map(lambda bug: (bug, hunt(bug, asked.seconds)), bugs):
            caught += how is not None
            sys.stdout.write(f"{'caught' if how else 'MISSED'}  {bug.name}\n        {how or bug.module}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{caught} of {len(bugs)} bugs caught\n")
    return 0 if caught >= LEAST * len(bugs) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="words of the names")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long one bug is hunted")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def hunt(bug: Bug, seconds: float) -> str | None:
    """What caught the bug; None when it got away. A product that no longer starts counts as caught."""
    asked = [sys.executable, "-m", "tests.mutants.hunt", bug.name, str(seconds)]
    fixed = os.environ | {"PYTHONHASHSEED": "0"}
    try:
        found = subprocess.run(
            asked, capture_output=True, text=True, timeout=4 * seconds + 60, env=fixed, check=False
        )
    except subprocess.TimeoutExpired:
        return "it never came to an end"
    if found.returncode == 0:
        return found.stdout.strip()[:200]
    said = found.stderr.strip().splitlines()
    return (
        None if found.returncode == 1 and not said else f"it does not run: {said[-1][:160] if said else '?'}"
    )


if __name__ == "__main__":
    sys.exit(main())
