"""Marks and absences, cell by cell: one operation, applied once, never over somebody else's value in silence.

A cell is a pupil in a lesson. Its value is written as codes: marks in their order, then the absence reason as `a<id>`,
joined by `/`: `5`, `5/4`, `a1`, `4/a3`; an empty text is an empty cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select

from journal.access.actor import Actor, Role
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import (
    Absence,
    AbsenceReason,
    Account,
    CorrectionRequest,
    GradingPeriod,
    Lesson,
    Mark,
    Setting,
    Student,
    TrailEntry,
)
from journal.schema.marks import MARKS
from journal.services import records, settings
from journal.services.membership import in_lesson
from journal.services.refusals import Invalid, Locked, Missing, Said, said
from journal.services.rules import rule

MOST_MARKS = 4


@dataclass(frozen=True)
class Operation:
    """What a client asks: `id` is made by the client ("" on a form that sends once), `base` is the value that it saw."""

    id: str | None
    lesson_id: int
    student_id: int
    value: str
    base: str
    assignment_id: int | None = None
    """Where the lesson must belong, when the client works on one journal page."""


@dataclass(frozen=True)
class Cell:
    """A cell as the database has it after an operation. `state`: saved or conflict."""

    state: str
    value: str
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Value:
    """A cell's value in parts."""

    marks: tuple[str, ...]
    reason_id: int | None

    def __str__(self) -> str:
        return "/".join([*self.marks, *([f"a{self.reason_id}"] if self.reason_id else [])])


def parse(text: str) -> Value:
    """Read a cell's value. Raises `Invalid` on anything that no scale has."""
    marks: list[str] = []
    reason_id = None
    for part in text.split("/") if text else []:
        if part in MARKS:
            marks.append(part)
        elif part[:1] == "a" and part[1:].isdecimal() and part.isascii() and reason_id is None and len(part) < 11:
            reason_id = int(part[1:])
        else:
            raise Invalid({"value": said(N_("There is no such mark."))})
    if len(marks) > MOST_MARKS:
        raise Invalid({"value": said(N_("At most %(count)d marks in one cell."), count=MOST_MARKS)})
    return Value(tuple(marks), reason_id)


@dataclass(frozen=True)
class Context:
    """The cell with what decides whether it may be written."""

    lesson: Lesson
    student: Student
    absence: Absence | None
    marks: Sequence[Mark]
    applied: bool

    @property
    def value(self) -> Value:
        return Value(tuple(mark.value for mark in self.marks), self.absence.reason_id if self.absence else None)

    @property
    def newest(self) -> Mark | Absence | None:
        """The part that was written last."""
        parts: list[Mark | Absence] = [*self.marks, *([self.absence] if self.absence else [])]
        return max(parts, key=lambda row: row.changed_at, default=None)


def put_cell(session: PolicySession, operation: Operation) -> Cell:
    """Set a cell. Replays give the present cell. Raises `Missing`, `Locked`, `Invalid`, `Forbidden`."""
    wanted = parse(operation.value)
    cell = _context(session, operation)
    if cell.applied or str(cell.value) == str(wanted):
        return Cell("saved", str(cell.value))
    if str(cell.value) != str(parse(operation.base)) and _by_others(session, cell):
        return _conflict(session, cell)
    require_unlocked(session, cell.lesson, cell.student.id)
    name = operation.id or None
    marks_differ = wanted.marks != cell.value.marks
    _write_marks(session, cell, wanted, name)
    _write_absence(session, cell, wanted, None if marks_differ else name)
    return Cell("saved", str(wanted))


def _context(session: PolicySession, operation: Operation) -> Context:
    found = session.execute(
        select(
            Lesson,
            Student,
            Absence,
            exists().where(TrailEntry.operation == operation.id),
            *lock_facts(Student.id),
        )
        .select_from(Lesson)
        .join(Student, Student.id == operation.student_id)
        .outerjoin(Absence, (Absence.lesson_id == Lesson.id) & (Absence.student_id == Student.id))
        .where(Lesson.id == operation.lesson_id, in_lesson())
    ).one_or_none()
    if found is None or operation.assignment_id not in (None, found[0].assignment_id):
        raise Missing
    lesson, student, absence, applied, *facts = found
    _known(session)[lesson.id, student.id] = why_locked(session, lesson, *facts)
    _members(session).add((lesson.id, student.id))
    marks = session.scalars(
        select(Mark).where(Mark.lesson_id == lesson.id, Mark.student_id == student.id).order_by(Mark.position)
    ).all()
    return Context(lesson, student, absence, marks, applied)


def _by_others(session: PolicySession, cell: Context) -> bool:
    """Whether the value that stands there is somebody else's: one's own other tab is no conflict."""
    newest = cell.newest
    return newest is None or newest.changed_by_id != session.actor.account_id


def _conflict(session: PolicySession, cell: Context) -> Cell:
    newest = cell.newest
    if newest is None:
        return Cell("conflict", "")
    name = session.scalar(select(Account.name).where(Account.id == newest.changed_by_id))
    return Cell("conflict", str(cell.value), name or "", newest.changed_at)


def _write_marks(session: PolicySession, cell: Context, wanted: Value, operation: str | None) -> None:
    """Bring the cell's marks to the wanted ones; the first write carries the operation's id."""
    if wanted.marks == cell.value.marks:
        return
    name = operation
    for position, value in enumerate(wanted.marks):
        if position < len(cell.marks):
            if cell.marks[position].value != value:
                records.change(session, cell.marks[position], {"value": value}, operation=name)
                name = None
            continue
        records.create(
            session,
            Mark,
            {
                "lesson_id": cell.lesson.id,
                "student_id": cell.student.id,
                "position": _next(cell, position),
                "value": value,
            },
            operation=name,
        )
        name = None
    for mark in cell.marks[len(wanted.marks) :]:
        records.delete(session, mark, operation=name)
        name = None


