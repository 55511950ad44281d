"""The lesson page: who is in the lesson, who is absent, which marks were given; written in one pass."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.schema import Absence, AbsenceReason, Lesson, Mark, PendingMark, Student
from journal.services import cells, marks, records
from journal.services.membership import in_lesson


@dataclass
class Pupil:
    """A pupil in a lesson."""

    id: int
    name: str
    marks: list[str] = field(default_factory=list)
    reason_id: int | None = None
    minutes: int | None = None
    is_owed: bool = False

    @property
    def value(self) -> str:
        """The cell as codes (see `cells`)."""
        return str(cells.Value(tuple(self.marks), self.reason_id, self.is_owed))


def pupils(session: PolicySession, lesson_id: int) -> list[Pupil]:
    """Everybody in a lesson with what the journal says. Four queries."""
    found = {
        row[0]: Pupil(row[0], f"{row[1]} {row[2]}")
        for row in session.execute(
            select(Student.id, Student.last_name, Student.first_name)
            .select_from(Lesson)
            .join(Student, in_lesson())
            .where(Lesson.id == lesson_id)
            .order_by(Student.last_name, Student.first_name, Student.id)
        )
    }
    for student_id, value in session.execute(
        select(Mark.student_id, Mark.value)
        .where(Mark.lesson_id == lesson_id, Mark.work_id.is_(None))
        .order_by(Mark.position)
    ):
        if student_id in found:
            found[student_id].marks.append(value)
    for student_id, reason_id, minutes in session.execute(
        select(Absence.student_id, Absence.reason_id, Absence.minutes).where(Absence.lesson_id == lesson_id)
    ):
        if student_id in found:
            found[student_id].reason_id, found[student_id].minutes = reason_id, minutes
    for student_id in session.scalars(
        select(PendingMark.student_id).where(PendingMark.lesson_id == lesson_id, ~PendingMark.is_settled)
    ):
        if student_id in found:
            found[student_id].is_owed = True
    return list(found.values())


def take(
    session: PolicySession,
    lesson_id: int,
    wanted: Mapping[int, str],
    seen: Mapping[int, str],
    minutes: Mapping[int, int | None],
) -> list[int]:
    """Set the cells of a lesson, and how late those who were late came.

    Gives the pupils whose cell somebody else changed meanwhile (left as it is).
    """
    conflicts = []
    for student_id, value in wanted.items():
        if value == seen.get(student_id, ""):
            continue
        operation = cells.Operation("", lesson_id, student_id, value, seen.get(student_id, ""))
        if marks.put_cell(session, operation).state == "conflict":
            conflicts.append(student_id)
    late = select(Absence).join(AbsenceReason, AbsenceReason.id == Absence.reason_id)
    for absence in session.scalars(late.where(Absence.lesson_id == lesson_id, ~AbsenceReason.is_absence)).all():
        if absence.student_id in minutes and absence.student_id not in conflicts:
            records.change(session, absence, {"minutes": minutes[absence.student_id]})
    return conflicts
