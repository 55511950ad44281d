"""A day on which teachers are away: which lessons are left without one, and who could take each of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from sqlalchemy import func, or_, select

from journal.access.session import PolicySession
from journal.kit.text import N_, short_name
from journal.schema import (
    Lesson,
    Room,
    SchoolClass,
    Staff,
    StaffAbsence,
    Subgroup,
    Subject,
    Substitution,
    TeachingAssignment,
    Unavailability,
)
from journal.services import bells
from journal.services.refusals import Said, said

SAME_SUBJECT, SAME_CLASS, IN_GAP, IN_SCHOOL, GAP_MADE, NOT_IN_SCHOOL = 8, 4, 3, 2, -3, -6
MOST_CANDIDATES = 8


@dataclass(frozen=True)
class DayLesson:
    """A lesson of a date with who teaches it and what was changed."""

    id: int
    assignment_id: int
    class_id: int
    class_name: str
    grade_level_id: int
    number: int
    subject_id: int
    subject: str
    code: str
    colour: int
    subgroup: str | None
    room: str | None
    staff_id: int
    teacher: str
    substitute_id: int | None
    substitute: str | None
    kind: str | None
    """How it was changed: a kind of substitution, or None."""
    is_cancelled: bool
    is_away: bool = False
    """Its teacher is away."""
    starts_at: time | None = None
    ends_at: time | None = None

    @property
    def is_open(self) -> bool:
        """Nobody is there for it yet."""
        return self.is_away and self.kind is None

    @property
    def taught_by(self) -> int:
        return self.substitute_id or self.staff_id


@dataclass(frozen=True)
class Candidate:
    """Who could take a lesson, best first; `why` says what speaks for and against."""

    staff_id: int
    name: str
    points: int
    why: list[Said]


def away(session: PolicySession, on: date) -> dict[int, StaffAbsence]:
    """Staff id -> the absence that covers the date."""
    asked = select(StaffAbsence).where(StaffAbsence.begins_on <= on, StaffAbsence.ends_on >= on)
    return {row.staff_id: row for row in session.scalars(asked.order_by(StaffAbsence.id))}


def day(session: PolicySession, on: date) -> list[DayLesson]:
    """Every lesson of a date. Five queries; whoever may not see absences sees nobody as away."""
    gone = away(session, on)
    ringing = bells.load(session)
    found = []
    for row in session.execute(_asked(on)):
        values: list[Any]
        *values, schedule_id, last, first, middle, substitute_id, sub_last, sub_first, sub_middle, kind, cancelled = row
        values += [short_name(last or "", first or "", middle), substitute_id, None, kind, cancelled]
        lesson = DayLesson(*values)
        starts, ends = ringing.at(schedule_id, lesson.number, on=on)
        name = short_name(sub_last or "", sub_first or "", sub_middle) if substitute_id else None
        found.append(replace(lesson, substitute=name, is_away=lesson.staff_id in gone, starts_at=starts, ends_at=ends))
    return found


def _asked(on: date) -> Any:
    other = Staff.__table__.alias("substitute_of_lesson")
    return (
        select(
            Lesson.id, Lesson.assignment_id, SchoolClass.id, SchoolClass.name, SchoolClass.grade_level_id, Lesson.number,
            Subject.id, Subject.name, Subject.code, Subject.colour, Subgroup.name, Room.number,
            TeachingAssignment.staff_id, SchoolClass.bell_schedule_id, Staff.last_name, Staff.first_name,
            Staff.middle_name, Lesson.substitute_id, other.c.last_name, other.c.first_name, other.c.middle_name,
            Substitution.kind, Lesson.is_cancelled,
        )
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .join(SchoolClass, SchoolClass.id == Lesson.school_class_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(Staff, Staff.id == TeachingAssignment.staff_id)
        .outerjoin(other, other.c.id == Lesson.substitute_id)
        .outerjoin(Subgroup, Subgroup.id == TeachingAssignment.subgroup_id)
        .outerjoin(Room, Room.id == Lesson.room_id)
        .outerjoin(Substitution, Substitution.lesson_id == Lesson.id)
        .where(Lesson.held_on == on)
        .order_by(SchoolClass.grade_level_id, SchoolClass.letter, Lesson.number, Subgroup.name)
    )  # fmt: skip


def meet(one: DayLesson, other: DayLesson) -> bool:
    """Whether two lessons of a day are at one time: by the bells where they are known, else by the number."""
    if one.starts_at and one.ends_at and other.starts_at and other.ends_at:
        return one.starts_at < other.ends_at and other.starts_at < one.ends_at
    return one.number == other.number


def candidates(session: PolicySession, lesson: DayLesson, lessons: list[DayLesson], on: date) -> list[Candidate]:
    """Free teachers for a lesson: same subject, same class, a gap filled, few lessons taken this month come first."""
    held = [one for one in lessons if not one.is_cancelled]
    busy = {one.taught_by for one in held if one.id != lesson.id and meet(one, lesson)}
    gone = away(session, on)
    closed = _closed(session, on, lesson.number)
    load = _load(session, on)
    knows, teaches = _skills(session, on)
    own: dict[int, list[int]] = defaultdict(list)
    for one in held:
        own[one.taught_by].append(one.number)
    found = []
    for staff in session.scalars(
        select(Staff).where(Staff.id.in_(knows), or_(Staff.left_on.is_(None), Staff.left_on >= on))
    ):
        if staff.id in busy or staff.id in gone or staff.id in closed or staff.id == lesson.staff_id:
            continue
        reasons = list(_reasons(lesson, knows[staff.id], teaches[staff.id], own[staff.id], load[staff.id]))
        points = sum(value for value, _ in reasons)
        name = short_name(staff.last_name, staff.first_name, staff.middle_name)
        found.append(Candidate(staff.id, name, points, [why for _, why in reasons]))
    return sorted(found, key=lambda one: (-one.points, one.name))[:MOST_CANDIDATES]


def _reasons(
    lesson: DayLesson, subjects: set[int], classes: set[int], own: list[int], load: int
) -> Iterable[tuple[int, Said]]:
    """What speaks for a teacher and against, each with its points."""
    if lesson.subject_id in subjects:
        yield SAME_SUBJECT, said(N_("the same subject"))
    if lesson.class_id in classes:
        yield SAME_CLASS, said(N_("teaches this class"))
    if not own:
        yield NOT_IN_SCHOOL, said(N_("has no lessons that day"))
    elif min(own) < lesson.number < max(own):
        yield IN_GAP, said(N_("has a gap then"))
    elif lesson.number in (min(own) - 1, max(own) + 1):
        yield IN_SCHOOL, said(N_("is in school then"))
    else:
        yield GAP_MADE, said(N_("would get a gap"))
    if load:
        yield -load, said(N_("has taken %(count)d this month"), count=load)


def _closed(session: PolicySession, on: date, number: int) -> set[int]:
    """Who can't come on that weekday at that lesson."""
    asked = select(Unavailability.staff_id).where(
        Unavailability.staff_id.is_not(None),
        Unavailability.strength == "never",
        Unavailability.weekday == on.isoweekday(),
        or_(Unavailability.number.is_(None), Unavailability.number == number),
    )
    return {one for one in session.scalars(asked) if one is not None}


