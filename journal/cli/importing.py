"""`import`: files of others."""

from pathlib import Path

import click

from journal.access.actor import System
from journal.cli import opened
from journal.config import load
from journal.services import database, setup
from journal.services.exchange import fet
from journal.services.exchange.fet_apply import Report, Taking


@click.group("import")
def import_() -> None:
    """Files made by other programs."""


class DryRun(Exception):
    """Leaves the transaction without keeping anything."""


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "really", is_flag=True, help="Take it in; without this nothing is changed.")
@click.option("--demo", "into_demo", is_flag=True, help="Into instance/demo.db instead of the school's own database.")
def timetable(file: Path, really: bool, into_demo: bool) -> None:
    """Read a FET file: first a dry run with a report, then --apply."""
    try:
        school = fet.read(file)
    except fet.Unreadable as error:
        raise click.ClickException(str(error)) from None
    config = load("demo.db", demo=True) if into_demo else load()
    engine = opened.migrated(config)
    click.echo(
        f"{school.name or file.name}: {len(school.groups)} classes, {len(school.teachers)} teachers, "
        f"{len(school.subjects)} subjects, {len(school.activities)} activities"
    )
    report: Report | None = None
    try:
        with database.work(engine, System("import")) as session:
            report = Taking(session, school, file.name).run()
            if not really:
                raise DryRun
    except DryRun:
        pass
    assert report is not None
    show(report)
    click.echo("Taken in." if really else "Nothing was changed; --apply takes it in.")
    if really and setup.is_empty(engine):
        click.echo("No account exists yet: python app.py run opens the set-up page.")


def show(report: Report) -> None:
    """The report as lines."""
    for name in sorted({*report.made, *report.same}):
        click.echo(f"  {name}: {report.made[name]} new, {report.same[name]} same")
    for name, count in sorted(report.unmapped.items()):
        click.echo(f"  not kept: {name} x {count}")
    for problem in report.problems:
        click.echo(f"  ! {problem}")
