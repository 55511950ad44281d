"""How a class is doing in a period: averages and final marks by subject, against the period before, and who is at risk."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlalchemy import func, select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import AcademicYear, GradingPeriod, Lesson, Mark, TeachingAssignment, WorkType
from journal.services import calendar, formulas, settings
from journal.services.refusals import Missing, Said, said
from journal.services.reports import attendance, classes
from journal.services.reports.document import Chart, Series

FEWEST = 3
"""Marks that an average needs before its fall says anything."""
GOOD = frozenset({"3", "4", "5"})

Given = list[tuple[str, Decimal]]


@dataclass
class Cell:
    """A pupil in a subject."""

    average: Decimal | None = None
    before: Decimal | None = None
    """The average of the period before."""
    final: str | None = None
    count: int = 0
    has_open_two: bool = False
    """A 2 after which no better mark was given."""

    @property
    def change(self) -> Decimal | None:
        """How much better than in the period before."""
        return self.average - self.before if self.average is not None and self.before is not None else None


@dataclass
class Line:
    """A pupil with all subjects."""

    pupil: classes.Pupil
    cells: dict[int, Cell] = field(default_factory=dict)
    average: Decimal | None = None
    before: Decimal | None = None
    missed: int = 0
    risks: list[Said] = field(default_factory=list)
    weight: int = 0
    """What to see to first: a fallen average counts once, a 2 twice, many lessons missed three times."""


@dataclass(frozen=True)
class Sheet:
    """The class in a period. `subjects`: id -> name, those in which marks are given."""

    klass: classes.Klass
    periods: list[GradingPeriod]
    period: GradingPeriod
    subjects: dict[int, str]
    lines: list[Line]

    @property
    def at_risk(self) -> list[Line]:
        """The worst first."""
        return sorted((line for line in self.lines if line.risks), key=lambda line: (-line.weight, line.pupil.name))


def of_class(session: PolicySession, year: AcademicYear, class_id: int, period_id: int | None, today: date) -> Sheet:
    """The sheet of a class; the period of today by default. Raises `Missing`. A fixed number of queries."""
    klass = classes.classes(session, year, class_id)[0]
    periods = calendar.periods(session, year.id, klass.period_kind)
    chosen = next((one for one in periods if one.id == period_id), None)
    if period_id is not None and chosen is None:
        raise Missing
    period = chosen or calendar.period_at(periods, today)
    if period is None:
        raise Missing
    journals = [one for one in classes.journals(session, year, class_id=class_id) if one.has_marks]
    on = min(period.ends_on, max(today, period.begins_on))
    lines = {pupil.id: Line(pupil) for pupil in classes.pupils(session, on, [class_id])}
    _averages(session, class_id, period, periods, lines)
    kind = classes.kind_of(period)
    of_journal = {one.id: one.subject_id for one in journals}
    for (journal, student, of_period, of_kind), value in classes.finals(session, of_journal).items():
        if of_period == period.id and of_kind == kind and student in lines:
            lines[student].cells.setdefault(of_journal[journal], Cell()).final = value
    missed = attendance.load(session, period.begins_on, on, [class_id])
    limits = _limits(session)
    subjects = dict(sorted({one.subject_id: one.subject for one in journals}.items(), key=lambda pair: pair[1]))
    for line in lines.values():
        line.missed = missed.of(class_id, line.pupil.id).lesson_count
        line.risks, line.weight = _risks(line, subjects, *limits)
    return Sheet(klass, periods, period, subjects, list(lines.values()))


def _before(period: GradingPeriod, periods: list[GradingPeriod]) -> GradingPeriod | None:
    earlier = [one for one in periods if one.kind == period.kind and one.ends_on < period.begins_on]
    return earlier[-1] if earlier else None


def _averages(
    session: PolicySession, class_id: int, period: GradingPeriod, periods: list[GradingPeriod], lines: dict[int, Line]
) -> None:
    """Marks of the period and of the one before it, in the order of lessons. One query."""
    before = _before(period, periods)
    since = before.begins_on if before else period.begins_on
    now: dict[tuple[int, int], Given] = defaultdict(list)
    then: dict[tuple[int, int], Given] = defaultdict(list)
    for student_id, subject_id, value, weight, on in session.execute(
        select(Mark.student_id, TeachingAssignment.subject_id, Mark.value, func.coalesce(WorkType.weight, 1), Lesson.held_on)
        .join(Lesson, Lesson.id == Mark.lesson_id)
        .join(TeachingAssignment, TeachingAssignment.id == Mark.assignment_id)
        .outerjoin(WorkType, WorkType.id == func.coalesce(Mark.work_type_id, Lesson.work_type_id))
        .where(Lesson.school_class_id == class_id, Lesson.held_on >= since, Lesson.held_on <= period.ends_on)
        .order_by(Lesson.held_on, Lesson.number, Mark.position)
    ):
        place = student_id, subject_id
        if on >= period.begins_on:
            now[place].append((value, Decimal(weight)))
        elif before and on <= before.ends_on:
            then[place].append((value, Decimal(weight)))
    for (student_id, subject_id), given in {**then, **now}.items():
        if student_id not in lines:
            continue
        given = now.get((student_id, subject_id), [])
        earlier = then.get((student_id, subject_id), [])
        lines[student_id].cells[subject_id] = Cell(
            formulas.weighted(given),
            formulas.weighted(earlier) if len(earlier) >= FEWEST else None,
            None,
            len(given),
            _has_open_two([value for value, _ in given]),
        )
    for student_id, line in lines.items():
        line.average = formulas.weighted(pair for (who, _), given in now.items() if who == student_id for pair in given)
        line.before = formulas.weighted(pair for (who, _), given in then.items() if who == student_id for pair in given)


def _has_open_two(values: list[str]) -> bool:
    last_two = max((n for n, value in enumerate(values) if value in ("1", "2")), default=-1)
    return last_two >= 0 and not any(value in GOOD for value in values[last_two + 1 :])


def _limits(session: PolicySession) -> tuple[Decimal, int]:
    """How far an average may fall, and how many lessons may be missed in a period."""
    try:
        fall = Decimal(settings.value(session, "risk_fall").replace(",", "."))
    except InvalidOperation:
        fall = Decimal(settings.DEFAULTS["risk_fall"])
    return fall, settings.whole(session, "risk_missed")


def _risks(line: Line, subjects: dict[int, str], fall: Decimal, most_missed: int) -> tuple[list[Said], int]:
    found = []
    fallen = [
        subjects[subject_id]
        for subject_id, cell in line.cells.items()
        if subject_id in subjects and cell.count >= FEWEST and cell.change is not None and -cell.change >= fall
    ]
    if fallen:
        found.append(said(N_("average falls: %(subjects)s"), subjects=", ".join(sorted(fallen))))
    twos = [subjects[id_] for id_, cell in line.cells.items() if id_ in subjects and cell.has_open_two]
    if twos:
        found.append(said(N_("a 2 not made good: %(subjects)s"), subjects=", ".join(sorted(twos))))
    if line.missed >= most_missed:
        found.append(said(N_("lessons missed: %(count)d"), count=line.missed))
    return found, len(fallen) + 2 * len(twos) + (3 if line.missed >= most_missed else 0)


def chart(session: PolicySession, student_id: int, year: AcademicYear, until: date) -> Chart:
    """A pupil's average by month of the year. One query."""
    marks: dict[date, Given] = defaultdict(list)
    for value, weight, on in session.execute(
        select(Mark.value, func.coalesce(WorkType.weight, 1), Lesson.held_on)
        .join(Lesson, Lesson.id == Mark.lesson_id)
        .outerjoin(WorkType, WorkType.id == func.coalesce(Mark.work_type_id, Lesson.work_type_id))
        .where(Mark.student_id == student_id, Lesson.held_on >= year.begins_on, Lesson.held_on <= until)
    ):
        marks[on.replace(day=1)].append((value, Decimal(weight)))
    months = sorted(marks)
    means = [formulas.weighted(marks[month]) for month in months]
    values = [round(float(mean), 2) if mean is not None else None for mean in means]
    labels = [said(MONTHS[month.month - 1]) for month in months]
    return Chart("line", said(N_("Average by month")), labels, [Series(said(N_("Average")), values)], highest=5, lowest=1)


MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May|month"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip
