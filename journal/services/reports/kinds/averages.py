"""The average of marks beside the final mark: pupil, subject, average, weighted, final."""

from typing import Any

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.services import formulas
from journal.services.refusals import said
from journal.services.reports import classes, means
from journal.services.reports.document import Column, Document, Table
from journal.services.reports.report import CLASS, Given, Report


def make(session: PolicySession, given: Given) -> Document:
    """One row a pupil and subject; where the final is not what the average asks for, it says so."""
    assert given.period is not None
    klass = classes.classes(session, given.year, given.school_class_id)[0]
    own = [
        one for one in classes.journals(session, given.year, class_id=klass.id, subject_id=given.subject_id) if one.has_marks
    ]
    on = classes.last_day(given.period, given)
    rolls, marks = classes.rolls(session, own, on), classes.finals(session, [one.id for one in own])
    given_marks = means.load(session, given.period.begins_on, on, [one.id for one in own])
    kind = classes.kind_of(given.period)
    rows: list[list[Any]] = []
    for pupil in classes.pupils(session, on, [klass.id]):
        for one in own:
            if pupil.id not in rolls[one.id]:
                continue
            got = given_marks.get((one.id, pupil.id)) or means.Given()
            final = marks.get((one.id, pupil.id, given.period.id, kind))
            asks = formulas.proposal(got.weighted)
            differs = final in formulas.COUNTED and asks is not None and str(asks) != final
            rows.append(
                [
                    pupil.name,
                    one.subject,
                    len(got.marks),
                    got.average,
                    got.weighted,
                    final,
                    said("differs") if differs else None,
                ]
            )
    head = [
        Column(said("Student"), "text", 28),
        Column(said("Subject"), "text", 24),
        Column(said("Marks"), "whole", 8),
        Column(said("Average"), "number", 9),
        Column(said("Weighted average"), "number", 10),
        Column(said("Final mark"), "mark", 9),
        Column(said("Note"), "text", 12),
    ]
    facts: list[tuple[Any, Any]] = [(said("Class"), klass.name), (said("Period"), given.period.name)]
    return Document(
        said("Averages and final marks"), facts, [Table(head, rows, empty=said("Nobody is enrolled in this class."))]
    )


REPORT = Report(
    "averages",
    N_("Averages and final marks"),
    N_("Each student and subject: average, weighted average, final mark, and where they differ."),
    CLASS,
    ("school_class_id", "period", "subject_id"),
    make,
    frozenset({"school_class_id", "period"}),
    order=70,
)
