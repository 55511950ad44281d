"""The attendance sheet of a class: pupils by days, lessons and days missed by reason."""

from datetime import date, timedelta
from typing import Any

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.services.refusals import said
from journal.services.reports import attendance, classes
from journal.services.reports.document import Column, Document, Table, total_of
from journal.services.reports.report import CLASS, Given, Report

MOST_DAYS = 31


def make(session: PolicySession, given: Given) -> Document:
    """A day's cell is the number of lessons missed; a month at most stands day by day, a longer span in totals alone."""
    klass = classes.classes(session, given.year, given.school_class_id)[0]
    register = attendance.load(session, given.since, given.until, [klass.id])
    pupils = classes.pupils(session, given.until, [klass.id])
    days = _days(given, register)
    head = [Column("№", "whole", 4), Column(said("Student"), "text", 24)]
    head += [Column(f"{on.day}", "whole", 3.2, f"{on:%m.%Y}") for on in days]
    head += [Column(said("all"), "whole", 6, said("Lessons missed"))]
    head += [Column(reason.letter, "whole", 5, said("Lessons missed")) for reason in register.reasons]
    head += [Column(said("all"), "whole", 6, said("Days missed"))]
    head += [Column(reason.letter, "whole", 5, said("Days missed")) for reason in register.reasons]
    head += [Column(said("Late"), "whole", 7)]
    rows: list[list[Any]] = []
    for n, pupil in enumerate(pupils, 1):
        one = register.of(klass.id, pupil.id)
        rows.append(
            [
                n,
                pupil.name,
                *(len(one.by_day.get(on, ())) or None for on in days),
                one.lesson_count or None,
                *(one.lessons.get(reason.id) for reason in register.reasons),
                one.day_count or None,
                *(one.days.get(reason.id) for reason in register.reasons),
                one.late or None,
            ]
        )
    totals = [[None, *total_of(said("Total"), [row[1:] for row in rows], 1)]] if rows else []
    return Document(
        said("Summary sheet of attendance"),
        [(said("Class"), klass.name), (said("From"), given.since), (said("To"), given.until)],
        [Table(head, rows, totals, empty=said("Nobody is enrolled in this class."))],
        landscape=True,
        signatures=[(said("Class teacher"), klass.teacher)],
    )


def _days(given: Given, register: attendance.Register) -> list[date]:
    """The dates that stand in columns: school days of a month at most."""
    if (given.until - given.since).days >= MOST_DAYS:
        return []
    span = [given.since + timedelta(days=n) for n in range((given.until - given.since).days + 1)]
    touched = {on for one in register.pupils.values() for on in one.by_day}
    return [on for on in span if on.isoweekday() < 6 or on in touched]


REPORT = Report(
    "attendance-summary",
    N_("Summary sheet of attendance"),
    N_("A class by days, with totals of lessons and days by reason."),
    CLASS,
    ("school_class_id", "since", "until"),
    make,
    frozenset({"school_class_id"}),
    order=40,
)
