"""The report card of one pupil: subjects by periods."""

from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Enrolment, FinalMark, Student, Subject, TeachingAssignment
from journal.services.membership import overlaps
from journal.services.refusals import Missing, said
from journal.services.reports import attendance, classes
from journal.services.reports.document import Column, Document, Table
from journal.services.reports.report import FAMILIES, Given, Report


def make(session: PolicySession, given: Given) -> Document:
    """Final marks of each subject by period, year, exam and final; lessons missed by period."""
    student, klass = student_of(session, given)
    spans = [period for period in classes.periods(session, given.year)[klass.period_kind] if period.kind != "year"]
    subjects: dict[str, dict[tuple[int | None, str], str]] = {}
    own = [one for one in classes.journals(session, given.year, class_id=klass.id) if one.has_marks]
    rolls = classes.rolls(session, own, given.until)
    for journal in own:
        if student.id in rolls[journal.id]:
            subjects.setdefault(journal.subject, {})
    for subject, period_id, kind, value in session.execute(
        select(Subject.name, FinalMark.period_id, FinalMark.kind, FinalMark.value)
        .join(TeachingAssignment, TeachingAssignment.id == FinalMark.assignment_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .where(FinalMark.student_id == student.id, TeachingAssignment.starts_on >= given.year.begins_on)
    ):
        subjects.setdefault(subject, {})[period_id if kind == "period" else None, kind] = value
    kinds = [(None, kind) for kind in ("year", "exam", "final") if any((None, kind) in own for own in subjects.values())]
    labels = {"year": said("final|year"), "exam": said("final|exam"), "final": said("final|final")}
    keys: list[tuple[int | None, str]] = [(period.id, "period") for period in spans]
    head = [Column(said("Subject"), "text", 34), *(Column(period.name, "mark", 12) for period in spans)]
    head += [Column(labels[kind], "mark", 10) for _, kind in kinds]
    rows: list[list[Any]] = [[name, *(own.get(key) for key in [*keys, *kinds])] for name, own in sorted(subjects.items())]
    return Document(
        said("Report card"),
        [
            (
                said("Student"),
                " ".join(part for part in (student.last_name, student.first_name, student.middle_name) if part),
            ),
            (said("Class"), klass.name),
            (said("Academic year"), given.year.name),
            (said("Printed"), clock.today()),
        ],
        [
            Table(head, rows, empty=said("There are no final marks yet.")),
            _absences(session, given, klass, student, spans),
        ],
        signatures=[(said("Class teacher"), klass.teacher), (said("Parents"), "")],
    )


def student_of(session: PolicySession, given: Given) -> tuple[Student, classes.Klass]:
    """The pupil with the class of the year. Raises `Missing`."""
    student = session.get(Student, given.student_id) if given.student_id else None
    if student is None:
        raise Missing
    class_id = session.scalar(
        select(Enrolment.school_class_id)
        .where(Enrolment.student_id == student.id)
        .where(overlaps(Enrolment.starts_on, Enrolment.ends_on, given.year.begins_on, given.year.ends_on))
        .order_by(Enrolment.starts_on.desc())
        .limit(1)
    )
    if class_id is None:
        raise Missing
    return student, classes.classes(session, given.year, class_id)[0]


def _absences(session: PolicySession, given: Given, klass: classes.Klass, student: Student, spans: list[Any]) -> Table:
    begun = [period for period in spans if period.begins_on <= given.today]
    rows: list[list[Any]] = []
    for period in begun:
        register = attendance.load(session, period.begins_on, classes.last_day(period, given), [klass.id])
        one = register.of(klass.id, student.id)
        rows.append([period.name, one.lesson_count, one.day_count, one.late])
    head = [
        Column(said("Period"), "text", 20),
        Column(said("Lessons missed"), "whole", 12),
        Column(said("Days missed"), "whole", 12),
        Column(said("Late"), "whole", 10),
    ]
    return Table(head, rows, title=said("Attendance"))


REPORT = Report(
    "report-card",
    N_("Report card"),
    N_("The final marks of one student by subject and period, for the family."),
    FAMILIES,
    ("student_id",),
    make,
    frozenset({"student_id"}),
    order=140,
)
