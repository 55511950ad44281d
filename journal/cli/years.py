"""`year`: the next year, the current one, and closing one for good."""

from datetime import datetime

import click
from sqlalchemy import select

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.cli import opened
from journal.config import load
from journal.schema import AcademicYear
from journal.services import calendar, database
from journal.services.years import closed, rollover

DAY = click.DateTime(["%Y-%m-%d"])
YEAR = click.argument("name", metavar="YEAR")


@click.group()
def year() -> None:
    """Academic years: the next, the current, the closed. To archive one: archive make YEAR."""


@year.command("list")
def list_() -> None:
    """The years of the school."""
    with database.reading(opened.migrated(load()), System("command")) as session:
        for one in session.scalars(select(AcademicYear).order_by(AcademicYear.begins_on)):
            marks = [word for word, is_so in (("current", one.is_current), ("closed", one.closed_at)) if is_so]
            click.echo(f"{one.name}  {one.begins_on} to {one.ends_on}  {' '.join(marks)}".rstrip())


@year.command("next")
@click.option("--begins", type=DAY, help="First day; else the same as this year's.")
@click.option("--ends", type=DAY, help="Last day; else the same as this year's.")
@click.option("--order", default="", help="Number and date of the order; needed with --apply.")
@click.option("--stay", multiple=True, type=int, help="Number of a pupil who repeats the grade; may be given often.")
@click.option("--leave", multiple=True, type=int, help="Number of a pupil who leaves; may be given often.")
@click.option("--apply", "really", is_flag=True, help="Make it; without this nothing is changed.")
def next_(
    begins: datetime | None,
    ends: datetime | None,
    order: str,
    stay: tuple[int, ...],
    leave: tuple[int, ...],
    really: bool,
) -> None:
    """Prepare the next year from the current one: first what would be made, then --apply."""
    engine = opened.migrated(load())
    with database.work(engine, System("command")) as session:
        now = calendar.current_year(session)
        if now is None:
            raise click.ClickException("there is no current year")
        seen = rollover.preview(session, now)
        for one in seen.classes:
            click.echo(f"  {one.row.name} -> {one.to_name or 'leaves school'}: {len(one.pupils)} pupils")
        fates = {**dict.fromkeys(stay, rollover.STAY), **dict.fromkeys(leave, rollover.OUT)}
        wanted = rollover.Wanted(
            begins.date() if begins else seen.begins_on, ends.date() if ends else seen.ends_on, order or "-", fates=fates
        )
        if really and not order:
            raise click.ClickException("--order is needed: number and date of the order")
        made = rollover.carry_out(session, now, wanted)
        if not really:
            session.rollback()
    click.echo(", ".join(f"{count} {name}" for name, count in made.items()))
    click.echo(f"The year {wanted.begins_on.year} is prepared." if really else "Nothing was changed; --apply makes it.")


@year.command()
@YEAR
def current(name: str) -> None:
    """Make YEAR the one that the pages speak of."""
    with database.work(opened.migrated(load()), System("command")) as session:
        closed.make_current(session, _named(session, name))
    click.echo(f"{name} is the current year.")


@year.command()
@YEAR
@click.option("--for-good", is_flag=True, required=True, help="Say that you know: nobody can open it again.")
def close(name: str, for_good: bool) -> None:
    """Close YEAR, which is over; make its archive first or after: archive make YEAR."""
    with database.work(opened.migrated(load()), System("command")) as session:
        closed.close(session, _named(session, name))
    click.echo(f"{name} is closed. Its archive: python app.py archive make {name}")


def _named(session: PolicySession, name: str) -> int:
    found = session.scalar(select(AcademicYear.id).where(AcademicYear.name == name))
    if found is None:
        raise click.ClickException(f"there is no year {name}; see: year list")
    return found
