"""How the programme is fulfilled: hours planned, held, lost, and topics taken, journal by journal."""

from typing import Any

from sqlalchemy import and_, case, func, select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Lesson, PlannedLesson, SchemeOfWork
from journal.services.refusals import said
from journal.services.reports import classes
from journal.services.reports.document import Column, Document, Table, total_of
from journal.services.reports.report import TEACHERS, Given, Report


def make(session: PolicySession, given: Given) -> Document:
    """Hours by the timetable between two dates and what became of them; hours of the whole plan and of its rows taken."""
    own = classes.journals(
        session, given.year, class_id=given.school_class_id, staff_id=given.staff_id, subject_id=given.subject_id
    )
    held = {row[0]: row[1:] for row in session.execute(_lessons(given))}
    plans = {row[0]: row[1:] for row in session.execute(_plans(given))}
    rows: list[list[Any]] = []
    for one in own:
        due, lost, filled = held.get(one.id, (0, 0, 0))
        total, taken = plans.get(one.id, (None, 0))
        gone = int(taken or 0)
        behind = due - gone if total else None
        done = round(100 * (due - lost) / due) if due else None
        rows.append(
            [
                one.class_name,
                one.name,
                one.teacher,
                due,
                due - lost,
                lost,
                done,
                total,
                gone if total else None,
                behind,
                due - lost - filled,
            ]
        )
    head = [
        Column(said("Class"), "text", 8),
        Column(said("Subject"), "text", 26),
        Column(said("Teacher"), "text", 20),
        Column(said("by the timetable"), "whole", 9, said("Hours")),
        Column(said("held"), "whole", 9, said("Hours")),
        Column(said("lost"), "whole", 9, said("Hours")),
        Column(said("held, %"), "whole", 9, said("Hours")),
        Column(said("whole"), "whole", 9, said("Plan, hours")),
        Column(said("taken"), "whole", 9, said("Plan, hours")),
        Column(said("behind"), "whole", 9, said("Plan, hours")),
        Column(said("Lessons without a topic"), "whole", 10),
    ]
    totals = (
        [[*total_of(said("Total"), [row[:6] for row in rows], 3), None, None, None, None, sum(row[10] for row in rows)]]
        if rows
        else []
    )
    return Document(
        said("Fulfilment of the programme"),
        [(said("From"), given.since), (said("To"), given.until)],
        [Table(head, rows, totals, empty=said("There are no journals here."))],
        landscape=True,
    )


def _lessons(given: Given) -> Any:
    """(journal, hours by the timetable, cancelled, with a topic)."""
    return (
        select(
            Lesson.assignment_id,
            func.count(Lesson.id),
            func.sum(case((Lesson.is_cancelled, 1), else_=0)),
            func.sum(case((and_(~Lesson.is_cancelled, Lesson.topic != ""), 1), else_=0)),
        )
        .where(Lesson.held_on >= given.since, Lesson.held_on <= min(given.until, given.today))
        .group_by(Lesson.assignment_id)
    )


def _plans(given: Given) -> Any:
    """(journal, hours of its plan, hours of the rows that lessons of the span have taken)."""
    taken = (
        select(Lesson.id)
        .where(
            Lesson.planned_lesson_id == PlannedLesson.id,
            Lesson.assignment_id == SchemeOfWork.assignment_id,
            ~Lesson.is_cancelled,
        )
        .where(Lesson.held_on >= given.since, Lesson.held_on <= given.until)
        .exists()
    )
    return (
        select(
            SchemeOfWork.assignment_id, func.sum(PlannedLesson.hours), func.sum(case((taken, PlannedLesson.hours), else_=0))
        )
        .join(PlannedLesson, PlannedLesson.scheme_of_work_id == SchemeOfWork.id)
        .where(SchemeOfWork.assignment_id.is_not(None))
        .group_by(SchemeOfWork.assignment_id)
    )


REPORT = Report(
    "programme",
    N_("Fulfilment of the programme"),
    N_("Hours planned and held, hours lost, topics of the plan taken and how far it is behind."),
    TEACHERS,
    ("since", "until", "school_class_id", "subject_id", "staff_id"),
    make,
    order=90,
)
