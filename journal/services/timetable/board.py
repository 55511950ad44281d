"""A version of the timetable in memory: its entries with all that a question about a slot needs."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import short_name
from journal.schema import GradeLevel, Room, SchoolClass, Staff, Subgroup, Subject, TeachingAssignment, TimetableEntry
from journal.services import bells
from journal.services.bells import Bells
from journal.services.timetable import atoms


@dataclass(frozen=True)
class Course:
    """A teaching assignment as the timetable sees it."""

    assignment_id: int
    class_id: int
    class_name: str
    grade: int
    grade_level_id: int
    subgroup_id: int | None
    subgroup: str | None
    subject_id: int
    subject: str
    code: str
    colour: int
    staff_id: int
    teacher: str
    stream: str | None
    hours: float
    is_physical: bool
    doubles: int = 0
    room_id: int | None = None
    """Where it is usually taught: its own room, else the home room of a whole class."""
    bells: int = 0
    """The bell schedule of its class; 0 is the default one."""
    atoms: frozenset[str] = frozenset()
    """Which pupils of the class it takes, as the groups that are never parted; empty: not known."""
    ringing: Bells = field(default_factory=Bells, compare=False)
    """When lessons begin and end, by every schedule of the school."""


@dataclass(frozen=True)
class Placed:
    """A course in a slot. `id` is 0 for one that is only being considered."""

    id: int
    weekday: int
    number: int
    parity: str
    room_id: int | None
    room: str | None
    course: Course
    is_locked: bool = False

    def at(self, weekday: int, number: int, room_id: int | None, room: str | None = None) -> "Placed":
        """The same course in another slot."""
        return replace(self, weekday=weekday, number=number, room_id=room_id, room=room)


def courses(session: PolicySession, class_ids: Iterable[int] | None = None, year_id: int | None = None) -> dict[int, Course]:
    """Assignment id -> course, of some classes or of a year."""
    asked = (
        select(
            TeachingAssignment,
            SchoolClass.name,
            SchoolClass.room_id,
            SchoolClass.bell_schedule_id,
            GradeLevel.number,
            GradeLevel.id,
            Subgroup.name,
            Subject,
            Staff.last_name,
            Staff.first_name,
            Staff.middle_name,
        )
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(Staff, Staff.id == TeachingAssignment.staff_id)
        .outerjoin(Subgroup, Subgroup.id == TeachingAssignment.subgroup_id)
        .order_by(GradeLevel.number, SchoolClass.letter, Subject.name, Subgroup.name)
    )
    if class_ids is not None:
        asked = asked.where(TeachingAssignment.school_class_id.in_(list(class_ids)))
    if year_id is not None:
        asked = asked.where(SchoolClass.academic_year_id == year_id)
    found = {}
    rows = session.execute(asked).all()
    ringing = bells.load(session)
    pupils = atoms.of(session, {row[0].subgroup_id for row in rows if row[0].subgroup_id})
    for assignment, class_name, home_id, schedule_id, grade, grade_id, subgroup, subject, *teacher in rows:
        found[assignment.id] = Course(
            assignment.id,
            assignment.school_class_id,
            class_name,
            grade,
            grade_id,
            assignment.subgroup_id,
            subgroup,
            subject.id,
            subject.name,
            subject.code,
            subject.colour,
            assignment.staff_id,
            short_name(teacher[0] or "", teacher[1] or "", teacher[2]),
            assignment.stream,
            float(assignment.hours_a_week),
            subject.is_physical,
            assignment.doubles,
            assignment.room_id or (None if assignment.subgroup_id else home_id),
            schedule_id or bells.DEFAULT,
            pupils.get(assignment.subgroup_id or 0, frozenset()),
            ringing,
        )
    return found


def load(session: PolicySession, timetable_id: int, known: dict[int, Course] | None = None) -> list[Placed]:
    """The entries of a version, in order."""
    entries = session.execute(
        select(TimetableEntry, Room.number)
        .outerjoin(Room, Room.id == TimetableEntry.room_id)
        .where(TimetableEntry.timetable_id == timetable_id)
        .order_by(TimetableEntry.weekday, TimetableEntry.number, TimetableEntry.assignment_id)
    ).all()
    if known is None:
        known = courses(session)
    return [
        Placed(
            entry.id,
            entry.weekday,
            entry.number,
            entry.parity,
            entry.room_id,
            room,
            known[entry.assignment_id],
            entry.is_locked,
        )
        for entry, room in entries
        if entry.assignment_id in known
    ]
