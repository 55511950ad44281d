"""`trail`: is what the system says of itself whole?"""

import sys
from datetime import datetime

import click

from journal.access.actor import System
from journal.cli import opened
from journal.config import load
from journal.services import database, trail, trail_archive


@click.group("trail")
def trail_() -> None:
    """The trail: who did what, when."""


@trail_.command()
@click.option("--demo", "of_demo", is_flag=True, help="Of the demo school instead of the school's own database.")
def verify(of_demo: bool) -> None:
    """Follow the chain of seals and compare the journal's rows with it; status 1 when something was changed past it."""
    config = load("demo.db", demo=True) if of_demo else load()
    with database.reading(opened.migrated(config), System("command")) as session:
        verdict = trail.verify(session, archived=trail_archive.read_all(config.trail))
    click.echo(f"{verdict.entries} sealed entries, {verdict.unsealed} from before the chain, {verdict.rows} rows compared")
    for broken in verdict.broken:
        click.echo(f"BROKEN {broken.what}{f' {broken.entry_id}' if broken.entry_id else ''}: {broken.text}", err=True)
    if verdict.broken:
        sys.exit(1)
    click.echo("The trail is whole.")


@trail_.command()
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day that stays: 2025-09-01.")
def archive(before: datetime) -> None:
    """Move old entries out of the database into a file of the instance's folder `trail`; the chain goes on through it."""
    config = load()
    made = trail_archive.put_away(opened.migrated(config), config.trail, before.date())
    click.echo(
        f"{made.count} entries are in {made.path}: keep it with the copies" if made else "There are no entries so old."
    )
