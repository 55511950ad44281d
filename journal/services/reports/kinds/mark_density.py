"""Mark density: are there enough marks for a final one, journal by journal."""

from collections import defaultdict
from typing import Any

from sqlalchemy import func, select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Lesson, Mark
from journal.services.refusals import said
from journal.services.reports import classes
from journal.services.reports.document import Column, Document, Table
from journal.services.reports.report import TEACHERS, Given, Report

LEAST = {"half": 5, "year": 12}
LEAST_IN_QUARTER = 3


def make(session: PolicySession, given: Given) -> Document:
    """One row a journal: lessons, marks, marks a pupil, pupils with too few, pupils without any."""
    assert given.period is not None
    kinds = {klass.id: klass.period_kind for klass in classes.classes(session, given.year)}
    own = [
        one
        for one in classes.journals(
            session, given.year, class_id=given.school_class_id, staff_id=given.staff_id, subject_id=given.subject_id
        )
        if one.has_marks and given.period.kind in (kinds[one.class_id], "year")
    ]
    on, least = classes.last_day(given.period, given), LEAST.get(given.period.kind, LEAST_IN_QUARTER)
    rolls = classes.rolls(session, own, on)
    span = (Lesson.held_on >= given.period.begins_on, Lesson.held_on <= on, ~Lesson.is_cancelled)
    lessons: dict[int, int] = dict(
        session.execute(
            select(Lesson.assignment_id, func.count(Lesson.id)).where(*span).group_by(Lesson.assignment_id)
        ).all()  # type: ignore[arg-type]
    )
    marks: dict[int, dict[int, int]] = defaultdict(dict)
    for assignment_id, student_id, count in session.execute(
        select(Mark.assignment_id, Mark.student_id, func.count(Mark.id))
        .join(Lesson, Lesson.id == Mark.lesson_id)
        .where(*span)
        .group_by(Mark.assignment_id, Mark.student_id)
    ):
        marks[assignment_id][student_id] = count
    rows: list[list[Any]] = []
    for one in own:
        counts = [marks[one.id].get(student, 0) for student in rolls[one.id]]
        mean = round(sum(counts) / len(counts), 2) if counts else None
        few, none = sum(count < least for count in counts), counts.count(0)
        rows.append(
            [one.class_name, one.name, one.teacher, len(counts), lessons.get(one.id, 0), sum(counts), mean, few, none]
        )
    head = [
        Column(said("Class"), "text", 8),
        Column(said("Subject"), "text", 26),
        Column(said("Teacher"), "text", 20),
        Column(said("Students"), "whole", 8),
        Column(said("Lessons"), "whole", 8),
        Column(said("Marks"), "whole", 8),
        Column(said("Marks a student"), "number", 9),
        Column(said("Students with too few"), "whole", 10),
        Column(said("Students without any"), "whole", 10),
    ]
    facts: list[tuple[Any, Any]] = [(said("Period"), given.period.name), (said("Marks needed"), least)]
    table = Table(head, rows, empty=said("No journal has this period."))
    return Document(said("Mark density"), facts, [table], landscape=True)


REPORT = Report(
    "mark-density",
    N_("Mark density"),
    N_("Whether there are enough marks for the final ones, journal by journal."),
    TEACHERS,
    ("period", "school_class_id", "subject_id", "staff_id"),
    make,
    frozenset({"period"}),
    order=80,
)
