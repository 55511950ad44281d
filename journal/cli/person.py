"""`person`: the data of one person, for whoever asks for them by law."""

import json

import click

from journal.access.actor import System
from journal.cli import opened
from journal.config import load
from journal.services import database, personal

KIND = click.argument("kind", type=click.Choice(list(personal.PEOPLE)))
ID = click.argument("id_", metavar="ID", type=click.IntRange(1))


@click.group()
def person() -> None:
    """The data of one person. ID is the number in the address of the row in the panel."""


@person.command()
@KIND
@ID
def export(kind: str, id_: int) -> None:
    """Print everything that the journal keeps of a person, as JSON."""
    with database.reading(opened.migrated(load()), System("command")) as session:
        click.echo(json.dumps(personal.export(session, kind, id_), ensure_ascii=False, indent=1))


@person.command()
@KIND
@ID
@click.option("--apply", is_flag=True, help="Do it; without it only whether it may be done is looked at.")
def erase(kind: str, id_: int, apply: bool) -> None:
    """Take away contacts and account of somebody who has left; what the law asks to keep stays."""
    engine = opened.migrated(load())
    with database.work(engine, System("command")) as session:
        count = personal.erase(session, kind, id_)
        if not apply:
            session.rollback()
    click.echo(f"{count} rows {'erased' if apply else 'would be erased; --apply does it'}")
