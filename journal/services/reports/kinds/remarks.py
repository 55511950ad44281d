"""The remarks on journal keeping of a span, with answers and what became of them."""

from typing import Any

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import JournalRemark, TeachingAssignment
from journal.schema.control import REMARK_STATES
from journal.services.control import remarks
from journal.services.refusals import Said, said
from journal.services.reports.document import Column, Document, Table
from journal.services.reports.report import TEACHERS, Given, Report

MOST = 2000


def make(session: PolicySession, given: Given) -> Document:
    """One row a remark."""
    since, until = clock.day_begins_at(given.since), clock.day_ends_at(given.until)
    conditions: list[Any] = [JournalRemark.written_at >= since, JournalRemark.written_at < until]
    if given.staff_id is not None:
        conditions.append(TeachingAssignment.staff_id == given.staff_id)
    found = remarks.listed(session, *conditions, limit=MOST)
    return Document(
        said("Remarks on journal keeping"),
        [(said("From"), given.since), (said("To"), given.until)],
        [table(found)],
        landscape=True,
    )


def table(found: list[remarks.Remark]) -> Table:
    """Remarks as a table."""
    rows: list[list[Any]] = [
        [
            clock.local(one.row.written_at).date(),
            one.teacher,
            one.class_name,
            one.subject,
            one.row.text,
            one.row.due_on,
            Said(REMARK_STATES[one.row.state]),
            one.row.fixed_on,
            one.row.answer,
            one.author,
        ]
        for one in found
    ]
    head = [
        Column(said("Date"), "date", 10),
        Column(said("Teacher"), "text", 18),
        Column(said("Class"), "text", 6),
        Column(said("Subject"), "text", 16),
        Column(said("Remark"), "text", 34),
        Column(said("Term"), "date", 10),
        Column(said("State"), "text", 10),
        Column(said("Mended on"), "date", 10),
        Column(said("Answer"), "text", 20),
        Column(said("Author"), "text", 16),
    ]
    return Table(head, rows, empty=said("There are no remarks."))


REPORT = Report(
    "remarks",
    N_("Remarks on journal keeping"),
    N_("Remarks of a span with their terms, answers and states."),
    TEACHERS,
    ("since", "until", "staff_id"),
    make,
    order=110,
)
