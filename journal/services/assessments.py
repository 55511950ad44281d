"""The assessment schedule: control works planned on the calendar, the rules for them, and what was really held.

The rules' source is the domain description, section 3: one control work a class a day; a subject not oftener than once in
17 days; neither in the first nor in the last lesson of the day, unless the subject has one lesson a week; at most a tenth
of a subject's lessons. A rule warns and never forbids.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import (
    AcademicYear,
    AssessmentSchedule,
    GradeLevel,
    Lesson,
    PlannedLesson,
    SchemeOfWork,
    SchoolClass,
    Subgroup,
    Subject,
    TeachingAssignment,
    WorkType,
)
from journal.services import calendar, records, settings
from journal.services.plans import laying
from journal.services.refusals import Invalid, Missing, Said, said
from journal.services.rules import rule


@dataclass
class Work:
    """A planned control work with its names, its warnings and what became of it."""

    id: int
    assignment_id: int
    class_id: int
    class_name: str
    subject_id: int
    subject: str
    subgroup: str | None
    staff_id: int
    on: date
    kind: str
    topic: str | None
    warnings: list[Said] = field(default_factory=list)
    state: str = "planned"
    """planned, held, missed (its date is over, no control work stands there)."""


def works(
    session: PolicySession,
    year: AcademicYear,
    *,
    class_id: int | None = None,
    subject_id: int | None = None,
    warn: tuple[date, date] | None = None,
) -> list[Work]:
    """The control works of a year by date; those of a span (`warn`, or the whole year) with warnings. Six queries."""
    asked: Any = (
        select(
            AssessmentSchedule.id,
            AssessmentSchedule.assignment_id,
            SchoolClass.id,
            SchoolClass.name,
            Subject.id,
            Subject.name,
            Subgroup.name,
            TeachingAssignment.staff_id,
            AssessmentSchedule.planned_on,
            WorkType.name,
            AssessmentSchedule.topic,
        )
        .join(TeachingAssignment, TeachingAssignment.id == AssessmentSchedule.assignment_id)
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(WorkType, WorkType.id == AssessmentSchedule.work_type_id)
        .outerjoin(Subgroup, Subgroup.id == TeachingAssignment.subgroup_id)
        .where(SchoolClass.academic_year_id == year.id)
        .order_by(AssessmentSchedule.planned_on, GradeLevel.number, SchoolClass.letter, Subject.name)
    )
    if class_id is not None:
        asked = asked.where(SchoolClass.id == class_id)
    found = [Work(*row) for row in session.execute(asked)]
    _warn(session, year, found, warn or (year.begins_on, year.ends_on))
    _compare(session, found)
    return [work for work in found if subject_id is None or work.subject_id == subject_id]


# --- the rules


@dataclass(frozen=True)
class Facts:
    """What the rules look at: lessons of the classes by day, how many a journal has, how often a week."""

    by_day: dict[tuple[int, date], list[tuple[int, int]]]
    """(class, day) -> (lesson number, journal)."""
    counts: dict[int, int]
    hours: dict[int, float]
    interval: int
    share: int


def _facts(session: PolicySession, year: AcademicYear, class_ids: Collection[int], days: Collection[date]) -> Facts:
    by_day: dict[tuple[int, date], list[tuple[int, int]]] = defaultdict(list)
    if days:
        for class_id, on, number, assignment_id in session.execute(
            select(Lesson.school_class_id, Lesson.held_on, Lesson.number, Lesson.assignment_id)
            .where(Lesson.school_class_id.in_(list(class_ids)), Lesson.held_on >= min(days), Lesson.held_on <= max(days))
            .where(~Lesson.is_cancelled)
        ):
            by_day[class_id, on].append((number, assignment_id))
    counts: dict[int, int] = {
        row[0]: row[1]
        for row in session.execute(
            select(Lesson.assignment_id, func.count(Lesson.id))
            .where(Lesson.school_class_id.in_(list(class_ids)), Lesson.held_on >= year.begins_on, ~Lesson.is_cancelled)
            .group_by(Lesson.assignment_id)
        )
    }
    hours = {
        row[0]: float(row[1])
        for row in session.execute(
            select(TeachingAssignment.id, TeachingAssignment.hours_a_week).where(
                TeachingAssignment.school_class_id.in_(list(class_ids))
            )
        )
    }
    interval, share = (settings.whole(session, name) for name in ("assessment_interval_days", "assessment_share"))
    return Facts(by_day, counts, hours, interval, share)


def _warn(session: PolicySession, year: AcademicYear, found: list[Work], span: tuple[date, date]) -> None:
    asked = [work for work in found if span[0] <= work.on <= span[1]]
    facts = _facts(session, year, {work.class_id for work in asked}, {work.on for work in asked})
    by_class: dict[int, list[Work]] = defaultdict(list)
    for work in found:
        by_class[work.class_id].append(work)
    for work in asked:
        work.warnings = list(_warnings(work, by_class[work.class_id], facts))


def _warnings(work: Work, others: list[Work], facts: Facts) -> Iterable[Said]:
    """What is against a work on its date, beside the other works of its class."""
    yield from _same_day(work, others)
    yield from _too_often(work, others, facts)
    yield from _at_the_edge(work, facts)
    own = sum(1 for other in others if other.assignment_id == work.assignment_id)
    lessons = facts.counts.get(work.assignment_id, 0)
    if lessons and own * 100 > lessons * facts.share:
        yield said(
            "%(count)d control works in %(lessons)d lessons: more than %(share)d %%.",
            count=own,
            lessons=lessons,
            share=facts.share,
        )


def _same_day(work: Work, others: list[Work]) -> Iterable[Said]:
    for other in others:
        if other is not work and other.on == work.on and other.subject_id != work.subject_id:
            yield said("Another control work of the class on this day: %(subject)s.", subject=other.subject)


def _too_often(work: Work, others: list[Work], facts: Facts) -> Iterable[Said]:
    for other in others:
        gap = (work.on - other.on).days
        if other.assignment_id == work.assignment_id and other is not work and 0 < gap < facts.interval:
            yield said("The control work before was on %(day)s: less than %(days)d days.", day=other.on, days=facts.interval)


def _at_the_edge(work: Work, facts: Facts) -> Iterable[Said]:
    lessons = facts.by_day.get((work.class_id, work.on), [])
    mine = [number for number, assignment_id in lessons if assignment_id == work.assignment_id]
    if not mine:
        yield said("The journal has no lesson on this day.")
        return
    first, last = min(number for number, _ in lessons), max(number for number, _ in lessons)
    once_a_week = facts.hours.get(work.assignment_id, 0) <= 1
    if not once_a_week and all(number in (first, last) for number in mine):
        yield said("Lesson %(number)d is the first or the last of the day.", number=mine[0])


def _compare(session: PolicySession, found: list[Work]) -> None:
    """Whether a control work was held where one was planned."""
    past = {work.assignment_id for work in found if work.on < clock.today()}
    held: set[tuple[int, date]] = set()
    ids = sorted(past)
    for start in range(0, len(ids), 500):
        rows = session.execute(
            select(Lesson.assignment_id, Lesson.held_on)
            .join(WorkType, WorkType.id == Lesson.work_type_id)
            .where(Lesson.assignment_id.in_(ids[start : start + 500]), WorkType.is_control, ~Lesson.is_cancelled)
        )
        held.update((row[0], row[1]) for row in rows)
    for work in found:
        if (work.assignment_id, work.on) in held:
            work.state = "held"
        elif work.on < clock.today():
            work.state = "missed"


# --- verbs


def check(session: PolicySession, assignment_id: int, on: date) -> list[Said]:
    """What would be against a control work of a journal on a date. Raises `Missing`."""
    assignment = session.get(TeachingAssignment, assignment_id)
    if assignment is None:
        raise Missing
    klass = session.get(SchoolClass, assignment.school_class_id)
    subject = session.get(Subject, assignment.subject_id)
    year = session.get(AcademicYear, klass.academic_year_id) if klass else None
    if klass is None or subject is None or year is None:
        raise Missing
    others = works(session, year, class_id=klass.id)
    one = Work(0, assignment_id, klass.id, klass.name, subject.id, subject.name, None, assignment.staff_id, on, "", None)
    facts = _facts(session, year, {klass.id}, {on})
    return list(_warnings(one, [*others, one], facts))


def plan(session: PolicySession, assignment_id: int, on: date, work_type_id: int, topic: str = "") -> AssessmentSchedule:
    """Put a control work on the calendar; the rules warn (`check`), they don't forbid."""
    values = {"assignment_id": assignment_id, "planned_on": on, "work_type_id": work_type_id, "topic": topic.strip() or None}
    return records.create(session, AssessmentSchedule, values)


