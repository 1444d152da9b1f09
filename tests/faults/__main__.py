"""Print the tables of `docs/faults.md`."""

import click

from tests.faults.page import page

click.echo(page())
