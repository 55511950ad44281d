"""Averages of marks: plain and weighted, by journal and pupil."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from journal.access.session import PolicySession
from journal.schema import Lesson, Mark, WorkType
from journal.services import formulas


@dataclass
class Given:
    """The marks of one pupil in one journal, each with its weight."""

    marks: list[tuple[str, Decimal]] = field(default_factory=list)

    @property
    def average(self) -> Decimal | None:
        """Each mark counts alike."""
        return formulas.average(value for value, _ in self.marks)

    @property
    def weighted(self) -> Decimal | None:
        """Each mark counts by the weight of its work."""
        return formulas.weighted(self.marks)


def load(session: PolicySession, since: date, until: date, assignment_ids: Collection[int]) -> dict[tuple[int, int], Given]:
    """(journal, pupil) -> marks between two dates. The mark's own kind of work goes before the lesson's."""
    own, of_lesson = aliased(WorkType), aliased(WorkType)
    weight: Any = func.coalesce(own.weight, of_lesson.weight, Decimal(1))
    found: dict[tuple[int, int], Given] = defaultdict(Given)
    ids = sorted(assignment_ids)
    for start in range(0, len(ids), 500):
        asked = (
            select(Mark.assignment_id, Mark.student_id, Mark.value, weight)
            .join(Lesson, Lesson.id == Mark.lesson_id)
            .outerjoin(own, own.id == Mark.work_type_id)
            .outerjoin(of_lesson, of_lesson.id == Lesson.work_type_id)
            .where(Mark.assignment_id.in_(ids[start : start + 500]), Lesson.held_on >= since, Lesson.held_on <= until)
            .order_by(Lesson.held_on, Lesson.number, Mark.position)
        )
        for assignment_id, student_id, value, by in session.execute(asked):
            found[assignment_id, student_id].marks.append((value, Decimal(by)))
    return found
