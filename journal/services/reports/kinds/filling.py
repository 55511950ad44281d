"""How the journals are filled, teacher by teacher."""

from typing import Any

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.services.control import filling
from journal.services.refusals import said
from journal.services.reports import classes
from journal.services.reports.document import Chart, Column, Document, Series, Table, Text
from journal.services.reports.report import TEACHERS, Given, Report

COLUMNS = (
    Column(said("Lessons held"), "whole", 9),
    Column(said("Filled on the day"), "whole", 9),
    Column(said("Filled later"), "whole", 9),
    Column(said("On the day, %"), "whole", 9),
    Column(said("Without a topic"), "whole", 9),
    Column(said("Attendance not taken"), "whole", 9),
    Column(said("Without homework"), "whole", 9),
)


def make(session: PolicySession, given: Given) -> Document:
    """One row a teacher, who is behind first; by grade level as a chart."""
    span = filling.Span(given.since, min(given.until, given.today), given.staff_id, given.school_class_id, given.subject_id)
    if not session.actor.roles & TEACHERS - {"teacher"}:
        span = filling.Span(span.since, span.until, session.actor.staff_id, span.school_class_id, span.subject_id)
    found = filling.load(session, span)
    rows: list[list[Any]] = [[keeper.name, *values(keeper.total)] for keeper in found.keepers]
    grades = [(number, tally) for number, tally in found.by_grade.items()]
    labels: list[Text] = [said("grade %(number)d", number=number) for number, _ in grades]
    facts: list[tuple[Any, Any]] = [(said("From"), span.since), (said("To"), span.until)]
    if given.school_class_id:
        facts.append((said("Class"), classes.classes(session, given.year, given.school_class_id)[0].name))
    return Document(
        said("Filling of the journals"),
        facts,
        [
            Table(
                [Column(said("Teacher"), "text", 26), *COLUMNS],
                rows,
                [[said("Total"), *values(found.total)]] if rows else [],
                empty=said("No lessons were held in this span."),
            )
        ],
        [
            Chart(
                "bars",
                said("Filled on the day, by grade, %"),
                labels,
                [Series(said("per cent"), [tally.share for _, tally in grades])],
            )
        ],
        landscape=True,
    )


def values(tally: filling.Tally) -> list[Any]:
    """The values of `COLUMNS`."""
    return [tally.held, tally.in_time, tally.late, tally.share, tally.no_topic, tally.no_attendance, tally.no_homework]


REPORT = Report(
    "filling",
    N_("Filling of the journals"),
    N_("Lessons filled on their day, later and not at all, teacher by teacher."),
    TEACHERS,
    ("since", "until", "school_class_id", "subject_id", "staff_id"),
    make,
    order=100,
)
