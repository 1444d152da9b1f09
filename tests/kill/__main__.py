"""`python -m tests.kill --kills N`: the campaign as long as one likes; exit code 1 when anything is wrong."""

import asyncio
import logging
import secrets
import sys
import tempfile
from pathlib import Path

import click

from tests.kill.campaign import campaign


@click.command()
@click.option("--kills", default=300, show_default=True, help="How often the service is killed.")
@click.option("--minutes", default=25.0, show_default=True, help="After which too few kills are a failure.")
@click.option("--seed", type=int, default=None, help="Play an earlier run again.")
def main(kills: int, minutes: float, seed: int | None) -> None:
    """Kill the service, start it again, and let the stand-ins judge."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # requests torn by a kill are meant
    chosen = secrets.randbits(32) if seed is None else seed
    click.echo(f"seed {chosen}")
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(campaign(Path(folder), kills, chosen, minutes * 60, click.echo))
    for line in (*report.unknown, *report.wrong, *report.figures):
        click.echo(line)
    sys.exit(1 if report.wrong else 0)


if __name__ == "__main__":
    main()