def is_unplanned(session: PolicySession, lesson: Lesson) -> bool:
    """Whether a lesson has a control work that the schedule doesn't know."""
    kind = session.get(WorkType, lesson.work_type_id) if lesson.work_type_id else None
    if kind is None or not kind.is_control:
        return False
    asked = select(AssessmentSchedule.id).where(
        AssessmentSchedule.assignment_id == lesson.assignment_id, AssessmentSchedule.planned_on == lesson.held_on
    )
    return session.scalar(asked) is None


def remove(session: PolicySession, work_id: int) -> None:
    """Take a control work off the calendar."""
    found = session.get(AssessmentSchedule, work_id)
    if found is None:
        raise Missing
    records.delete(session, found)


@rule(AssessmentSchedule)
def _inside_the_year(session: PolicySession, work: AssessmentSchedule, act: str) -> None:
    """A control work is of a kind that is one, on a school day of the journal's year."""
    if act == "delete":
        return
    year = session.scalar(
        select(AcademicYear)
        .join(SchoolClass, SchoolClass.academic_year_id == AcademicYear.id)
        .join(TeachingAssignment, TeachingAssignment.school_class_id == SchoolClass.id)
        .where(TeachingAssignment.id == work.assignment_id)
    )
    if year is not None and not year.begins_on <= work.planned_on <= year.ends_on:
        raise Invalid({"planned_on": said(N_("This date is out of the academic year."))})


