"""A pupil's week: lessons by day with homework, marks and absences; averages of the period. A fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, exists, func, or_, select

from journal.access.session import PolicySession
from journal.schema import (
    Absence,
    AbsenceReason,
    Account,
    Attachment,
    BehaviourNote,
    DiaryReceipt,
    Enrolment,
    Guardian,
    Guardianship,
    Homework,
    Lesson,
    Mark,
    NoteReceipt,
    PendingMark,
    Room,
    SchoolClass,
    Student,
    SubgroupMember,
    Subject,
    TeachingAssignment,
    WorkType,
)
from journal.services import bells, calendar, debts, formulas, records
from journal.services.debts import Debt
from journal.services.membership import covers
from journal.services.refusals import Missing

WEEK = timedelta(days=7)
DAYS_SHOWN = 5
"""A later day of the week stands there when something is on it."""
LOOKS_BACK = timedelta(days=28)
"""How far back homework for a lesson of the week may have been given: over the longest holidays."""


@dataclass
class Entry:
    """One lesson of the diary."""

    lesson_id: int
    assignment_id: int
    on: date
    number: int
    subject: str
    room: str | None
    topic: str
    is_substituted: bool
    is_cancelled: bool
    starts_at: time | None
    ends_at: time | None
    homework: list["Task"] = field(default_factory=list)
    marks: list["Given"] = field(default_factory=list)
    absence: tuple[str, str] | None = None
    owed_until: date | None = None


@dataclass(frozen=True)
class Given:
    """A mark with the kind of work it is for, its weight, and what the teacher said to it."""

    value: str
    code: str | None
    comment: str | None
    weight: Decimal = Decimal(1)
    work: str | None = None


def given_of(row: Sequence[Any]) -> Given:
    """A mark of a row: value, code, comment, weight and name of the kind of work."""
    return Given(row[0], row[1], row[2], Decimal(row[3]), row[4])


@dataclass
class Task:
    """Homework under the lesson that it is for."""

    text: str
    minutes: int | None = None
    files: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Note:
    """A praise or a remark. `is_seen`: by the guardian who looks."""

    id: int
    kind: str
    text: str
    author: str
    is_seen: bool


@dataclass
class Day:
    """A day of the diary."""

    on: date
    day_off: str | None
    entries: list[Entry] = field(default_factory=list)
    notes: list["Note"] = field(default_factory=list)


@dataclass(frozen=True)
class Week:
    """The page."""

    student: Student
    class_name: str | None
    days: list[Day]
    average: Decimal | None
    new_marks: int
    debts: list[Debt] = field(default_factory=list)
    """Work that the pupil still owes, from whatever week."""
    signed: list[tuple[str, datetime]] = field(default_factory=list)
    """Which guardians have said that they read the week, and when."""
    is_signed: bool = False
    """Whether the guardian who looks has said so."""
    ahead: list[Entry] = field(default_factory=list)
    """Lessons of the next week that homework was given for."""


def children(session: PolicySession, guardian_id: int) -> list[Student]:
    """Whom a guardian represents, the eldest first."""
    return list(
        session.scalars(
            select(Student)
            .join(Guardianship, Guardianship.student_id == Student.id)
            .where(Guardianship.guardian_id == guardian_id)
            .order_by(Student.born_on, Student.id)
        )
    )


def of_class(session: PolicySession, class_ids: list[int]) -> list[Student]:
    """The pupils whose diaries a class teacher may open."""
    return list(
        session.scalars(
            select(Student)
            .join(Enrolment, Enrolment.student_id == Student.id)
            .where(Enrolment.school_class_id.in_(class_ids), Enrolment.ends_on.is_(None))
            .order_by(Student.last_name, Student.first_name)
        )
    )


def week(session: PolicySession, student_id: int, on: date) -> Week:
    """The week of a date. Raises `Missing` when the pupil is not one of this person's."""
    student = session.get(Student, student_id)
    if student is None:
        raise Missing
    monday = calendar.monday(on)
    sunday = monday + timedelta(days=6)
    days_off = calendar.days_off(session, monday, sunday)
    rows = _lessons(session, student_id, monday, sunday + WEEK)
    ringing = bells.load(session)
    days = {monday + timedelta(days=i): Day(monday + timedelta(days=i), None) for i in range(7)}
    entries: dict[int, Entry] = {}
    class_name = None
    for lesson, subject, room, schedule_id, name, grade_level_id in rows:
        begins, ends = ringing.at(schedule_id, lesson.number, on=lesson.held_on)
        entries[lesson.id] = Entry(
            lesson.id,
            lesson.assignment_id,
            lesson.held_on,
            lesson.number,
            subject,
            room,
            lesson.topic,
            lesson.substitute_id is not None,
            lesson.is_cancelled,
            begins,
            ends,
        )
        if lesson.held_on in days:
            class_name = name
            days[lesson.held_on].day_off = days_off.name(lesson.held_on, grade_level_id)
            days[lesson.held_on].entries.append(entries[lesson.id])
    for day in days.values():
        day.day_off = day.day_off or (days_off.name(day.on) if not day.entries else None)
    _homework(session, student_id, entries, monday, sunday + WEEK)
    ahead = [entry for entry in entries.values() if entry.on > sunday and entry.homework]
    entries = {id_: entry for id_, entry in entries.items() if entry.on <= sunday}
    _hang(session, student_id, entries)
    owed = debts.listed(session, PendingMark.student_id == student_id)
    for debt in owed:
        if debt.row.lesson_id in entries:
            entries[debt.row.lesson_id].owed_until = debt.row.due_on
    _notes(session, student_id, days, monday, sunday)
    shown = [day for day in days.values() if day.on.isoweekday() <= DAYS_SHOWN or day.entries or day.notes]
    signed = _signed(session, student_id, monday)
    name = class_name or _class_of(session, student_id, on)
    return Week(student, name, shown, *_means(entries), owed, *signed, ahead)


