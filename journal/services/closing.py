"""The end of a period: which final marks are missing, by class and journal; the deputy closes the period when they stand."""

from dataclasses import dataclass, field

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import AcademicYear, GradingPeriod, SchoolClass
from journal.services import calendar, records
from journal.services.refusals import Invalid, Missing, said
from journal.services.reports import classes


@dataclass
class Sheet:
    """The final marks of a class in a period: pupils by journals."""

    klass: classes.Klass
    periods: list[GradingPeriod]
    period: GradingPeriod
    journals: list[classes.Journal]
    pupils: list[classes.Pupil]
    marks: dict[tuple[int, int], str]
    """(journal, pupil) -> mark."""
    roll: dict[int, set[int]]
    """Journal -> the pupils in it."""

    def missing(self, journal_id: int) -> int:
        """Pupils of a journal without a mark."""
        return sum((journal_id, pupil) not in self.marks for pupil in self.roll[journal_id])

    @property
    def missing_count(self) -> int:
        return sum(self.missing(journal.id) for journal in self.journals)


def of_class(session: PolicySession, year: AcademicYear, class_id: int, period_id: int | None) -> Sheet:
    """The sheet of a class. Raises `Missing`."""
    klass = classes.classes(session, year, class_id)[0]
    periods = calendar.periods(session, year.id, klass.period_kind)
    chosen = next((one for one in periods if one.id == period_id), None)
    if period_id is not None and chosen is None:
        raise Missing
    period = chosen or calendar.period_at(periods, clock.today())
    if period is None:
        raise Missing
    return _sheet(session, year, klass, periods, period)


def _sheet(
    session: PolicySession, year: AcademicYear, klass: classes.Klass, periods: list[GradingPeriod], period: GradingPeriod
) -> Sheet:
    on = min(period.ends_on, max(clock.today(), period.begins_on))
    journals = [one for one in classes.journals(session, year, class_id=klass.id) if one.has_marks]
    kind = classes.kind_of(period)
    marks = {
        (journal, student): value
        for (journal, student, of_period, of_kind), value in classes.finals(session, [one.id for one in journals]).items()
        if of_period == period.id and of_kind == kind
    }
    rolls = {journal: set(roll) for journal, roll in classes.rolls(session, journals, on).items()}
    return Sheet(klass, periods, period, journals, classes.pupils(session, on, [klass.id]), marks, rolls)


def leads(session: PolicySession, staff_id: int, class_id: int) -> bool:
    """Whether a person is the teacher of a class."""
    klass = session.get(SchoolClass, class_id)
    return klass is not None and klass.class_teacher_id == staff_id


@dataclass
class Progress:
    """A period with what is still missing in each class that has it."""

    period: GradingPeriod
    parts: list[tuple[classes.Klass, int]] = field(default_factory=list)

    @property
    def missing_count(self) -> int:
        return sum(count for _, count in self.parts)


def progress(session: PolicySession, year: AcademicYear) -> list[Progress]:
    """Every period of the year that has begun, the newest first. A fixed number of queries."""
    journals = [one for one in classes.journals(session, year) if one.has_marks]
    marks = classes.finals(session, [one.id for one in journals])
    known = {klass.id: klass for klass in classes.classes(session, year)}
    found = []
    for period in _begun(session, year):
        on, kind = min(period.ends_on, clock.today()), classes.kind_of(period)
        own = [one for one in journals if period.kind in (known[one.class_id].period_kind, "year")]
        counts: dict[int, int] = {}
        for journal, roll in classes.rolls(session, own, on).items():
            class_id = next(one.class_id for one in own if one.id == journal)
            lost = sum((journal, student, period.id, kind) not in marks for student in roll)
            counts[class_id] = counts.get(class_id, 0) + lost
        found.append(Progress(period, [(klass, counts[id_]) for id_, klass in known.items() if id_ in counts]))
    return found


def _begun(session: PolicySession, year: AcademicYear) -> list[GradingPeriod]:
    periods = {one.id: one for kind in classes.periods(session, year).values() for one in kind}
    begun = [one for one in periods.values() if one.begins_on <= clock.today()]
    return sorted(begun, key=lambda one: (one.ends_on, one.kind == "year"), reverse=True)


def close(session: PolicySession, period_id: int, *, is_closed: bool) -> GradingPeriod:
    """Close a period, or open it again. Raises `Missing`, `Forbidden`, and `Invalid` before its last day."""
    period = session.get(GradingPeriod, period_id)
    if period is None:
        raise Missing
    if is_closed and period.ends_on > clock.today():
        raise Invalid({"": said(N_("The period is not over yet."))})
    return records.change(session, period, {"is_closed": is_closed})
