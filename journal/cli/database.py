"""`db`: the schema of the database."""

import click

from journal.cli import opened
from journal.config import load


@click.group()
def db() -> None:
    """The schema of the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the newest schema; a checked copy is taken first, and put back when it fails."""
    config = load()
    before = opened.revision(opened.engine(config))
    opened.migrated(config)
    click.echo(f"{before or 'empty'} -> {opened.head()}")


@db.command()
def current() -> None:
    """Say which migration the database is at."""
    click.echo(opened.revision(opened.engine(load())) or "empty")


@db.command()
@click.option("-m", "--message", required=True, help="What changes, in a few words.")
def revision(message: str) -> None:
    """Write a migration for what the mapped classes have and the database has not. For developers."""
    config = load()
    opened.migrated(config)
    opened.revise(config, message)
