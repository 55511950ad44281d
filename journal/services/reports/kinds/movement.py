"""The movement of pupils: who came, left and moved between two dates."""

from typing import Any

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.services.refusals import said
from journal.services.reports import classes
from journal.services.reports import movement as moves
from journal.services.reports.document import Column, Document, Table
from journal.services.reports.report import CLASS, Given, Report


def make(session: PolicySession, given: Given) -> Document:
    """The moves by date, and the number of pupils of each class at both ends."""
    chosen = classes.classes(session, given.year, given.school_class_id)
    ids = [klass.id for klass in chosen]
    first, last = classes.pupils(session, given.since, ids), classes.pupils(session, given.until, ids)
    table = moves.table(session, given.since, given.until, ids)
    rows: list[list[Any]] = []
    for klass in chosen:
        own = [row for row in table.rows if row[3] == klass.name]
        counts = [sum(1 for row in own if row[2] is what) for what in (moves.ARRIVED, moves.LEFT, moves.MOVED)]
        ends = [sum(pupil.class_id == klass.id for pupil in pupils) for pupils in (first, last)]
        rows.append([klass.name, ends[0], *counts, ends[1]])
    head = [
        Column(said("Class"), "text", 8),
        Column(said("At the beginning"), "whole", 10),
        Column(said("Arrived"), "whole", 10),
        Column(said("Left"), "whole", 10),
        Column(said("Moved in"), "whole", 10),
        Column(said("At the end"), "whole", 10),
    ]
    totals = [[said("Total"), *(sum(int(row[n]) for row in rows) for n in range(1, 6))]]
    return Document(
        said("Movement of students"),
        [(said("From"), given.since), (said("To"), given.until)],
        [table, Table(head, rows, totals, title=said("By class"))],
    )


REPORT = Report(
    "movement",
    N_("Movement of students"),
    N_("Arrived, left, moved between classes: dates and orders."),
    CLASS,
    ("school_class_id", "since", "until"),
    make,
    order=130,
)
