"""The history of one cell of the journal: who wrote what, when, instead of what, late or not, and by which request."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import Absence, AbsenceReason, Account, CorrectionRequest, Lesson, Mark, Student, TrailEntry
from journal.services import settings
from journal.services.refusals import Missing

PARTS = ("Mark", "Absence")
VALUES = {"Mark": "value", "Absence": "reason_id"}


@dataclass(frozen=True)
class Step:
    """One change. Values are codes as in a cell: a mark's, or `a<reason>`; other fields stand in `more`."""

    at: datetime
    who: str
    act: str
    old: str
    new: str
    is_late: bool
    request: str | None
    """The reason of the request that had unlocked the cell."""
    more: dict[str, list[Any]]


@dataclass(frozen=True)
class CellHistory:
    """A cell with its steps, the newest first."""

    student: Student
    held_on: date
    number: int
    steps: list[Step]
    reasons: list[AbsenceReason]


def load(session: PolicySession, assignment_id: int, lesson_id: int, student_id: int) -> CellHistory:
    """The steps of a cell, as far as the person may read the trail. Raises `Missing`. Eight queries."""
    lesson, student = session.get(Lesson, lesson_id), session.get(Student, student_id)
    if lesson is None or student is None or lesson.assignment_id != assignment_id:
        raise Missing
    entries = session.scalars(
        select(TrailEntry)
        .where(TrailEntry.lesson_id == lesson_id, TrailEntry.student_id == student_id, TrailEntry.entity.in_(PARTS))
        .order_by(TrailEntry.id.desc())
    ).all()
    granted = session.scalars(
        select(CorrectionRequest)
        .where(CorrectionRequest.lesson_id == lesson_id, CorrectionRequest.state == "granted")
        .where(or_(CorrectionRequest.student_id.is_(None), CorrectionRequest.student_id == student_id))
    ).all()
    late = clock.day_ends_at(lesson.held_on + timedelta(days=settings.whole(session, "late_after_days")))
    reasons = list(session.scalars(select(AbsenceReason).order_by(AbsenceReason.position)))
    steps = [_step(entry, late, granted) for entry in entries]
    steps += [_first(row, by, entries, late) for row, by in _untold(session, lesson_id, student_id, entries)]
    return CellHistory(student, lesson.held_on, lesson.number, steps, reasons)


def _untold(session: PolicySession, lesson_id: int, student_id: int, entries: Any) -> list[tuple[Any, str | None]]:
    """The marks and absences of the cell whose making the trail does not tell: they came with an import. With authors."""
    told = {(entry.entity, entry.row_id) for entry in entries if entry.act == "create"}
    found: list[tuple[Any, str | None]] = []
    for entity in (Mark, Absence):
        asked: Any = select(entity, Account.name).outerjoin(Account, Account.id == entity.written_by_id)
        rows = session.execute(asked.where(entity.lesson_id == lesson_id, entity.student_id == student_id))
        found += [(row, name) for row, name in rows if (entity.__name__, row.id) not in told]
    return found


def _first(row: Any, author: str | None, entries: Any, late: datetime) -> Step:
    """How such a value stood there first: as the first change found it, or as it still is."""
    name = VALUES[type(row).__name__]
    changes = [
        e.changes[name] for e in entries if e.row_id == row.id and e.entity == type(row).__name__ and name in e.changes
    ]
    value = changes[-1][0] if changes else getattr(row, name)
    at = clock.local(row.written_at)
    return Step(at, author or "", "create", "", _code(name, value), at >= late, None, {})


def _step(entry: TrailEntry, late: datetime, granted: Any) -> Step:
    name = VALUES[entry.entity]
    changes = dict(entry.changes or {})
    old, new = changes.pop(name, [None, None])
    at = clock.local(entry.happened_at)
    skipped = ("lesson_id", "student_id", "assignment_id", "position", "value")
    more = {field: pair for field, pair in changes.items() if field not in skipped and len(pair) == 2}
    return Step(at, entry.actor, entry.act, _code(name, old), _code(name, new), at >= late, _why(at, granted), more)


def _code(name: str, value: Any) -> str:
    if value is None:
        return ""
    return f"a{value}" if name == "reason_id" else str(value)


def _why(at: datetime, granted: Any) -> str | None:
    """The request in whose hours a change falls."""
    for request in granted:
        if request.open_until and clock.local(request.changed_at) <= at <= clock.local(request.open_until):
            return str(request.reason)
    return None
