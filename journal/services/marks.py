"""Marks, debts and absences, cell by cell: one operation, applied once, never over somebody else's value in silence.

What a value looks like is said in `cells`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, exists, select

from journal.access.session import PolicySession, changed_fields
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Absence, AbsenceReason, Account, Lesson, LessonWork, Mark, PendingMark, Student, TrailEntry
from journal.services import locks, records, scales, settings
from journal.services.cells import Cell, Operation, Value, parse
from journal.services.membership import in_lesson
from journal.services.refusals import Invalid, Missing, Stale, said
from journal.services.rules import rule

REASONED = frozenset({"reason_id", "document_id", "shown_at", "changed_at", "changed_by_id"})
"""Of an absence: why it was. Documents come later than teachers may write."""


@dataclass(frozen=True)
class Context:
    """The cell with what decides whether it may be written."""

    lesson: Lesson
    student: Student
    work: LessonWork | None
    absence: Absence | None
    debt: PendingMark | None
    marks: Sequence[Mark]
    last_position: int
    """Of all marks of the pupil in the lesson, whatever work they are for."""
    applied: bool

    @property
    def value(self) -> Value:
        owed = self.debt is not None and not self.debt.is_settled
        return Value(tuple(mark.value for mark in self.marks), self.absence.reason_id if self.absence else None, owed)

    @property
    def newest(self) -> Mark | Absence | PendingMark | None:
        """The part that was written last."""
        extra = [row for row in (self.absence, self.debt) if row is not None]
        return max([*self.marks, *extra], key=lambda row: row.changed_at, default=None)


def put_cell(session: PolicySession, operation: Operation) -> Cell:
    """Set a cell. Replays give the present cell. Raises `Missing`, `Locked`, `Invalid`, `Forbidden`."""
    wanted = parse(operation.value)
    cell = context(session, operation)
    if cell.applied or str(cell.value) == str(wanted):
        return Cell("saved", str(cell.value))
    if str(cell.value) != str(parse(operation.base)) and _by_others(session, cell):
        return _conflict(session, cell)
    if cell.work is not None and (wanted.reason_id or wanted.is_owed):
        raise Invalid({"value": said(N_("In this column only marks are given."))})
    locks.require_unlocked(session, cell.lesson, cell.student.id)
    scales.require_in_scale(session, cell.lesson.assignment_id, wanted.marks)
    name = operation.id or None
    before = cell.value
    _write_marks(session, cell, wanted, name)
    name = name if wanted.marks == before.marks else None
    _write_debt(session, cell, wanted, name)
    reason_id = _write_absence(session, cell, wanted, name if wanted.is_owed == before.is_owed else None)
    return Cell("saved", str(Value(wanted.marks, reason_id, wanted.is_owed)))


def comment(session: PolicySession, operation: Operation, text: str, seen: str) -> Mark:
    """Say something to the last mark of a cell. Raises `Invalid` where there is none, `Stale` when it is not as seen."""
    cell = context(session, operation)
    if not cell.marks:
        raise Invalid({"comment": said(N_("A comment is said to a mark: give one first."))})
    mark = cell.marks[-1]
    if (mark.comment or "") not in (seen, text):
        raise Stale
    return records.change(session, mark, {"comment": text.strip() or None}, operation=operation.id or None)


@cache
def _cell_asked() -> Any:
    """The statement of `context`, built once: a school types thousands of cells an hour."""
    asked: dict[str, Any] = {name: bindparam(name) for name in ("lesson", "student", "work", "operation")}
    return (
        select(
            Lesson,
            Student,
            LessonWork,
            Absence,
            PendingMark,
            exists().where(TrailEntry.operation == asked["operation"]),
            *locks.lock_facts(Student.id),
        )
        .select_from(Lesson)
        .join(Student, Student.id == asked["student"])
        .outerjoin(LessonWork, (LessonWork.id == asked["work"]) & (LessonWork.lesson_id == Lesson.id))
        .outerjoin(Absence, (Absence.lesson_id == Lesson.id) & (Absence.student_id == Student.id))
        .outerjoin(PendingMark, (PendingMark.lesson_id == Lesson.id) & (PendingMark.student_id == Student.id))
        .where(Lesson.id == asked["lesson"], in_lesson())
    )


@cache
def _marks_asked() -> Any:
    place = (Mark.lesson_id == bindparam("lesson"), Mark.student_id == bindparam("student"))
    return select(Mark).where(*place).order_by(Mark.position)


def context(session: PolicySession, operation: Operation) -> Context:
    """The cell as it is. Raises `Missing` where there is none. Two queries."""
    place = {"lesson": operation.lesson_id, "student": operation.student_id}
    asked = {**place, "work": operation.work_id, "operation": operation.id}
    found = session.execute(_cell_asked(), asked).one_or_none()
    if found is None or operation.assignment_id not in (None, found[0].assignment_id):
        raise Missing
    lesson, student, work, absence, debt, applied, *facts = found
    if operation.work_id is not None and work is None:
        raise Missing
    locks.known(session)[lesson.id, student.id] = locks.why_locked(session, lesson, *facts)
    _members(session).add((lesson.id, student.id))
    given = session.scalars(_marks_asked(), place).all()
    own = [mark for mark in given if mark.work_id == operation.work_id]
    last = given[-1].position if given else -1
    if work is not None:
        return Context(lesson, student, work, None, None, own, last, applied)
    return Context(lesson, student, None, absence, debt, own, last, applied)


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
    for place, value in enumerate(wanted.marks):
        if place < len(cell.marks):
            if cell.marks[place].value != value:
                records.change(session, cell.marks[place], {"value": value}, operation=name)
                name = None
            continue
        values = {
            "lesson_id": cell.lesson.id,
            "student_id": cell.student.id,
            "position": cell.last_position + 1 + place - len(cell.marks),
            "value": value,
        }
        if cell.work is not None:
            values |= {"work_id": cell.work.id, "work_type_id": cell.work.work_type_id}
        records.create(session, Mark, values, operation=name)
        name = None
    for mark in cell.marks[len(wanted.marks) :]:
        records.delete(session, mark, operation=name)
        name = None


def _write_debt(session: PolicySession, cell: Context, wanted: Value, operation: str | None) -> None:
    """A point is put or taken; a mark given over it settles the debt."""
    if wanted.is_owed == cell.value.is_owed:
        return
    if cell.debt is not None and (wanted.is_owed or wanted.marks):
        records.change(session, cell.debt, {"is_settled": not wanted.is_owed}, operation=operation)
    elif cell.debt is not None:
        records.delete(session, cell.debt, operation=operation)
    else:
        due_on = clock.today() + timedelta(days=settings.whole(session, "debt_days"))
        values = {"lesson_id": cell.lesson.id, "student_id": cell.student.id, "due_on": due_on}
        records.create(session, PendingMark, values, operation=operation)


def _write_absence(session: PolicySession, cell: Context, wanted: Value, operation: str | None) -> int | None:
    """Bring the absence to the wanted one; gives the reason that stands there, which a document may have decided."""
    if cell.absence and wanted.reason_id is None:
        records.delete(session, cell.absence, operation=operation)
    elif cell.absence and wanted.reason_id != cell.absence.reason_id:
        values = {"reason_id": wanted.reason_id, "document_id": None}
        return records.change(session, cell.absence, values, operation=operation).reason_id
    elif not cell.absence and wanted.reason_id is not None:
        if session.get(AbsenceReason, wanted.reason_id) is None:
            raise Invalid({"value": said(N_("There is no such mark."))})
        values = {"lesson_id": cell.lesson.id, "student_id": cell.student.id, "reason_id": wanted.reason_id}
        return records.create(session, Absence, values, operation=operation).reason_id
    return wanted.reason_id


def _members(session: PolicySession) -> set[tuple[int, int]]:
    members: set[tuple[int, int]] = session.info.setdefault("members", set())
    return members


@rule(Mark, Absence, PendingMark)
def _in_the_lesson_and_open(session: PolicySession, row: Mark | Absence | PendingMark, act: str) -> None:
    """Whoever writes a mark — the grid, the panel, an import — the pupil is in the lesson and the lesson is open."""
    lesson = session.get(Lesson, row.lesson_id)
    if lesson is None:
        raise Missing
    if isinstance(row, PendingMark) and act == "change":
        return
    if isinstance(row, Absence) and act == "change" and changed_fields(row) <= REASONED:
        locks.require_period_open(session, lesson)
        return
    locks.require_unlocked(session, lesson, row.student_id)
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
