"""`import`: files of others."""

from pathlib import Path

import click

from journal.access.actor import System
from journal.cli import opened
from journal.config import load
from journal.services import database, setup
from journal.services.exchange import dump as dumping
from journal.services.exchange import fet, importing, layout, lists, reading, tables
from journal.services.exchange.fet_apply import Report, Taking
from journal.services.exchange.plan import STATES, Plan


@click.group("import")
def import_() -> None:
    """Files made by other programs."""


@import_.command("list")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--kind", "code", type=click.Choice(list(lists.EVERY)), required=True, help="What is in the list.")
@click.option(
    "--map", "mapped", multiple=True, help='A column by the word over it: --map "Contact=phone". Others are guessed.'
)
@click.option("--apply", "really", is_flag=True, help="Take it in; without this nothing is changed.")
def list_(file: Path, code: str, mapped: tuple[str, ...], really: bool) -> None:
    """Read a list (XLSX, XLS, ODS, CSV): first what would happen, row by row, then --apply."""
    engine = opened.migrated(load())
    plan = run_id = None
    try:
        with database.work(engine, System("import")) as session:
            run = importing.receive(session, code, file.name, file.read_bytes())
            found = importing.open_run(session, run.id)
            importing.lay_out(session, found, _mapped(found, mapped))
            plan, run_id = importing.plan(session, found), run.id
            if not really:
                raise DryRun
    except DryRun:
        pass
    except tables.Unreadable as error:
        raise click.ClickException(f"{file.name}: {error}") from None
    assert plan is not None and run_id is not None
    _show_plan(plan)
    if not really:
        click.echo("Nothing was changed; --apply takes it in.")
        return
    with database.work(engine, System("import")) as session, click.progressbar(length=1000, label="Rows") as bar:
        importing.finish(session, run_id, lambda done, total: bar.update(1000 * done // max(total, 1) - bar.pos))
    click.echo(f"Taken in as import {run_id}; to take it back: python app.py import undo {run_id}")


def _mapped(found: importing.Opened, mapped: tuple[str, ...]) -> layout.Layout:
    """The guessed columns with those said on the command line."""
    chosen = found.layout
    headers = [reading.plain(text) for text in layout.headers(found.sheet, chosen.head)]
    for pair in mapped:
        word, _, name = pair.rpartition("=")
        if reading.plain(word) not in headers or name not in found.kind.labels():
            known = ", ".join(found.kind.labels())
            raise click.ClickException(f"--map {pair}: no such column, or not one of: {known}")
        chosen.columns = {place: other for place, other in chosen.columns.items() if other != name}
        chosen.columns[headers.index(reading.plain(word))] = name
    return chosen


def _show_plan(plan: Plan) -> None:
    click.echo(", ".join(f"{plan.counts[state]} {state}" for state in STATES))
    for note in plan.notes[:50]:
        where = f"row {note.row}" + (f", {note.label}" if note.label else "")
        click.echo(f"  {'!' if note.is_error else '?'} {where}: {note.text}")
    if len(plan.notes) > 50:
        click.echo(f"  and {len(plan.notes) - 50} more")


@import_.command()
@click.argument("run_id", metavar="NUMBER", type=click.IntRange(1))
def undo(run_id: int) -> None:
    """Take an import back, all of it or nothing."""
    with database.work(opened.migrated(load()), System("import")) as session:
        importing.take_back(session, run_id, lambda done, total: None)
    click.echo("Taken back.")


@import_.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def dump(file: Path) -> None:
    """Put a complete dump (`export dump`) into an empty database, all of it or nothing."""
    engine = opened.migrated(load())
    with click.progressbar(length=len(dumping.tables()), label="Tables") as bar:
        rows = dumping.load(engine, file, lambda done, total: bar.update(done - bar.pos))
    click.echo(
        f"{sum(rows.values())} rows. The keys are not in a dump: copy instance/trail-key and instance/secret-key too."
    )


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
