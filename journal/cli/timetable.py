"""`timetable`: generate a version, repair one, publish it."""

from datetime import date, datetime
from typing import Any

import click

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.cli import opened
from journal.config import Config, load
from journal.kit import clock
from journal.schema import Timetable
from journal.services import calendar, database
from journal.services.refusals import Missing
from journal.services.timetable import drafts
from journal.services.timetable.generation import drafts as generation
from journal.services.timetable.generation import rules, run
from journal.solver.problem import Problem

TO_DEMO = click.option("--demo", "in_demo", is_flag=True, help="In instance/demo.db instead of the school's own database.")
DAY = click.DateTime(["%Y-%m-%d"])


def _config(in_demo: bool) -> Config:
    return load("demo.db", demo=True) if in_demo else load()


@click.group()
def timetable() -> None:
    """The timetable: generate, repair, publish."""


@timetable.command("list")
@TO_DEMO
def list_(in_demo: bool) -> None:
    """The versions of the current year."""
    with database.work(opened.migrated(_config(in_demo)), System("command")) as session:
        year = calendar.current_year(session)
        for one in drafts.listed(session, year.id) if year else ():
            click.echo(f"{one.id:>5}  {one.state:<9}  {one.valid_from:%d.%m.%Y}–{one.valid_to:%d.%m.%Y}  {one.name}")


@timetable.command()
@click.option("--since", type=DAY, help="From which date it shall hold; the next school day by default.")
@click.option(
    "--effort", type=click.FloatRange(1, 3600), default=60, show_default=True, help="How long to search, about in seconds."
)
@click.option(
    "--seed", type=click.IntRange(1, 2**31 - 1), default=1, show_default=True, help="The same seed, the same timetable."
)
@click.option("--from", "base_id", type=int, metavar="VERSION", help="Keep what is locked in this version.")
@click.option("--repair", is_flag=True, help="Move as few lessons of the version as can be.")
@click.option("--without", multiple=True, type=click.Choice(list(rules.BY_CODE)), help="Leave a rule out, this once.")
@click.option("--name", default="", help="What the draft is called.")
@TO_DEMO
def generate(
    since: datetime | None, effort: float, seed: int, base_id: int | None, repair: bool, without: tuple[str, ...], name: str,
    in_demo: bool,
) -> None:  # fmt: skip
    """Make a draft by the rules of the school. Ctrl+C keeps the best so far."""
    engine = opened.migrated(_config(in_demo))
    with database.work(engine, System("command")) as session:
        asked = generation.Asked(_since(session, since), effort, seed, base_id or _base(session, repair), repair, name)
        problem = generation.problem_of(session, asked)
    for code in without:
        problem.rules.pop(code, None)
    click.echo(f"{len(problem.classes)} classes, {len(problem.staff)} teachers, {len(problem.courses)} courses")
    answer = _solved(problem, effort)
    generation.refuse(answer)
    with database.work(engine, System("command")) as session:
        version = generation.keep(session, asked, problem, answer)
        _explain(version)


def _since(session: PolicySession, since: datetime | None) -> date:
    return since.date() if since else max(clock.today(), calendar.school_day(session))


def _base(session: PolicySession, repair: bool) -> int | None:
    """A repair starts from the version in force."""
    found = drafts.in_force(session, max(clock.today(), calendar.school_day(session))) if repair else None
    return found.id if found else None


def _solved(problem: Problem, effort: float) -> run.Answer:
    """The solver with a bar; an interrupt stops it and keeps the best so far."""
    best, stopping = [0], [False]
    bar: Any = click.progressbar(
        length=1000, label="Search", item_show_func=lambda _: f"cost {best[0]}" if best[0] else None
    )
    with bar:

        def watch(spent: float, cost: int) -> bool:
            best[0] = cost
            bar.update(min(999, round(1000 * spent / effort)) - bar.pos)
            return not stopping[0]

        try:
            return run.solve(problem, watch)
        except KeyboardInterrupt:
            raise click.Abort from None


def _explain(version: Timetable) -> None:
    report = version.report or {}
    click.echo(f"Draft {version.id}, cost {report['cost']}:")
    for code, points in sorted(report["sums"].items(), key=lambda one: -one[1]):
        weight = report["rules"][code]
        click.echo(f"  {points * weight:>6}  {rules.BY_CODE[code].label} ({points} x {weight})")
    if report["without_room"]:
        click.echo(f"  {report['without_room']} lessons have no room yet")
    click.echo(f"To publish it: python app.py timetable publish {version.id} --since DATE")


@timetable.command()
@click.argument("version_id", metavar="VERSION", type=int)
@click.option("--since", type=DAY, help="From which date it holds; the next school day by default.")
@click.option("--apply", "really", is_flag=True, help="Publish it; without this it is only told what would change.")
@TO_DEMO
def publish(version_id: int, since: datetime | None, really: bool, in_demo: bool) -> None:
    """Let a draft hold from a date; what is filled stays as it is."""
    engine = opened.migrated(_config(in_demo))
    with database.work(engine, System("command")) as session:
        on = _since(session, since)
        try:
            seen = drafts.preview(session, version_id, on)
        except Missing:
            raise click.ClickException(f"there is no draft {version_id}: python app.py timetable list") from None
    new, gone = len(seen.change.new), len(seen.change.gone)
    click.echo(f"From {on:%d.%m.%Y}: {new} lessons new, {gone} gone, {seen.change.kept} filled ones stay")
    click.echo(f"{len(seen.moving)} prepared lessons move, {len(seen.shifts)} journals get more or fewer lessons")
    if not really:
        click.echo("Nothing was changed; --apply publishes it.")
        return
    with database.work(engine, System("command")) as session:
        drafts.publish(session, version_id, on)
    click.echo("Published.")
