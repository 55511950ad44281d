"""`trail`: is what the system says of itself whole?"""

import sys

import click

from journal.access.actor import System
from journal.cli import opened
from journal.config import load
from journal.services import database, trail


@click.group("trail")
def trail_() -> None:
    """The trail: who did what, when."""


@trail_.command()
@click.option("--demo", "of_demo", is_flag=True, help="Of the demo school instead of the school's own database.")
def verify(of_demo: bool) -> None:
    """Follow the chain of seals and compare the journal's rows with it; status 1 when something was changed past it."""
    config = load("demo.db", demo=True) if of_demo else load()
    with database.reading(opened.migrated(config), System("command")) as session:
        verdict = trail.verify(session)
    click.echo(f"{verdict.entries} sealed entries, {verdict.unsealed} from before the chain, {verdict.rows} rows compared")
    for broken in verdict.broken:
        click.echo(f"BROKEN {broken.what}{f' {broken.entry_id}' if broken.entry_id else ''}: {broken.text}", err=True)
    if verdict.broken:
        sys.exit(1)
    click.echo("The trail is whole.")
