"""The class journal in the classic spread: left names by dates, right date, topic and homework; to print for the archive."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Absence, AbsenceReason, Homework, Lesson, Mark
from journal.schema.marks import MARKS
from journal.services.refusals import Invalid, Said, said
from journal.services.reports import classes
from journal.services.reports.document import Column, Document, Table
from journal.services.reports.kinds import class_summary
from journal.services.reports.report import STAFF, Given, Report

DATES_ON_A_SPREAD = 24


def make(session: PolicySession, given: Given) -> Document:
    """One journal, or every journal of a class with contents and the summary sheet."""
    own = _chosen(session, given)
    klass = classes.classes(session, given.year, own[0].class_id)[0]
    marks = classes.finals(session, [one.id for one in own])
    tables: list[Table] = []
    for one in own:
        tables += list(_spreads(session, given, one, marks))
    facts: list[tuple[Any, Any]] = [
        (said("Class"), klass.name),
        (said("Academic year"), given.year.name),
        (said("Period"), given.period.name if given.period else said("the whole year")),
        (said("Class teacher"), klass.teacher),
    ]
    document = Document(
        said("Class journal"),
        facts,
        tables,
        landscape=True,
        layout="spread",
        signatures=[(said("Class teacher"), klass.teacher), (said("Director"), "")],
        text=[one.name for one in own],
    )
    if given.assignment_id is None and klass.has_marks:
        sheet = class_summary.make(session, given)
        document.tables += [_named(table, said("Summary sheet of progress")) for table in sheet.tables]
    return document


def _chosen(session: PolicySession, given: Given) -> list[classes.Journal]:
    found = classes.journals(session, given.year, class_id=given.school_class_id)
    if given.assignment_id is not None:
        found = [one for one in classes.journals(session, given.year) if one.id == given.assignment_id]
    elif given.school_class_id is None:
        raise Invalid({"assignment_id": said(N_("Choose a journal or a class."))})
    if not found:
        raise Invalid({"assignment_id": said(N_("There are no journals here."))})
    return found


def _named(table: Table, title: Said) -> Table:
    table.title = title
    return table


def _spreads(session: PolicySession, given: Given, one: classes.Journal, marks: classes.Finals) -> Iterator[Table]:
    """Left and right pages, so many dates on each; the final mark stands after the last date."""
    lessons = list(
        session.scalars(
            select(Lesson)
            .where(Lesson.assignment_id == one.id, Lesson.held_on >= given.since, Lesson.held_on <= given.until)
            .where(~Lesson.is_cancelled)
            .order_by(Lesson.held_on, Lesson.number)
        )
    )
    cells = _cells(session, given, one)
    homework = _homework(session, given, one)
    names = {pupil.id: pupil.name for pupil in classes.pupils(session, given.until, [one.class_id])}
    roll = [id_ for id_ in classes.rolls(session, [one], given.until)[one.id] if id_ in names]
    pages = [lessons[n : n + DATES_ON_A_SPREAD] for n in range(0, len(lessons), DATES_ON_A_SPREAD)] or [[]]
    for number, page in enumerate(pages, 1):
        title = said("%(journal)s, %(teacher)s", journal=one.name, teacher=one.teacher)
        head = [Column("№", "whole", 4), Column(said("Student"), "text", 24)]
        head += [Column(f"{lesson.held_on.day}", "text", 4, f"{lesson.held_on:%m.%Y}") for lesson in page]
        last = number == len(pages) and given.period is not None and one.has_marks
        head += [Column(said("Final|short"), "mark", 6)] if last else []
        rows = []
        for n, student in enumerate(roll, 1):
            final: list[Any] = []
            if last and given.period is not None:
                final = [marks.get((one.id, student, given.period.id, classes.kind_of(given.period)))]
            rows.append([n, names[student], *(cells.get((student, lesson.id)) for lesson in page), *final])
        yield Table(head, rows, title=title, empty=said("There are no lessons in this period."))
        topics = [[lesson.held_on, lesson.topic, "; ".join(homework.get(lesson.id, ()))] for lesson in page]
        if topics:
            yield Table(
                [Column(said("Date"), "date", 11), Column(said("Topic"), "text", 60), Column(said("Homework"), "text", 50)],
                topics,
                title=title,
            )


def _cells(session: PolicySession, given: Given, one: classes.Journal) -> dict[tuple[int, int], list[Any]]:
    """(pupil, lesson) -> what stands in the cell."""
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    span = (Lesson.held_on >= given.since, Lesson.held_on <= given.until)
    for student, lesson, value in session.execute(
        select(Mark.student_id, Mark.lesson_id, Mark.value)
        .join(Lesson, Lesson.id == Mark.lesson_id)
        .where(Mark.assignment_id == one.id, *span)
        .order_by(Mark.lesson_id, Mark.position)
    ):
        found[student, lesson].append(Said(MARKS[value]))
    for student, lesson, letter in session.execute(
        select(Absence.student_id, Absence.lesson_id, AbsenceReason.letter)
        .join(Lesson, Lesson.id == Absence.lesson_id)
        .join(AbsenceReason, AbsenceReason.id == Absence.reason_id)
        .where(Absence.assignment_id == one.id, *span)
    ):
        found[student, lesson].append(letter)
    return found


def _homework(session: PolicySession, given: Given, one: classes.Journal) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for lesson, text in session.execute(
        select(Homework.lesson_id, Homework.text)
        .join(Lesson, Lesson.id == Homework.lesson_id)
        .where(Homework.assignment_id == one.id, Homework.student_id.is_(None))
        .where(Lesson.held_on >= given.since, Lesson.held_on <= given.until)
    ):
        found[lesson].append(text)
    return found


REPORT = Report(
    "class-journal",
    N_("Class journal (classic spread)"),
    N_("One journal or all of a class: names by dates, topics, homework; with title, contents and the count of sheets."),
    STAFF,
    ("assignment_id", "school_class_id", "period"),
    make,
    frozenset({"period"}),
    order=160,
)
