"""`archive`: the archives of the years."""

import sys
from pathlib import Path

import click
from flask_babel import force_locale
from sqlalchemy import select

from journal.access.actor import System
from journal.cli import opened
from journal.config import load
from journal.factory import create_app
from journal.schema import AcademicYear
from journal.services import database
from journal.services.years import archive as service
from journal.services.years import signing
from journal.web.documents.answer import WORDS
from journal.web.documents.print import pdf


@click.group()
def archive() -> None:
    """The archive of a year, in place of the paper journal: make, check."""


@archive.command()
@click.argument("year")
@click.option("--demo", "of_demo", is_flag=True, help="Of the demo school instead of the school's own database.")
def make(year: str, of_demo: bool) -> None:
    """Make the archive of YEAR (2026/27) as it is now and sign it."""
    config = load("demo.db", demo=True) if of_demo else load()
    engine = opened.migrated(config)
    with database.reading(engine, System("command")) as session:
        year_id = session.scalar(select(AcademicYear.id).where(AcademicYear.name == year))
        known = ", ".join(session.scalars(select(AcademicYear.name)))
    if year_id is None:
        raise click.ClickException(f"there is no year {year}; there are: {known}")
    app = create_app(config)
    with app.app_context(), force_locale("ru"), click.progressbar(length=1000, label="Classes") as bar:

        def tell(done: int, total: int) -> None:
            bar.update(1000 * done // total - bar.pos)

        path = service.make(engine, config, year_id, lambda document: pdf(document, WORDS), tell)
    click.echo(str(path))


@archive.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", default="", help="The fingerprint of the school's key, as `archive key` prints it.")
def verify(file: Path, key: str) -> None:
    """Check FILE without any database: the signature and every file in it; status 1 when anything was changed."""
    found = service.verify(file, key)
    if found.facts:
        facts = found.facts
        click.echo(f"{facts.get('school')}, {facts.get('year')}, made {facts.get('made_at')}")
        click.echo(f"{len(facts.get('files', ()))} files; keep journals until {facts.get('keep_until', {}).get('journals')}")
    if found.fingerprint:
        click.echo(f"Signed with the key {found.fingerprint}")
    for problem in found.problems:
        click.echo(f"BROKEN {problem}", err=True)
    if found.problems:
        sys.exit(1)
    click.echo("Whole." if key else "Whole. That the key is the school's own, --key checks.")


@archive.command()
def key() -> None:
    """Print the fingerprint of the school's key."""
    click.echo(signing.fingerprint(signing.public_of(signing.key_of(load().instance))))
