"""Dates that belong to an academic year: what is written about a class stands inside its year."""

from datetime import date

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import AcademicYear, SchoolClass
from journal.services.refusals import Invalid, Missing, said


def of_class(session: PolicySession, class_id: int) -> tuple[SchoolClass, AcademicYear]:
    """A class with its year. Raises `Missing`."""
    found = session.execute(
        select(SchoolClass, AcademicYear)
        .join(AcademicYear, AcademicYear.id == SchoolClass.academic_year_id)
        .where(SchoolClass.id == class_id)
    ).one_or_none()
    if found is None:
        raise Missing
    return found[0], found[1]


def require_inside(year: AcademicYear, **days: date) -> None:
    """Raises `Invalid` beside each day that is out of the year."""
    wrong = said(N_("This day is out of the academic year: %(first)s to %(last)s."), first=year.begins_on, last=year.ends_on)
    errors = {name: wrong for name, on in days.items() if not year.begins_on <= on <= year.ends_on}
    if errors:
        raise Invalid(errors)


def require_in_any(session: PolicySession, **days: date) -> None:
    """Raises `Invalid` beside each day that is in no academic year."""
    years = session.scalars(select(AcademicYear)).all()
    wrong = said(N_("This day is in no academic year."))
    errors = {name: wrong for name, on in days.items() if not any(year.begins_on <= on <= year.ends_on for year in years)}
    if errors:
        raise Invalid(errors)