def _lessons(session: PolicySession, student_id: int, since: date, until: date) -> list[Any]:
    """The pupil's own lessons: of the class, and of the subgroups that the pupil is in on that date."""
    member = (
        select(SubgroupMember.id)
        .where(SubgroupMember.student_id == student_id, SubgroupMember.subgroup_id == TeachingAssignment.subgroup_id)
        .where(covers(SubgroupMember.starts_on, SubgroupMember.ends_on, Lesson.held_on))
        .exists()
    )
    enrolled = and_(
        Enrolment.school_class_id == Lesson.school_class_id,
        Enrolment.student_id == student_id,
        covers(Enrolment.starts_on, Enrolment.ends_on, Lesson.held_on),
    )
    return list(
        session.execute(
            select(
                Lesson, Subject.name, Room.number, SchoolClass.bell_schedule_id, SchoolClass.name, SchoolClass.grade_level_id
            )
            .join(Enrolment, enrolled)
            .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
            .join(Subject, Subject.id == TeachingAssignment.subject_id)
            .join(SchoolClass, SchoolClass.id == Lesson.school_class_id)
            .outerjoin(Room, Room.id == Lesson.room_id)
            .where(Lesson.held_on >= since, Lesson.held_on <= until)
            .where(or_(TeachingAssignment.subgroup_id.is_(None), member))
            .order_by(Lesson.held_on, Lesson.number)
        ).all()
    )


def _hang(session: PolicySession, student_id: int, entries: dict[int, Entry]) -> None:
    """Put marks and absences under their lessons: two queries."""
    ids = list(entries)
    for lesson_id, *given in session.execute(
        select(Mark.lesson_id, Mark.value, WorkType.code, Mark.comment, func.coalesce(WorkType.weight, 1), WorkType.name)
        .join(Lesson, Lesson.id == Mark.lesson_id)
        .outerjoin(WorkType, WorkType.id == func.coalesce(Mark.work_type_id, Lesson.work_type_id))
        .where(Mark.student_id == student_id, Mark.lesson_id.in_(ids))
        .order_by(Mark.lesson_id, Mark.position)
    ):
        entries[lesson_id].marks.append(given_of(given))
    for lesson_id, letter, name in session.execute(
        select(Absence.lesson_id, AbsenceReason.letter, AbsenceReason.name)
        .join(AbsenceReason, AbsenceReason.id == Absence.reason_id)
        .where(Absence.student_id == student_id, Absence.lesson_id.in_(ids))
    ):
        entries[lesson_id].absence = (letter, name)


