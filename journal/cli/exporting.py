"""`export`: the whole school for others, or for another server."""

from pathlib import Path

import click

from journal.access.actor import System
from journal.cli import opened
from journal.config import load
from journal.services import database
from journal.services.exchange import dump as dumping
from journal.services.exchange import oneroster as rosters

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def export() -> None:
    """The whole school as one file."""


@export.command()
@FILE
def dump(file: Path) -> None:
    """Write every row of every table into FILE (zip); `import dump` puts it into an empty database."""
    engine = opened.migrated(load())
    with click.progressbar(length=len(dumping.tables()), label="Tables") as bar:
        rows = dumping.write(engine, file, lambda done, total: bar.update(done - bar.pos))
    click.echo(f"{file}: {sum(rows.values())} rows. There are secrets in it: keep it like the database itself.")


@export.command()
@FILE
def oneroster(file: Path) -> None:
    """Write the current year into FILE in the shape of OneRoster 1.1 (a zip of CSV)."""
    with database.reading(opened.migrated(load()), System("command")) as session:
        rows = rosters.write(session, file, lambda done, total: None)
    for name, count in rows.items():
        click.echo(f"  {name}: {count}")
    click.echo(str(file))
