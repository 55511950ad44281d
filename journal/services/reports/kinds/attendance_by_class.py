"""Attendance by class: whole days and lessons missed by reason, lateness; by month as a chart."""

from collections import defaultdict
from typing import Any

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.services.refusals import said
from journal.services.reports import attendance, classes
from journal.services.reports.document import Chart, Column, Document, Series, Table, total_of
from journal.services.reports.report import OFFICE, Given, Report


def make(session: PolicySession, given: Given) -> Document:
    """One row a class; beside it the lessons missed a pupil by month."""
    chosen = classes.classes(session, given.year)
    ids = [klass.id for klass in chosen]
    register = attendance.load(session, given.since, given.until, ids)
    pupils: dict[int, int] = defaultdict(int)
    for pupil in classes.pupils(session, given.until, ids):
        pupils[pupil.class_id] += 1
    by_month: dict[str, int] = defaultdict(int)
    rows: list[list[Any]] = []
    for klass in chosen:
        own = [one for (class_id, _), one in register.pupils.items() if class_id == klass.id]
        for one in own:
            for on, reasons in one.by_day.items():
                by_month[f"{on:%Y-%m}"] += len(reasons)
        lessons, days = sum(one.lesson_count for one in own), sum(one.day_count for one in own)
        rows.append(
            [
                klass.name,
                pupils[klass.id],
                days,
                *(sum(one.days.get(reason.id, 0) for one in own) for reason in register.reasons),
                lessons,
                *(sum(one.lessons.get(reason.id, 0) for one in own) for reason in register.reasons),
                sum(one.late for one in own),
                round(lessons / pupils[klass.id], 2) if pupils[klass.id] else None,
            ]
        )
    head = [Column(said("Class"), "text", 8), Column(said("Students"), "whole", 9)]
    for group in (said("Days missed"), said("Lessons missed")):
        head += [Column(said("all"), "whole", 7, group)]
        head += [Column(reason.letter, "whole", 6, group) for reason in register.reasons]
    head += [Column(said("Late"), "whole", 8), Column(said("Lessons a student"), "number", 10)]
    totals = [[*total_of(said("Total"), [row[:-1] for row in rows], 1), None]] if rows else []
    return Document(
        said("Attendance by class"),
        [(said("From"), given.since), (said("To"), given.until)],
        [Table(head, rows, totals, empty=said("There are no classes in this year."))],
        [_chart(by_month, sum(pupils.values()))],
        landscape=True,
    )


def _chart(by_month: dict[str, int], pupils: int) -> Chart:
    months = sorted(by_month)
    values = [round(by_month[month] / pupils, 2) if pupils else None for month in months]
    labels = [f"{month[5:]}.{month[:4]}" for month in months]
    top = max((value or 0 for value in values), default=1) or 1
    return Chart(
        "bars", said("Lessons missed a student, by month"), labels, [Series(said("Lessons"), values)], highest=top * 1.15
    )


REPORT = Report(
    "attendance-by-class",
    N_("Attendance by class"),
    N_("Whole days and lessons missed by reason, and lateness, class by class."),
    OFFICE,
    ("since", "until"),
    make,
    order=50,
)
