"""A closed year is only read: whoever writes — a page, the panel, an import, a job — is refused."""

from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession, changed_fields
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import (
    AcademicYear,
    GradingPeriod,
    Holiday,
    Lesson,
    SchoolClass,
    Subgroup,
    Substitution,
    TeachingAssignment,
    Timetable,
    TimetableEntry,
)
from journal.services import locks, records
from journal.services.refusals import Invalid, Locked, Missing, said
from journal.services.rules import rule

SWITCHED = frozenset({"is_current", "closed_at"})


@rule(GradingPeriod, Holiday, SchoolClass, Timetable)
def _of_a_year(session: PolicySession, row: Any, _: str) -> None:
    locks.require_year_open(session, year_id=row.academic_year_id)


@rule(Subgroup, TeachingAssignment)
def _of_a_class(session: PolicySession, row: Subgroup | TeachingAssignment, _: str) -> None:
    if locks.closed_years(session):
        year_id = session.scalar(select(SchoolClass.academic_year_id).where(SchoolClass.id == row.school_class_id))
        locks.require_year_open(session, year_id=year_id)


@rule(TimetableEntry)
def _of_a_version(session: PolicySession, entry: TimetableEntry, _: str) -> None:
    if locks.closed_years(session):
        year_id = session.scalar(select(Timetable.academic_year_id).where(Timetable.id == entry.timetable_id))
        locks.require_year_open(session, year_id=year_id)


@rule(Lesson)
def _of_a_day(session: PolicySession, lesson: Lesson, _: str) -> None:
    locks.require_year_open(session, on=lesson.held_on)


@rule(Substitution)
def _of_a_lesson(session: PolicySession, row: Substitution, _: str) -> None:
    if locks.closed_years(session):
        locks.require_year_open(session, on=session.scalar(select(Lesson.held_on).where(Lesson.id == row.lesson_id)))


@rule(AcademicYear)
def _itself(_: PolicySession, year: AcademicYear, act: str) -> None:
    if year.closed_at is not None and (act == "delete" or not changed_fields(year) <= SWITCHED):
        raise Locked(said(locks.OVER))


def close(session: PolicySession, year_id: int) -> AcademicYear:
    """Close a year that is over. Raises `Missing`, `Forbidden`, and `Invalid` where it is not over or is closed already."""
    year = session.get(AcademicYear, year_id)
    if year is None:
        raise Missing
    if year.closed_at is not None:
        raise Invalid({"": said(locks.OVER)})
    if year.ends_on >= clock.today():
        raise Invalid({"": said(N_("The year is not over: its last day is %(day)s."), day=year.ends_on)})
    return records.change(session, year, {"closed_at": clock.now()})


def make_current(session: PolicySession, year_id: int) -> AcademicYear:
    """From now on the pages speak of this year. Raises `Missing`, `Forbidden`, and `Invalid` for a closed one."""
    year = session.get(AcademicYear, year_id)
    if year is None:
        raise Missing
    if year.closed_at is not None:
        raise Invalid({"": said(locks.OVER)})
    for other in session.scalars(select(AcademicYear).where(AcademicYear.is_current)).all():
        if other.id != year.id:
            records.change(session, other, {"is_current": False})
    return records.change(session, year, {"is_current": True})