def fill_from_plans(session: PolicySession, year: AcademicYear) -> int:
    """Put the control works of the bound schemes of work on the calendar; gives how many were new.

    A row's date is that of the lesson that took it; a row not taken yet falls on the lessons to come (`plans.laying`).
    """
    asked = select(AssessmentSchedule.assignment_id, AssessmentSchedule.planned_on)
    present = {(row[0], row[1]) for row in session.execute(asked)}
    plans = _planned(session, year)
    lessons = laying.slots(session, plans)
    made = 0
    for assignment_id, rows in plans.items():
        dates = laying.lay([row for row, _ in rows], lessons[assignment_id]).dates
        for row, is_control in rows:
            on = dates.get(row.id)
            if is_control and row.work_type_id and on is not None and (assignment_id, on) not in present:
                plan(session, assignment_id, on, row.work_type_id, row.topic[:300])
                present.add((assignment_id, on))
                made += 1
    return made


def _planned(session: PolicySession, year: AcademicYear) -> dict[int, list[tuple[PlannedLesson, bool]]]:
    """Journal -> the rows of its scheme of work in order, each with whether it is a control work; only where one is."""
    found: dict[int, list[tuple[PlannedLesson, bool]]] = defaultdict(list)
    for assignment_id, row, is_control in session.execute(
        select(SchemeOfWork.assignment_id, PlannedLesson, func.coalesce(WorkType.is_control, False))
        .join(PlannedLesson, PlannedLesson.scheme_of_work_id == SchemeOfWork.id)
        .join(TeachingAssignment, TeachingAssignment.id == SchemeOfWork.assignment_id)
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .outerjoin(WorkType, WorkType.id == PlannedLesson.work_type_id)
        .where(SchoolClass.academic_year_id == year.id)
        .order_by(SchemeOfWork.assignment_id, PlannedLesson.number)
    ):
        found[assignment_id or 0].append((row, bool(is_control)))
    return {assignment_id: rows for assignment_id, rows in found.items() if any(is_control for _, is_control in rows)}


def current(session: PolicySession) -> AcademicYear:
    """The year of the schedule. Raises `Invalid` where there is none."""
    year = calendar.current_year(session)
    if year is None:
        raise Invalid({"": said(N_("There is no current academic year yet."))})
    return year