def _load(session: PolicySession, on: date) -> Counter[int]:
    """Staff id -> lessons taken for colleagues in the month of the date."""
    first = on.replace(day=1)
    asked = (
        select(Lesson.substitute_id, func.count())
        .where(Lesson.substitute_id.is_not(None), Lesson.held_on >= first, Lesson.held_on <= on)
        .group_by(Lesson.substitute_id)
    )
    return Counter({staff_id: count for staff_id, count in session.execute(asked) if staff_id is not None})


def _skills(session: PolicySession, on: date) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Staff id -> subjects, staff id -> classes, by the assignments of the date."""
    knows: dict[int, set[int]] = defaultdict(set)
    teaches: dict[int, set[int]] = defaultdict(set)
    for staff_id, subject_id, class_id in session.execute(
        select(TeachingAssignment.staff_id, TeachingAssignment.subject_id, TeachingAssignment.school_class_id).where(
            TeachingAssignment.starts_on <= on,
            or_(TeachingAssignment.ends_on.is_(None), TeachingAssignment.ends_on >= on),
        )
    ):
        knows[staff_id].add(subject_id)
        teaches[staff_id].add(class_id)
    return knows, teaches


def merging(lesson: DayLesson, lessons: list[DayLesson]) -> list[DayLesson]:
    """The other subgroups of the class at that time, whose teachers are there: the pupils could join them."""
    if lesson.subgroup is None:
        return []
    return [
        one
        for one in lessons
        if one.id != lesson.id
        and one.class_id == lesson.class_id
        and one.number == lesson.number
        and not one.is_cancelled
        and (not one.is_away or one.substitute_id)
    ]
