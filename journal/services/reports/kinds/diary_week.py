"""A week of the diary of one pupil, to print for the family."""

from typing import Any

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema.marks import MARKS
from journal.services import calendar, diary
from journal.services.refusals import Said, said
from journal.services.reports.document import Column, Document, Table
from journal.services.reports.kinds.report_card import student_of
from journal.services.reports.report import FAMILIES, Given, Report


def make(session: PolicySession, given: Given) -> Document:
    """The week that the last date of the span is in: lessons, homework, marks, absences."""
    student, klass = student_of(session, given)
    week = diary.week(session, student.id, given.until)
    tables = []
    for day in week.days:
        rows: list[list[Any]] = [
            [
                entry.number,
                entry.subject,
                entry.topic if not entry.is_cancelled else said("cancelled"),
                "; ".join(task.text for task in entry.homework),
                [*(Said(MARKS[one.value]) for one in entry.marks), *([entry.absence[0]] if entry.absence else [])],
            ]
            for entry in day.entries
        ]
        head = [
            Column("№", "whole", 4),
            Column(said("Subject"), "text", 20),
            Column(said("Topic"), "text", 34),
            Column(said("Homework"), "text", 34),
            Column(said("Marks"), "text", 9),
        ]
        if rows or day.day_off:
            tables.append(Table(head, rows, title=day.on, empty=day.day_off or ""))
    monday = calendar.monday(given.until)
    return Document(
        said("Diary of a week"),
        [
            (said("Student"), f"{student.last_name} {student.first_name}"),
            (said("Class"), klass.name),
            (said("Week from"), monday),
        ],
        tables,
        signatures=[(said("Parents"), "")],
    )


REPORT = Report(
    "diary-week",
    N_("Diary of a week"),
    N_("Lessons, homework, marks and absences of one student in one week."),
    FAMILIES,
    ("student_id", "week"),
    make,
    frozenset({"student_id"}),
    order=150,
)
