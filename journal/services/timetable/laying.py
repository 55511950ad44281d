"""Lessons follow from the timetable: laid for its dates without the days off; what is filled stays for ever."""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, or_, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import (
    Absence,
    AcademicYear,
    Homework,
    Lesson,
    LessonWork,
    Mark,
    PendingMark,
    SchoolClass,
    Substitution,
    TeachingAssignment,
    Timetable,
    TimetableEntry,
)
from journal.services import calendar, records


@dataclass(frozen=True)
class Expected:
    """A lesson as the timetable wants it."""

    assignment_id: int
    school_class_id: int
    held_on: date
    number: int
    room_id: int | None

    @property
    def key(self) -> tuple[int, date, int]:
        return (self.assignment_id, self.held_on, self.number)


@dataclass(frozen=True)
class Laid:
    """How many lessons came and went."""

    made: int
    removed: int
    kept: int


def filled() -> Iterable[Any]:
    """The conditions under which a lesson was filled: nothing may remove it any more."""
    return (*prepared(), *settled())


def prepared() -> Iterable[Any]:
    """What a teacher writes ahead too: such a lesson to come follows the timetable to another slot."""
    return (
        Lesson.topic != "",
        Lesson.work_type_id.is_not(None),
        exists().where(Homework.lesson_id == Lesson.id),
        exists().where(LessonWork.lesson_id == Lesson.id),
    )


def settled() -> Iterable[Any]:
    """What ties a lesson to its date and number."""
    return (
        Lesson.attendance_taken,
        exists().where(Mark.lesson_id == Lesson.id),
        exists().where(Absence.lesson_id == Lesson.id),
        exists().where(PendingMark.lesson_id == Lesson.id),
        exists().where(Substitution.lesson_id == Lesson.id),
    )


@dataclass(frozen=True)
class Span:
    """A version of the timetable and the dates on which it holds."""

    timetable_id: int
    first: date
    last: date


def spans(session: PolicySession, year: AcademicYear, since: date) -> list[Span]:
    """The published versions that hold on or after a date."""
    v = Timetable
    asked = select(v.id, v.valid_from, v.valid_to).where(v.academic_year_id == year.id, v.state == "published")
    return [Span(*row) for row in session.execute(asked.where(v.valid_to >= since))]


def expected(
    session: PolicySession,
    year: AcademicYear,
    since: date,
    assignments: Collection[int] | None = None,
    versions: Sequence[Span] | None = None,
) -> Iterator[Expected]:
    """Every lesson from a date to the end of the year, by the published versions or by those given."""
    off = calendar.days_off(session, since, year.ends_on)
    held = {one.timetable_id: one for one in (spans(session, year, since) if versions is None else versions)}
    asked = (
        select(TimetableEntry, TeachingAssignment, SchoolClass.grade_level_id)
        .join(TeachingAssignment, TeachingAssignment.id == TimetableEntry.assignment_id)
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .where(TimetableEntry.timetable_id.in_(held))
    )
    if assignments is not None:
        asked = asked.where(TimetableEntry.assignment_id.in_(list(assignments)))
    for entry, assignment, grade_level_id in session.execute(asked):
        version = held[entry.timetable_id]
        first = max(since, version.first, year.begins_on, assignment.starts_on)
        last = min(version.last, year.ends_on, assignment.ends_on or year.ends_on)
        for on in dates(entry.weekday, entry.parity, first, last, year.begins_on):
            if off.name(on, grade_level_id) is None:
                yield Expected(assignment.id, assignment.school_class_id, on, entry.number, entry.room_id)


def dates(weekday: int, parity: str, first: date, last: date, year_begins_on: date) -> Iterator[date]:
    """The dates of a weekday between two dates, in the weeks of a parity."""
    on = first + timedelta(days=(weekday - first.isoweekday()) % 7)
    while on <= last:
        if parity in ("every", calendar.parity(on, year_begins_on)):
            yield on
        on += timedelta(days=7)


@dataclass(frozen=True)
class Change:
    """What has to happen so that the lessons agree with the timetable; `moved`: prepared ones with their new places."""

    new: list[Expected]
    gone: list[Lesson]
    moved: list[tuple[Lesson, Expected]]
    kept: int


