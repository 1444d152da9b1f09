"""`python -m tests.powercut --cuts N`: as many cuts as one likes; exit code 1 when anything is wrong."""

import secrets
import sys
import tempfile
from pathlib import Path

import apsw
import click

from tests.powercut.campaign import Report, cut, recorded

CONTROLS = {"NORMAL": "must lose what was acknowledged", "OFF": "must break databases too"}
FEW = 60
"""Cuts that show it; a database that broke may take seconds to say so."""


@click.command()
@click.option("--cuts", default=4000, show_default=True, help="How often the power is cut.")
@click.option("--customers", default=6, show_default=True, help="How many write at a time.")
@click.option("--seed", type=int, default=None, help="Play an earlier run again.")
def main(cuts: int, customers: int, seed: int | None) -> None:
    """Cut the power under the service, and let its own store judge what is left on the disk."""
    chosen = secrets.randbits(32) if seed is None else seed
    click.echo(f"seed {chosen}, SQLite {apsw.sqlite_lib_version()}")
    report = _run("FULL", customers, cuts, chosen)
    wrong = list(report.wrong)
    for synchronous, promise in CONTROLS.items():
        enough = max(cuts // 10, FEW) if synchronous == "NORMAL" else FEW
        control = _run(synchronous, customers, enough, chosen)
        has_lost = bool(control.missing) and (synchronous == "NORMAL" or bool(control.broken))
        wrong += [] if has_lost else [f"the control at {synchronous} {promise}: these cuts prove nothing"]
    for line in wrong:
        click.echo(line)
    sys.exit(1 if wrong else 0)


def _run(synchronous: str, customers: int, cuts: int, seed: int) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        recording = recorded(Path(folder), customers, synchronous)
    report = cut(recording, cuts, seed)
    click.echo(f"{synchronous}: {recording.figures}")
    click.echo(report.told(synchronous))
    return report


if __name__ == "__main__":
    main()