def _next(cell: Context, position: int) -> int:
    last = cell.marks[-1].position if cell.marks else -1
    return max(position, last + 1 + position - len(cell.marks))


def _write_absence(session: PolicySession, cell: Context, wanted: Value, operation: str | None) -> None:
    if cell.absence and wanted.reason_id is None:
        records.delete(session, cell.absence, operation=operation)
    elif cell.absence and wanted.reason_id != cell.absence.reason_id:
        records.change(session, cell.absence, {"reason_id": wanted.reason_id, "document_id": None}, operation=operation)
    elif not cell.absence and wanted.reason_id is not None:
        if session.get(AbsenceReason, wanted.reason_id) is None:
            raise Invalid({"value": said(N_("There is no such mark."))})
        records.create(
            session,
            Absence,
            {
                "lesson_id": cell.lesson.id,
                "student_id": cell.student.id,
                "reason_id": wanted.reason_id,
            },
            operation=operation,
        )


# --- locks


def lock_facts(student: Any = None) -> tuple[Any, Any, Any]:
    """What decides about a lock, as columns beside `Lesson`: the window, a closed period, a granted request.

    A request may be granted for the whole lesson, or for the cell of one `student` (a column or an id).
    """
    window = select(Setting.value).where(Setting.name == "edit_window_days").scalar_subquery()
    closed = exists().where(
        GradingPeriod.is_closed, GradingPeriod.begins_on <= Lesson.held_on, GradingPeriod.ends_on >= Lesson.held_on
    )
    whom: Any = CorrectionRequest.student_id.is_(None)
    granted = exists().where(open_now(), whom if student is None else or_(whom, CorrectionRequest.student_id == student))
    return window, closed, granted


def open_now() -> ColumnElement[bool]:
    """Whether a `CorrectionRequest` unlocks something in `Lesson` at this moment."""
    return and_(
        CorrectionRequest.lesson_id == Lesson.id,
        CorrectionRequest.state == "granted",
        CorrectionRequest.open_until > clock.now(),
    )


def unlocked_pupils() -> Any:
    """The pupils whose single cell of `Lesson` was unlocked, as ids joined by commas."""
    asked = select(func.aggregate_strings(cast(CorrectionRequest.student_id, String), ",")).where(open_now())
    return asked.correlate(Lesson).scalar_subquery()


def why_locked(session: PolicySession, lesson: Lesson, window: str | None, closed: bool, granted: bool) -> Said | None:
    """Why a lesson can't be written any more, or not yet; None when it can."""
    today = clock.today()
    if lesson.held_on > today:
        return said(N_("The lesson has not been held yet."))
    if lesson.is_cancelled:
        return said(N_("The lesson was cancelled."))
    if granted or _above_locks(session):
        return None
    if closed:
        return said(N_("The period is closed. Ask the deputy for a correction."))
    days = settings.as_whole(window, "edit_window_days")
    if lesson.held_on < today - timedelta(days=days):
        return said(N_("The lesson was more than %(days)d days ago. Ask the deputy for a correction."), days=days)
    return None


def _above_locks(session: PolicySession) -> bool:
    """The administrator mends what nobody else can; the system loads what was so."""
    return not isinstance(session.principal, Actor) or session.principal.has(Role.ADMINISTRATOR)


def _known(session: PolicySession) -> dict[tuple[int, int | None], Said | None]:
    known: dict[tuple[int, int | None], Said | None] = session.info.setdefault("locks", {})
    return known


def _members(session: PolicySession) -> set[tuple[int, int]]:
    members: set[tuple[int, int]] = session.info.setdefault("members", set())
    return members


def lock(session: PolicySession, lesson: Lesson, student_id: int | None = None) -> Said | None:
    """Why a lesson, or one pupil's cell of it, can't be written, or None; asked of the database once a session."""
    known = _known(session)
    if (lesson.id, student_id) not in known:
        facts = session.execute(select(*lock_facts(student_id)).select_from(Lesson).where(Lesson.id == lesson.id)).one()
        known[lesson.id, student_id] = why_locked(session, lesson, *facts)
    return known[lesson.id, student_id]


def require_unlocked(session: PolicySession, lesson: Lesson, student_id: int | None = None) -> None:
    """Raises `Locked` when a lesson, or one pupil's cell of it, can't be written."""
    why = lock(session, lesson, student_id)
    if why is not None:
        raise Locked(why)


@rule(Mark, Absence)
def _in_the_lesson_and_open(session: PolicySession, row: Mark | Absence, act: str) -> None:
    """Whoever writes a mark — the grid, the panel, an import — the pupil is in the lesson and the lesson is open."""
    lesson = session.get(Lesson, row.lesson_id)
    if lesson is None:
        raise Missing
    require_unlocked(session, lesson, row.student_id)
    if act == "delete" or (row.lesson_id, row.student_id) in _members(session):
        return
    found = session.scalar(
        select(Student.id)
        .select_from(Lesson)
        .join(Student, Student.id == row.student_id)
        .where(Lesson.id == row.lesson_id, in_lesson())
    )
    if found is None:
        raise Invalid({"student_id": said(N_("The pupil is not in this lesson."))})
