"""The register of missed lessons: pupils by days of a month, and reasons set for a day or a span."""

from calendar import monthrange
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Absence, AbsenceReason, AcademicYear, ExcuseDocument, Lesson
from journal.services import records
from journal.services.class_room import years
from journal.services.refusals import Invalid, Missing, said
from journal.services.reports import attendance, classes


@dataclass(frozen=True)
class Cell:
    """A pupil's day: reason -> lessons missed; `is_whole` when no lesson of the day was attended."""

    counts: Counter[int]
    is_whole: bool


@dataclass(frozen=True)
class Line:
    """A pupil's month."""

    pupil: classes.Pupil
    cells: dict[date, Cell]
    missed: attendance.Missed


@dataclass(frozen=True)
class Month:
    """The register of a class in a month."""

    first: date
    last: date
    days: list[date]
    """The days on which the class had lessons."""
    lines: list[Line]
    reasons: list[AbsenceReason]
    documents: list[tuple[ExcuseDocument, str, str]]
    """With the pupil's name and the letter, those that touch the month."""


def months(year: AcademicYear, today: date) -> list[date]:
    """The first days of the year's months, up to the present one."""
    found, month = [], year.begins_on.replace(day=1)
    while month <= min(year.ends_on, today):
        found.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return found or [year.begins_on.replace(day=1)]


def load(session: PolicySession, class_id: int, first: date) -> Month:
    """A month of a class. Raises `Missing`. A fixed number of queries."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    found = attendance.load(session, first, last, [class_id])
    days = session.scalars(
        select(Lesson.held_on)
        .where(Lesson.school_class_id == class_id, Lesson.held_on >= first, Lesson.held_on <= last, ~Lesson.is_cancelled)
        .distinct()
        .order_by(Lesson.held_on)
    ).all()
    present = {pupil.id: pupil for on in (first, last) for pupil in classes.pupils(session, on, [class_id])}
    lines = []
    for pupil in sorted(present.values(), key=lambda one: (one.name, one.id)):
        missed = found.of(class_id, pupil.id)
        cells = {on: Cell(Counter(given), (pupil.id, on) in found.whole) for on, given in missed.by_day.items()}
        lines.append(Line(pupil, cells, missed))
    rows = session.execute(
        select(ExcuseDocument, AbsenceReason.letter)
        .join(AbsenceReason, AbsenceReason.id == ExcuseDocument.reason_id)
        .where(ExcuseDocument.student_id.in_(present), ExcuseDocument.begins_on <= last, ExcuseDocument.ends_on >= first)
        .order_by(ExcuseDocument.begins_on, ExcuseDocument.id)
    )
    documents = [(row[0], present[row[0].student_id].name, row[1]) for row in rows]
    return Month(first, last, list(days), lines, found.reasons, documents)


def put_reason(
    session: PolicySession, class_id: int, student_ids: Collection[int], since: date, until: date, reason_id: int
) -> int:
    """Give the absences of some pupils between two dates a reason. Gives how many lessons had another one.

    Raises `Invalid` for a span that ends before it begins or is out of the year, and for a reason that is none.
    """
    _, year = years.of_class(session, class_id)
    years.require_inside(year, since=since, until=until)
    if since > until:
        raise Invalid({"until": said(N_("The end is before the beginning."))})
    reason = session.get(AbsenceReason, reason_id)
    if reason is None or not reason.is_absence:
        raise Invalid({"reason_id": said(N_("Choose one of the list."))})
    rows = session.scalars(
        select(Absence)
        .join(Lesson, Lesson.id == Absence.lesson_id)
        .join(AbsenceReason, AbsenceReason.id == Absence.reason_id)
        .where(Absence.student_id.in_(list(student_ids)), Lesson.school_class_id == class_id)
        .where(Lesson.held_on >= since, Lesson.held_on <= until, ~Lesson.is_cancelled, AbsenceReason.is_absence)
        .where(Absence.reason_id != reason_id)
    ).all()
    for absence in rows:
        records.change(session, absence, {"reason_id": reason_id, "document_id": None})
    return len(rows)


def add_document(
    session: PolicySession, student_id: int, reason_id: int, begins_on: date, ends_on: date, number: str
) -> int:
    """Take a document; gives how many lessons it excuses now. Raises `Invalid`."""
    values = {"student_id": student_id, "reason_id": reason_id, "begins_on": begins_on, "ends_on": ends_on}
    made = records.create(session, ExcuseDocument, {**values, "document_number": number.strip() or None})
    return len(session.scalars(select(Absence.id).where(Absence.document_id == made.id)).all())


def remove_document(session: PolicySession, document_id: int) -> None:
    """Take a document away again. Raises `Missing`."""
    found = session.get(ExcuseDocument, document_id)
    if found is None:
        raise Missing
    records.delete(session, found)
