"""Who misses lessons: pupils with at least so many misses of chosen reasons."""

from typing import Any

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.services.refusals import said
from journal.services.reports import attendance, classes
from journal.services.reports.document import Column, Document, Table
from journal.services.reports.report import CLASS, Given, Report


def make(session: PolicySession, given: Given) -> Document:
    """Pupils of the class, or of all classes that may be chosen, the most misses first."""
    chosen = classes.classes(session, given.year, given.school_class_id)
    ids = [klass.id for klass in chosen]
    names = {klass.id: klass.name for klass in chosen}
    register = attendance.load(session, given.since, given.until, ids)
    counted = [reason for reason in register.reasons if not given.reason_ids or reason.id in given.reason_ids]
    rows: list[list[Any]] = []
    for pupil in classes.pupils(session, given.until, ids):
        one = register.of(pupil.class_id, pupil.id)
        by_reason = [one.lessons.get(reason.id, 0) for reason in counted]
        if sum(by_reason) >= given.least:
            days = sum(one.days.get(reason.id, 0) for reason in counted)
            last = max((on for on, reasons in one.by_day.items() if {r.id for r in counted} & set(reasons)), default=None)
            rows.append([pupil.name, names[pupil.class_id], sum(by_reason), *by_reason, days, last])
    rows.sort(key=lambda row: (-row[2], row[1], row[0]))
    head = [
        Column(said("Student"), "text", 28),
        Column(said("Class"), "text", 8),
        Column(said("Lessons missed"), "whole", 10),
    ]
    head += [Column(reason.letter, "whole", 6) for reason in counted]
    head += [Column(said("Days missed"), "whole", 10), Column(said("Last missed"), "date", 11)]
    return Document(
        said("Students who miss lessons"),
        [(said("From"), given.since), (said("To"), given.until), (said("Lessons missed, at least"), given.least)],
        [Table(head, rows, empty=said("Nobody has missed so many lessons."))],
    )


REPORT = Report(
    "frequent-absences",
    N_("Students who miss lessons"),
    N_("Students with at least so many lessons missed for chosen reasons."),
    CLASS,
    ("school_class_id", "since", "until", "least", "reason_ids"),
    make,
    order=60,
)
