"""The rows of a plan on the lessons of its journal: which lesson is for which topic, and what the year has no lesson for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.schema import Lesson, PlannedLesson, SchemeOfWork


@dataclass(frozen=True)
class Slot:
    """A lesson that is not cancelled, with the row it has taken."""

    lesson_id: int
    on: date
    row_id: int | None


@dataclass(frozen=True)
class Laid:
    """Where the rows fall. A row without a date has no lesson in the year."""

    dates: dict[int, date]
    """Row -> the date of its first lesson."""
    rows: dict[int, int]
    """Lesson that took no row -> the row that falls on it."""


def slots(session: PolicySession, assignments: Collection[int]) -> dict[int, list[Slot]]:
    """Journal -> its lessons in order. One query."""
    found: dict[int, list[Slot]] = {assignment_id: [] for assignment_id in assignments}
    for assignment_id, lesson_id, on, row_id in session.execute(
        select(Lesson.assignment_id, Lesson.id, Lesson.held_on, Lesson.planned_lesson_id)
        .where(Lesson.assignment_id.in_(list(assignments)), ~Lesson.is_cancelled)
        .order_by(Lesson.held_on, Lesson.number)
    ):
        found[assignment_id].append(Slot(lesson_id, on, row_id))
    return found


def lay(rows: Iterable[PlannedLesson], lessons: Sequence[Slot]) -> Laid:
    """Lay rows, in their order, on lessons, in theirs.

    A row that lessons have taken has the date of the first of them. The others go on the lessons that took no
    row, each on as many as it has hours; so a lesson that fell out shifts all that follow. A row of several hours that
    was begun last keeps the lessons after it. A lesson whose topic was typed by hand counts as one that took no row:
    what was taught there is most likely what stood in the plan.
    """
    taken: dict[int, list[date]] = {}
    last = -1
    for n, slot in enumerate(lessons):
        if slot.row_id is not None:
            taken.setdefault(slot.row_id, []).append(slot.on)
            last = n
    free = [(n, slot) for n, slot in enumerate(lessons) if slot.row_id is None]
    dates = {row_id: days[0] for row_id, days in taken.items()}
    places: dict[int, int] = {}
    begun = lessons[last].row_id if last >= 0 else None
    for row in sorted(rows, key=lambda row: row.id != begun):
        if row.id in taken and row.id != begun:
            continue
        after = last if row.id == begun else -1
        own = [(n, slot) for n, slot in free if n > after][: max(0, row.hours - len(taken.get(row.id, ())))]
        free = [one for one in free if one not in own]
        places.update({slot.lesson_id: row.id for _, slot in own})
        if own:
            dates.setdefault(row.id, own[0][1].on)
    return Laid(dates, places)


def of_journal(session: PolicySession, assignment_id: int) -> dict[int, PlannedLesson]:
    """Lesson that took no row -> the row that falls on it, else the first that nobody has taken.

    Two queries; one where the journal has no plan.
    """
    rows = session.scalars(
        select(PlannedLesson)
        .join(SchemeOfWork, SchemeOfWork.id == PlannedLesson.scheme_of_work_id)
        .where(SchemeOfWork.assignment_id == assignment_id)
        .order_by(PlannedLesson.number)
    ).all()
    if not rows:
        return {}
    by_id = {row.id: row for row in rows}
    lessons = slots(session, [assignment_id])[assignment_id]
    laid = {lesson: by_id[row] for lesson, row in lay(rows, lessons).rows.items()}
    taken = {slot.row_id for slot in lessons}
    over = next((row for row in rows if row.id not in taken), None)
    return {slot.lesson_id: row for slot in lessons if slot.row_id is None and (row := laid.get(slot.lesson_id, over))}