def lay(session: PolicySession, since: date, assignments: Collection[int] | None = None) -> Laid:
    """Make the lessons from a date agree with the timetable; filled and substituted lessons are never touched."""
    change = foreseen(session, since, assignments)
    with session.consequent():
        for lesson, slot in change.moved:
            records.change(session, lesson, {"held_on": slot.held_on, "number": slot.number, "room_id": slot.room_id})
        removed = records.delete_many(session, change.gone)
        made = records.create_many(session, Lesson, map(_values, change.new))
    return Laid(made, removed, change.kept)


def foreseen(
    session: PolicySession, since: date, assignments: Collection[int] | None = None, versions: Sequence[Span] | None = None
) -> Change:
    """What laying would do, by the published versions or by those given. It only reads."""
    year = session.scalar(select(AcademicYear).where(AcademicYear.begins_on <= since, AcademicYear.ends_on >= since))
    if year is None:
        return Change([], [], [], 0)
    wanted = {lesson.key: lesson for lesson in expected(session, year, since, assignments, versions)}
    there, taken, away = _present(session, since, year.ends_on, assignments)
    safe = set(
        session.scalars(
            _of(select(Lesson.id), assignments)
            .where(Lesson.held_on >= since, Lesson.held_on <= year.ends_on)
            .where(or_(*filled()))
        )
    )
    gone = [lesson for key, lesson in there.items() if key not in wanted and lesson.id not in safe]
    new = [lesson for key, lesson in wanted.items() if key not in there and key not in taken]
    homeless = {key: at for key, at in there.items() if key not in wanted and at.id in safe}
    moved, new = _placed_anew(session, homeless.values(), new)
    gone_from = {lesson.id for lesson, _ in moved}
    stay = [key for key, at in homeless.items() if at.id not in gone_from and at.id not in away]
    return Change(list(_not_held(new, Counter(key[:2] for key in stay))), gone, moved, len(safe))


def _placed_anew(
    session: PolicySession, homeless: Collection[Lesson], new: list[Expected]
) -> tuple[list[tuple[Lesson, Expected]], list[Expected]]:
    """New slots of their journals, in order, for prepared lessons to come; and the slots that are left."""
    tied = set(session.scalars(select(Lesson.id).where(Lesson.id.in_([one.id for one in homeless]), or_(*settled()))))
    ahead = [one for one in homeless if one.held_on > clock.today() and one.id not in tied]
    free: dict[int, deque[Expected]] = defaultdict(deque)
    for slot in sorted(new, key=lambda one: (one.held_on, one.number)):
        if slot.held_on > clock.today():
            free[slot.assignment_id].append(slot)
    moved = [
        (lesson, free[lesson.assignment_id].popleft())
        for lesson in sorted(ahead, key=lambda one: (one.held_on, one.number))
        if free[lesson.assignment_id]
    ]
    used = {slot.key for _, slot in moved}
    return moved, [slot for slot in new if slot.key not in used]


def _not_held(new: Iterable[Expected], held: Counter[tuple[int, date]]) -> Iterator[Expected]:
    """Without those whose lesson was filled that very day in the slot that it had before the change."""
    for lesson in new:
        if held[lesson.assignment_id, lesson.held_on]:
            held[lesson.assignment_id, lesson.held_on] -= 1
        else:
            yield lesson


Key = tuple[int, date, int]
"""Assignment, date and lesson number."""


def _present(
    session: PolicySession, since: date, until: date, assignments: Collection[int] | None
) -> tuple[dict[Key, Lesson], set[Key], set[int]]:
    """The lessons that are there, the slots whose lesson was moved away, and the lessons that were moved."""
    lessons = session.scalars(_of(select(Lesson), assignments).where(Lesson.held_on >= since, Lesson.held_on <= until)).all()
    moves = select(Lesson.id, Lesson.assignment_id, Substitution.was_on, Substitution.was_number)
    moved = session.execute(
        _of(moves.join(Substitution, Substitution.lesson_id == Lesson.id), assignments).where(Substitution.kind == "move")
    ).all()
    there = {(lesson.assignment_id, lesson.held_on, lesson.number): lesson for lesson in lessons}
    return there, {(row[1], row[2], row[3]) for row in moved}, {row[0] for row in moved}


def _of(statement: Any, assignments: Collection[int] | None) -> Any:
    return statement if assignments is None else statement.where(Lesson.assignment_id.in_(list(assignments)))


def _values(lesson: Expected) -> dict[str, object]:
    return {
        "assignment_id": lesson.assignment_id,
        "school_class_id": lesson.school_class_id,
        "held_on": lesson.held_on,
        "number": lesson.number,
        "room_id": lesson.room_id,
    }