def _homework(session: PolicySession, student_id: int, entries: dict[int, Entry], monday: date, sunday: date) -> None:
    """Put homework under the lesson that it is for: its own date, else the next lesson of the same journal. Two queries."""
    own = or_(Homework.student_id.is_(None), Homework.student_id == student_id)
    given = session.execute(
        select(Lesson.id, Lesson.assignment_id, Homework.id, Homework.text, Homework.due_on, Homework.minutes)
        .outerjoin(Homework, and_(Homework.lesson_id == Lesson.id, own))
        .where(Lesson.assignment_id.in_({entry.assignment_id for entry in entries.values()}), ~Lesson.is_cancelled)
        .where(Lesson.held_on >= monday - LOOKS_BACK, Lesson.held_on <= sunday)
        .order_by(Lesson.held_on, Lesson.number, Homework.id)
    ).all()
    tasks = {id_: Task(text, minutes) for _, _, id_, text, _, minutes in given if id_ is not None}
    waiting: dict[int, list[Task]] = defaultdict(list)
    done: set[int] = set()
    for lesson_id, assignment_id, id_, _, due_on, _ in given:
        entry = entries.get(lesson_id)
        if lesson_id not in done:
            done.add(lesson_id)
            due = waiting.pop(assignment_id, [])
            if entry is not None:
                entry.homework.extend(due)
        if id_ is not None and due_on is None:
            waiting[assignment_id].append(tasks[id_])
        elif id_ is not None:
            for other in entries.values():
                if (other.assignment_id, other.on) == (assignment_id, due_on):
                    other.homework.append(tasks[id_])
    _files(session, tasks)


def _files(session: PolicySession, tasks: dict[int, Task]) -> None:
    if not tasks:
        return
    for file_id, homework_id, name in session.execute(
        select(Attachment.id, Attachment.homework_id, Attachment.file_name)
        .where(Attachment.homework_id.in_(tasks))
        .order_by(Attachment.id)
    ):
        tasks[homework_id].files.append((file_id, name))


def _notes(session: PolicySession, student_id: int, days: dict[date, Day], since: date, until: date) -> None:
    by, guardian = Account.__table__.c, getattr(session.principal, "guardian_id", 0)
    author = select(by.name).where(by.id == BehaviourNote.written_by_id).scalar_subquery()
    seen = exists().where(NoteReceipt.note_id == BehaviourNote.id, NoteReceipt.guardian_id == guardian)
    for on, *note in session.execute(
        select(BehaviourNote.noted_on, BehaviourNote.id, BehaviourNote.kind, BehaviourNote.text, author, seen)
        .where(BehaviourNote.student_id == student_id)
        .where(BehaviourNote.noted_on >= since, BehaviourNote.noted_on <= until)
        .order_by(BehaviourNote.id)
    ):
        days[on].notes.append(Note(note[0], note[1], note[2], note[3] or "", bool(note[4])))


def _signed(session: PolicySession, student_id: int, monday: date) -> tuple[list[tuple[str, datetime]], bool]:
    """Who has read the week, and whether the guardian who looks has."""
    guardian = Guardian.__table__.c
    name = (
        select(guardian.last_name + " " + guardian.first_name)
        .where(guardian.id == DiaryReceipt.guardian_id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(name, DiaryReceipt.seen_at, DiaryReceipt.guardian_id)
        .where(DiaryReceipt.student_id == student_id, DiaryReceipt.week_on == monday)
        .order_by(DiaryReceipt.id)
    ).all()
    own = getattr(session.principal, "guardian_id", 0)
    return [(row[0], row[1]) for row in rows], any(row[2] == own for row in rows)


def sign(session: PolicySession, student_id: int, on: date) -> None:
    """A guardian has read the week of a date; saying it twice is one receipt. Raises `Missing`."""
    if session.get(Student, student_id) is None:
        raise Missing
    monday, guardian_id = calendar.monday(on), session.actor.guardian_id
    known = session.scalar(
        select(DiaryReceipt.id).where(
            DiaryReceipt.student_id == student_id,
            DiaryReceipt.guardian_id == guardian_id,
            DiaryReceipt.week_on == monday,
        )
    )
    if known is None:
        values = {"student_id": student_id, "guardian_id": guardian_id, "week_on": monday}
        records.create(session, DiaryReceipt, values)


def _means(entries: dict[int, Entry]) -> tuple[Decimal | None, int]:
    values = [given.value for entry in entries.values() for given in entry.marks]
    return formulas.average(values), len(values)


def _class_of(session: PolicySession, student_id: int, on: date) -> str | None:
    return session.scalar(
        select(SchoolClass.name)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .where(Enrolment.student_id == student_id, covers(Enrolment.starts_on, Enrolment.ends_on, on))
    )
