"""Quality of final marks by class, by subject and from period to period."""

from collections import defaultdict
from typing import Any

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.services.formulas import Distribution
from journal.services.refusals import said
from journal.services.reports import classes, rates
from journal.services.reports.document import Chart, Column, Document, Series, Table
from journal.services.reports.report import OFFICE, Given, Report


def make(session: PolicySession, given: Given) -> Document:
    """The rates of a period by class and by subject, and how they went from period to period."""
    assert given.period is not None
    kinds = {klass.id: klass.period_kind for klass in classes.classes(session, given.year)}
    own = [one for one in classes.journals(session, given.year) if one.has_marks]
    marks = classes.finals(session, [one.id for one in own])
    here = [one for one in own if given.period.kind in (kinds[one.class_id], "year")]
    rolls = classes.rolls(session, here, classes.last_day(given.period, given))
    by_class: dict[str, Distribution] = defaultdict(Distribution)
    by_subject: dict[str, Distribution] = defaultdict(Distribution)
    total = Distribution()
    for one in here:
        spread = classes.spread(rolls[one.id], marks, one, given.period, classes.kind_of(given.period))
        by_class[one.class_name] += spread
        by_subject[one.subject] += spread
        total += spread
    tables = []
    for label, found in ((said("Class"), by_class), (said("Subject"), dict(sorted(by_subject.items())))):
        rows: list[list[Any]] = [[name, *rates.values(spread)] for name, spread in found.items()]
        totals = [[said("Total"), *rates.values(total)]] if rows else []
        tables.append(
            Table(
                [Column(label, "text", 26), *rates.COLUMNS],
                rows,
                totals,
                empty=said("There are no final marks yet."),
            )
        )
    trend = _trend(session, given, own, kinds, marks)
    return Document(
        said("Quality by class and subject"),
        [(said("Period"), given.period.name), (said("Academic year"), given.year.name)],
        [*tables, trend[0]],
        [
            _bars(said("Quality rate by class, %"), by_class),
            _bars(said("Quality rate by subject, %"), dict(sorted(by_subject.items()))),
            trend[1],
        ],
        landscape=True,
    )


def _bars(title: Any, found: dict[str, Distribution]) -> Chart:
    return Chart(
        "bars", title, list(found), [Series(said("Quality rate, %"), [_number(one.quality_rate) for one in found.values()])]
    )


def _number(value: Any) -> float | None:
    return None if value is None else round(float(value), 1)


def _trend(
    session: PolicySession, given: Given, own: list[classes.Journal], kinds: dict[int, str], marks: classes.Finals
) -> tuple[Table, Chart]:
    """Period by period of the kind that was chosen, for those that are over or begun."""
    assert given.period is not None
    kind = given.period.kind if given.period.kind != "year" else "quarter"
    spans = [p for p in classes.periods(session, given.year).get(kind, []) if p.kind == kind and p.begins_on <= given.today]
    mine = [one for one in own if kinds[one.class_id] == kind]
    found: dict[str, Distribution] = {}
    for period in spans:
        rolls = classes.rolls(session, mine, classes.last_day(period, given))
        total = Distribution()
        for one in mine:
            total += classes.spread(rolls[one.id], marks, one, period)
        if total.count:
            found[period.name] = total
    rows: list[list[Any]] = [[name, *rates.values(spread)] for name, spread in found.items()]
    table = Table([Column(said("Period"), "text", 26), *rates.COLUMNS], rows, title=said("From period to period"))
    series = [
        Series(said("Pass rate, %"), [_number(one.pass_rate) for one in found.values()]),
        Series(said("Quality rate, %"), [_number(one.quality_rate) for one in found.values()]),
    ]
    return table, Chart("line", said("From period to period, %"), list(found), series)


REPORT = Report(
    "quality",
    N_("Quality by class and subject"),
    N_("Pass and quality rates by class, by subject and from period to period, with charts."),
    OFFICE,
    ("period",),
    make,
    frozenset({"period"}),
    order=35,
)
