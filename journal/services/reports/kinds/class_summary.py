"""The summary sheet of a class: pupils by subjects, the final marks of each period."""

from typing import Any

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import GradingPeriod
from journal.services.formulas import distribution
from journal.services.refusals import said
from journal.services.reports import classes
from journal.services.reports.document import Column, Document, Table
from journal.services.reports.report import CLASS, Given, Report

OTHER_KINDS = (("year", said("final|year")), ("exam", said("final|exam")), ("final", said("final|final")))


def make(session: PolicySession, given: Given) -> Document:
    """One column a subject where a period is chosen; else under each subject its periods, year, exam and final."""
    klass = classes.classes(session, given.year, given.school_class_id)[0]
    own = [journal for journal in classes.journals(session, given.year, class_id=klass.id) if journal.has_marks]
    marks = classes.finals(session, [journal.id for journal in own])
    spans = classes.periods(session, given.year)[klass.period_kind]
    begun = [span for span in spans if span.begins_on <= given.today]
    on = classes.last_day(given.period, given) if given.period else given.until
    pupils = classes.pupils(session, on, [klass.id])
    by_subject = _by_subject(own)
    slots = _slots(begun, marks, given.period)
    head = [Column("№", "whole", 4), Column(said("Student"), "text", 26)]
    for subject in by_subject:
        several = len(slots) > 1
        head += [Column(label if several else subject, "mark", 5, subject if several else "") for _, label in slots]
    rows = [
        [n, pupil.name, *(_mark(ids, pupil.id, key, marks) for ids in by_subject.values() for key, _ in slots)]
        for n, pupil in enumerate(pupils, 1)
    ]
    document = Document(
        said("Summary sheet of progress"),
        [(said("Class"), klass.name), (said("Academic year"), given.year.name), (said("Class teacher"), klass.teacher)],
        [Table(head, rows, _totals(rows), empty=said("Nobody is enrolled in this class."))],
        landscape=True,
        signatures=[(said("Class teacher"), klass.teacher)],
    )
    if given.period:
        document.facts.insert(2, (said("Period"), given.period.name))
    return document


def _by_subject(own: list[classes.Journal]) -> dict[str, list[int]]:
    """Subject -> its journals: a pupil is in one of the subgroups."""
    found: dict[str, list[int]] = {}
    for journal in own:
        found.setdefault(journal.subject, []).append(journal.id)
    return found


Key = tuple[int | None, str]


def _slots(spans: list[GradingPeriod], marks: classes.Finals, chosen: GradingPeriod | None) -> list[tuple[Key, Any]]:
    """What stands under a subject: periods, then the year, the exam and the final mark where there are any."""
    if chosen is not None:
        return [((chosen.id, classes.kind_of(chosen)), chosen.name)]
    found: list[tuple[Key, Any]] = [
        ((p.id, "period"), str(n)) for n, p in enumerate((p for p in spans if p.kind != "year"), 1)
    ]
    kinds = {key[3] for key in marks}
    return found + [((None, kind), label) for kind, label in OTHER_KINDS if kind in kinds]


def _mark(ids: list[int], student_id: int, key: Key, marks: classes.Finals) -> str | None:
    period_id, kind = key
    for journal_id in ids:
        if period_id is not None and (journal_id, student_id, period_id, kind) in marks:
            return marks[journal_id, student_id, period_id, kind]
    if period_id is None:
        found = [value for (j, s, _, k), value in marks.items() if j in ids and s == student_id and k == kind]
        return found[-1] if found else None
    return None


def _totals(rows: list[list[Any]]) -> list[list[Any]]:
    """Pass rate, quality and average under each column."""
    if not rows:
        return []
    spreads = [distribution(column) for column in list(zip(*rows, strict=True))[2:]]
    return [
        [None, said("Pass rate, %"), *(_whole(one.pass_rate) for one in spreads)],
        [None, said("Quality rate, %"), *(_whole(one.quality_rate) for one in spreads)],
    ]


def _whole(value: Any) -> int | None:
    return None if value is None else round(value)


REPORT = Report(
    "class-summary",
    N_("Summary sheet of progress"),
    N_("Pupils by subjects with the final marks of a period or of the whole year."),
    CLASS,
    ("school_class_id", "period"),
    make,
    frozenset({"school_class_id"}),
    order=10,
)
