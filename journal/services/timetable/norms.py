"""The sanitary norms as warnings: they never forbid, they say what an inspector would say."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import SchoolClass, SubjectDifficulty, TimetableNorm
from journal.services.refusals import Said, said
from journal.services.timetable.board import Placed

HARD_FROM, HARD_FROM_PRIMARY = 8, 7
BEST_LESSONS = range(2, 5)


@dataclass(frozen=True)
class Norms:
    """The norms in force for the classes asked about."""

    week_max: Mapping[int, int]
    day_max: Mapping[int, int]
    points: Mapping[tuple[int, int], int]


def in_force(session: PolicySession, on: date) -> Norms:
    """Class id -> limits, (subject id, grade level id) -> difficulty, on a date. Two queries."""
    week: dict[int, int] = {}
    day: dict[int, int] = {}
    limits = session.execute(
        select(SchoolClass.id, TimetableNorm.week_max, TimetableNorm.day_max)
        .join(
            TimetableNorm,
            (TimetableNorm.grade_level_id == SchoolClass.grade_level_id)
            & (TimetableNorm.days_a_week == SchoolClass.days_a_week),
        )
        .where(TimetableNorm.valid_from <= on)
        .order_by(TimetableNorm.valid_from)
    )
    for class_id, week_max, day_max in limits:
        week[class_id], day[class_id] = week_max, day_max
    rows = session.execute(
        select(SubjectDifficulty.subject_id, SubjectDifficulty.grade_level_id, SubjectDifficulty.points)
        .where(SubjectDifficulty.valid_from <= on)
        .order_by(SubjectDifficulty.valid_from)
    )
    return Norms(week, day, {(subject, grade): points for subject, grade, points in rows})


def warnings(class_id: int, board: Iterable[Placed], norms: Norms, looked_at: Placed | None = None) -> list[Said]:
    """What the norms say about a class's week, and about one entry of it."""
    own = [placed for placed in board if placed.course.class_id == class_id]
    slots = {(placed.weekday, placed.number) for placed in own}
    found = [*_too_many(class_id, own, slots, norms), *_gaps(slots)]
    if looked_at is not None:
        found.extend(_hard_at_the_edge(looked_at, norms))
    return found


def _too_many(class_id: int, own: list[Placed], slots: set[tuple[int, int]], norms: Norms) -> Iterable[Said]:
    week_max, day_max = norms.week_max.get(class_id), norms.day_max.get(class_id)
    if week_max and len(slots) > week_max:
        yield said(N_("%(count)d lessons a week, the norm is %(norm)d."), count=len(slots), norm=week_max)
    with_sport = {placed.weekday for placed in own if placed.course.is_physical and placed.course.grade <= 4}
    for weekday, count in sorted(Counter(weekday for weekday, _ in slots).items()):
        if day_max and count > day_max + (weekday in with_sport):
            yield said(N_("%(count)d lessons in one day, the norm is %(norm)d."), count=count, norm=day_max)


def _gaps(slots: set[tuple[int, int]]) -> Iterable[Said]:
    for weekday in sorted({weekday for weekday, _ in slots}):
        numbers = sorted(number for day, number in slots if day == weekday)
        if numbers[-1] - numbers[0] + 1 > len(numbers):
            yield said(N_("The class has a gap between its lessons."))


def _hard_at_the_edge(placed: Placed, norms: Norms) -> Iterable[Said]:
    course = placed.course
    points = norms.points.get((course.subject_id, course.grade_level_id), 0)
    hard = HARD_FROM_PRIMARY if course.grade <= 4 else HARD_FROM
    if points >= hard and placed.number not in BEST_LESSONS:
        yield said(
            N_("%(subject)s has %(points)d points of difficulty: better on lessons 2 to 4."),
            subject=course.subject,
            points=points,
        )
