"""A teacher's day: the lessons of a date and what of them is not filled; and what is left from days before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from journal.access.session import PolicySession
from journal.kit.text import short_name
from journal.schema import (
    Absence,
    Homework,
    Lesson,
    Mark,
    Room,
    SchoolClass,
    Staff,
    Subgroup,
    Subject,
    TeachingAssignment,
    WorkType,
)
from journal.services import bells

DEBT_DAYS = 30


@dataclass(frozen=True)
class Item:
    """A lesson of the day."""

    id: int
    assignment_id: int
    held_on: date
    number: int
    class_name: str
    subject: str
    subgroup: str | None
    room: str | None
    topic: str
    homework: str | None
    mark_count: int
    attendance_taken: bool
    is_control: bool
    instead_of: tuple[str, str, str | None] | None
    """Whose lesson it is, when it was taken for a colleague."""
    is_cancelled: bool
    starts_at: time | None
    ends_at: time | None

    @property
    def is_filled(self) -> bool:
        """Topic, attendance, and homework unless it was a control work."""
        return bool(self.topic) and self.attendance_taken and (bool(self.homework) or self.is_control)


def day(session: PolicySession, staff_id: int, on: date) -> list[Item]:
    """The lessons that a person teaches on a date, substitutions included. Two queries."""
    rows = session.execute(_items().where(Lesson.held_on == on, _taught_by(staff_id)).order_by(Lesson.number)).all()
    return _with_bells(session, rows)


def week(session: PolicySession, staff_id: int, since: date) -> list[Item]:
    """The lessons of seven days."""
    rows = session.execute(
        _items()
        .where(Lesson.held_on >= since, Lesson.held_on < since + timedelta(days=7), _taught_by(staff_id))
        .order_by(Lesson.held_on, Lesson.number)
    ).all()
    return _with_bells(session, rows)


def debts(session: PolicySession, staff_id: int, before: date, limit: int = 30) -> tuple[list[Item], int]:
    """Lessons of the last days that are not filled, the newest first, and how many there are in all."""
    open_ = and_(
        Lesson.held_on < before,
        Lesson.held_on >= before - timedelta(days=DEBT_DAYS),
        _taught_by(staff_id),
        ~Lesson.is_cancelled,
        or_(Lesson.topic == "", ~or_(Lesson.attendance_taken, _has_absence()), _no_homework()),
    )
    total = session.scalar(
        select(func.count(Lesson.id))
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .outerjoin(WorkType, WorkType.id == Lesson.work_type_id)
        .where(open_)
    )
    rows = session.execute(_items().where(open_).order_by(Lesson.held_on.desc(), Lesson.number).limit(limit)).all()
    return [_item(row, bells.Bells()) for row in rows], total or 0


@dataclass(frozen=True)
class Behind:
    """A teacher with lessons that are not filled."""

    staff_id: int
    name: str
    count: int
    oldest_on: date


def behind(session: PolicySession, before: date, days: int = 7) -> list[Behind]:
    """Who has not written the topics of the last days, the worst first. One query."""
    staff_id = func.coalesce(Lesson.substitute_id, TeachingAssignment.staff_id)
    found = session.execute(
        select(
            Staff.id, Staff.last_name, Staff.first_name, Staff.middle_name, func.count(Lesson.id), func.min(Lesson.held_on)
        )
        .select_from(Lesson)
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .join(Staff, Staff.id == staff_id)
        .where(Lesson.held_on < before, Lesson.held_on >= before - timedelta(days=days))
        .where(Lesson.topic == "", ~Lesson.is_cancelled)
        .group_by(Staff.id, Staff.last_name, Staff.first_name, Staff.middle_name)
        .order_by(func.count(Lesson.id).desc(), Staff.last_name)
    )
    return [Behind(row[0], short_name(row[1], row[2], row[3]), row[4], row[5]) for row in found]


def _no_homework() -> ColumnElement[bool]:
    given = exists().where(Homework.lesson_id == Lesson.id, Homework.student_id.is_(None))
    return and_(~given, or_(WorkType.is_control.is_(None), ~WorkType.is_control))


def _has_absence() -> ColumnElement[bool]:
    """Whoever wrote an absence has looked who is there."""
    return exists().where(Absence.lesson_id == Lesson.id)


def _taught_by(staff_id: int) -> ColumnElement[bool]:
    own = and_(TeachingAssignment.staff_id == staff_id, Lesson.substitute_id.is_(None))
    return or_(own, Lesson.substitute_id == staff_id)


def _items() -> Select[Any]:
    homework = (
        select(Homework.text).where(Homework.lesson_id == Lesson.id, Homework.student_id.is_(None)).limit(1)
    ).scalar_subquery()
    mark_count = select(func.count(Mark.id)).where(Mark.lesson_id == Lesson.id).scalar_subquery()
    return (
        select(
            Lesson.id,
            Lesson.assignment_id,
            Lesson.held_on,
            Lesson.number,
            SchoolClass.name,
            Subject.name,
            Subgroup.name,
            Room.number,
            Lesson.topic,
            homework,
            mark_count,
            or_(Lesson.attendance_taken, _has_absence()),
            WorkType.is_control,
            Lesson.substitute_id,
            Lesson.is_cancelled,
            SchoolClass.bell_schedule_id,
            Staff.last_name,
            Staff.first_name,
            Staff.middle_name,
        )
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .join(Staff, Staff.id == TeachingAssignment.staff_id)
        .join(SchoolClass, SchoolClass.id == Lesson.school_class_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .outerjoin(Subgroup, Subgroup.id == TeachingAssignment.subgroup_id)
        .outerjoin(Room, Room.id == Lesson.room_id)
        .outerjoin(WorkType, WorkType.id == Lesson.work_type_id)
    )


def _with_bells(session: PolicySession, rows: Sequence[Any]) -> list[Item]:
    ringing = bells.load(session) if rows else bells.Bells()
    return [_item(row, ringing) for row in rows]


def _item(row: Any, ringing: bells.Bells) -> Item:
    values: list[Any] = list(row)
    is_control, substitute, is_cancelled, schedule_id, *name = values[-7:]
    starts, ends = ringing.at(schedule_id, row[3], on=row[2])
    parts: list[Any] = [*values[:-7], bool(is_control), tuple(name) if substitute else None, is_cancelled, starts, ends]
    return Item(*parts)
