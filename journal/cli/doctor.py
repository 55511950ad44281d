"""`doctor`: is everything well?"""

import sys

import click

from journal.cli import opened
from journal.config import load
from journal.kit import clock
from journal.services import health


@click.command()
@click.option("--demo", "of_demo", is_flag=True, help="Of the demo school instead of the school's own database.")
def doctor(of_demo: bool) -> None:
    """Print the effective settings without secrets and check the installation; status 1 when something is wrong."""
    config = load("demo.db", demo=True) if of_demo else load()
    for name, value in config.shown().items():
        click.echo(f"{name} = {value}")
    click.echo(f"today = {clock.today().isoformat()}")
    found = health.checks(opened.engine(config), config)
    for check in found:
        advice = "" if check.is_well else f" - {check.advice}"
        click.echo(f"{'ok  ' if check.is_well else 'BAD '} {check.label}: {check.value}{advice}")
    sys.exit(0 if all(check.is_well for check in found) else 1)
