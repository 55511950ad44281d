"""The report of a class teacher: marks by subject, lists of pupils by success, absences, movement."""

from collections.abc import Callable

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.services.refusals import said
from journal.services.reports import attendance, classes, movement, rates
from journal.services.reports.document import Column, Document, Table, Text
from journal.services.reports.report import CLASS, Given, Report

Values = list[str]
"""The final marks of one pupil."""
LISTS: list[tuple[Text, Callable[[Values], bool]]] = [
    (said("Only 5"), lambda own: bool(own) and set(own) == {"5"}),
    (said("4 and 5"), lambda own: bool(own) and set(own) <= {"4", "5"} and own.count("4") > 1),
    (said("One 4"), lambda own: bool(own) and set(own) == {"4", "5"} and own.count("4") == 1),
    (said("One 3"), lambda own: bool(own) and set(own) <= {"3", "4", "5"} and own.count("3") == 1),
    (said("With 2"), lambda own: bool({"1", "2"} & set(own))),
    (said("Not assessed"), lambda own: "none" in own),
]
OUT = frozenset({"exempt", "pass", "fail"})


def make(session: PolicySession, given: Given) -> Document:
    """Four tables."""
    assert given.period is not None
    klass = classes.classes(session, given.year, given.school_class_id)[0]
    on = classes.last_day(given.period, given)
    own = [one for one in classes.journals(session, given.year, class_id=klass.id) if one.has_marks]
    rolls, marks = classes.rolls(session, own, on), classes.finals(session, [one.id for one in own])
    kind = classes.kind_of(given.period)
    subjects = [
        [
            one.name,
            one.teacher,
            len(rolls[one.id]),
            *rates.values(classes.spread(rolls[one.id], marks, one, given.period, kind)),
        ]
        for one in own
    ]
    pupils = classes.pupils(session, on, [klass.id])
    values: dict[int, Values] = {pupil.id: [] for pupil in pupils}
    for (_, student_id, period_id, of_kind), value in marks.items():
        if period_id == given.period.id and of_kind == kind and student_id in values and value not in OUT:
            values[student_id].append(value)
    lists: list[list[object]] = []
    for label, test in LISTS:
        names = [pupil.name for pupil in pupils if test(values[pupil.id])]
        lists.append([label, len(names), ", ".join(names)])
    return Document(
        said("Report of a class teacher"),
        [
            (said("Class"), klass.name),
            (said("Period"), given.period.name),
            (said("Academic year"), given.year.name),
            (said("Students at the end"), len(pupils)),
        ],
        [
            Table(
                [
                    Column(said("Subject"), "text", 26),
                    Column(said("Teacher"), "text", 20),
                    Column(said("Students"), "whole", 8),
                    *rates.COLUMNS,
                ],
                subjects,
                title=said("By subject"),
            ),
            Table(
                [Column(said("List"), "text", 16), Column(said("Students"), "whole", 8), Column(said("Who"), "text", 80)],
                lists,
                title=said("Success"),
            ),
            _absences(session, given, klass, pupils),
            movement.table(session, given.period.begins_on, on, [klass.id]),
        ],
        signatures=[(said("Class teacher"), klass.teacher)],
        landscape=True,
    )


def _absences(session: PolicySession, given: Given, klass: classes.Klass, pupils: list[classes.Pupil]) -> Table:
    assert given.period is not None
    register = attendance.load(session, given.period.begins_on, classes.last_day(given.period, given), [klass.id])
    total = [register.of(klass.id, pupil.id) for pupil in pupils]
    rows: list[list[object]] = [
        [
            f"{reason.letter} — {reason.name}",
            sum(one.lessons[reason.id] for one in total),
            sum(one.days[reason.id] for one in total),
        ]
        for reason in register.reasons
    ]
    totals = [[said("Total"), sum(one.lesson_count for one in total), sum(one.day_count for one in total)]]
    head = [
        Column(said("Reason"), "text", 30),
        Column(said("Lessons missed"), "whole", 12),
        Column(said("Days missed"), "whole", 12),
    ]
    return Table(head, rows, totals, title=said("Absences"))


REPORT = Report(
    "class-teacher",
    N_("Report of a class teacher"),
    N_("By subject, and who has only 5, one 4, one 3, a 2; absences and movement."),
    CLASS,
    ("school_class_id", "period"),
    make,
    frozenset({"school_class_id", "period"}),
    order=30,
)
