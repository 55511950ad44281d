"""The report of a subject teacher: how the final marks of each class are spread."""

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.services.formulas import Distribution
from journal.services.refusals import said
from journal.services.reports import classes, rates
from journal.services.reports.document import Column, Document, Table
from journal.services.reports.report import TEACHERS, Given, Report


def make(session: PolicySession, given: Given) -> Document:
    """One row a journal, and all of them together."""
    assert given.period is not None
    own = [one for one in classes.journals(session, given.year, staff_id=given.staff_id) if one.has_marks]
    kinds = {klass.id: klass.period_kind for klass in classes.classes(session, given.year)}
    own = [one for one in own if given.period.kind in (kinds[one.class_id], "year")]
    rolls = classes.rolls(session, own, classes.last_day(given.period, given))
    marks = classes.finals(session, [one.id for one in own])
    rows, total = [], Distribution()
    for one in own:
        spread = classes.spread(rolls[one.id], marks, one, given.period, classes.kind_of(given.period))
        total += spread
        rows.append([one.class_name, one.name, len(rolls[one.id]), *rates.values(spread)])
    teacher = own[0].teacher if own else ""
    head = [Column(said("Class"), "text", 8), Column(said("Subject"), "text", 28), Column(said("Students"), "whole", 8)]
    totals = [[said("Total"), None, sum(row[2] for row in rows), *rates.values(total)]] if rows else []
    return Document(
        said("Report of a subject teacher"),
        [(said("Teacher"), teacher), (said("Period"), given.period.name), (said("Academic year"), given.year.name)],
        [Table([*head, *rates.COLUMNS], rows, totals, empty=said("No journal of this teacher has this period."))],
        signatures=[(said("Teacher"), teacher)],
        landscape=True,
    )


REPORT = Report(
    "subject-teacher",
    N_("Report of a subject teacher"),
    N_("By class: counts of marks, pass rate, quality, achievement index, average."),
    TEACHERS,
    ("staff_id", "period"),
    make,
    frozenset({"staff_id", "period"}),
    order=20,
)
