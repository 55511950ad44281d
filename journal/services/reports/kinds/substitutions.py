"""Lessons cancelled and substituted, by teacher and subject; a change of room or date is no substitution."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from journal.access.session import PolicySession
from journal.kit.text import N_, short_name
from journal.schema import Lesson, SchoolClass, Staff, Subject, Substitution, TeachingAssignment
from journal.services.refusals import said
from journal.services.reports.document import Column, Document, Table
from journal.services.reports.report import TEACHERS, Given, Report

COUNTED = {"cancel": said("cancelled"), "teacher": said("substituted"), "merge": said("merged")}


def make(session: PolicySession, given: Given) -> Document:
    """Sums by teacher and subject, then lesson by lesson."""
    own, other = aliased(Staff), aliased(Staff)
    asked = (
        select(
            Lesson.held_on,
            Lesson.number,
            SchoolClass.name,
            Subject.name,
            own.last_name,
            own.first_name,
            own.middle_name,
            Substitution.kind,
            other.last_name,
            other.first_name,
            other.middle_name,
        )
        .join(Lesson, Lesson.id == Substitution.lesson_id)
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(own, own.id == TeachingAssignment.staff_id)
        .outerjoin(other, other.id == Substitution.staff_id)
        .where(Lesson.held_on >= given.since, Lesson.held_on <= given.until, Substitution.kind.in_(COUNTED))
        .order_by(Lesson.held_on, Lesson.number, SchoolClass.name)
    )
    if given.staff_id is not None:
        asked = asked.where((TeachingAssignment.staff_id == given.staff_id) | (Substitution.staff_id == given.staff_id))
    rows: list[list[Any]] = []
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for on, number, class_name, subject, last, first, middle, kind, *substitute in session.execute(asked):
        teacher = short_name(last, first, middle)
        who = short_name(*substitute) if substitute[0] else None
        rows.append([on, number, class_name, subject, teacher, COUNTED[kind], who])
        sums[teacher, subject]["lost" if kind == "cancel" else "given away"] += 1
        if who:
            sums[who, subject]["taken"] += 1
    names = ("lost", "given away", "taken")
    totals: list[list[Any]] = [
        [teacher, subject, *(count[name] for name in names)] for (teacher, subject), count in sorted(sums.items())
    ]
    return Document(
        said("Cancelled and substituted lessons"),
        [(said("From"), given.since), (said("To"), given.until)],
        [
            Table(
                [
                    Column(said("Teacher"), "text", 24),
                    Column(said("Subject"), "text", 24),
                    Column(said("Lessons lost"), "whole", 10),
                    Column(said("Given to others"), "whole", 10),
                    Column(said("Taken for others"), "whole", 10),
                ],
                totals,
                [[said("Total"), None, *(sum(int(row[n]) for row in totals) for n in (2, 3, 4))]] if totals else [],
                title=said("By teacher and subject"),
                empty=said("No lesson was cancelled or substituted."),
            ),
            Table(
                [
                    Column(said("Date"), "date", 11),
                    Column(said("Lesson"), "whole", 7),
                    Column(said("Class"), "text", 8),
                    Column(said("Subject"), "text", 24),
                    Column(said("Teacher"), "text", 22),
                    Column(said("What"), "text", 12),
                    Column(said("Substitute"), "text", 22),
                ],
                rows,
                title=said("Lesson by lesson"),
                empty=said("No lesson was cancelled or substituted."),
            ),
        ],
    )


REPORT = Report(
    "substitutions",
    N_("Cancelled and substituted lessons"),
    N_("By teacher and subject; a change of room or date is no substitution."),
    TEACHERS,
    ("since", "until", "staff_id"),
    make,
    order=120,
)
