"""To whom somebody may write: people with a relation to the writer, one by one and in groups.

An addressee is named by a key: `parents:12` (the guardians of a pupil), `student:12`, `class-parents:3`, `class-students:3`,
`staff:7`, `all-staff`, `all-parents`, `all-students`. Sub-selects stand on tables: whoever may write to somebody's parents
need not see the parents' data.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import String, cast, func, or_, select

from journal.access.actor import Actor, Role
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.numbers import number_of
from journal.kit.text import N_, short_name
from journal.schema import (
    Account,
    Enrolment,
    GradeLevel,
    Guardianship,
    SchoolClass,
    Staff,
    Student,
    Subject,
    TeachingAssignment,
)
from journal.services import calendar
from journal.services.membership import covers
from journal.services.refusals import Invalid, Missing, Said, said

OFFICE = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.DEPUTY)
"""The administration: it writes to any group."""
ACCOUNT, TIE, STUDENT = Account.__table__.c, Guardianship.__table__.c, Student.__table__.c
ENROLMENT, CLASS, ASSIGNMENT = Enrolment.__table__.c, SchoolClass.__table__.c, TeachingAssignment.__table__.c


@dataclass(frozen=True)
class Addressee:
    """Who gets a message under one key."""

    key: str
    label: Said
    accounts: frozenset[int]
    without: int = 0
    """People who can't be reached: they have no account yet."""
    student_id: int | None = None


@dataclass
class Choices:
    """What a person may choose from."""

    groups: list[tuple[str, Said]] = field(default_factory=list)
    classes: list[tuple[int, str]] = field(default_factory=list)
    pupils: list[tuple[int, str]] = field(default_factory=list)
    """Of the class that is opened."""
    may_write_to_pupils: bool = False
    staff: list[tuple[int, str, str]] = field(default_factory=list)
    """Id, name, and what the person is to the writer."""


def choices(session: PolicySession, class_id: int | None) -> Choices:
    """Whom the person may write to; the pupils of one class at a time."""
    person = session.actor
    if person.staff_id:
        return _for_staff(session, person, class_id)
    found = Choices()
    rows = session.execute(
        select(Staff.id, Staff.last_name, Staff.first_name, Staff.middle_name, Staff.position)
        .where(Staff.id.in_(_staff_of_family(person)), Staff.id.in_(_with_account("staff_id")))
        .order_by(Staff.last_name, Staff.first_name)
    ).all()
    what = _what_they_teach(session, person)
    found.staff = [(row[0], short_name(*row[1:4]), what.get(row[0], "")) for row in rows]
    return found


def _for_staff(session: PolicySession, person: Actor, class_id: int | None) -> Choices:
    found = Choices()
    office = person.has(*OFFICE)
    year = calendar.current_year(session)
    asked = (
        select(SchoolClass.id, SchoolClass.name, SchoolClass.class_teacher_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .where(SchoolClass.academic_year_id == (year.id if year else 0))
        .order_by(GradeLevel.number, SchoolClass.letter)
    )
    if not office:
        mine = or_(SchoolClass.class_teacher_id == person.staff_id, SchoolClass.id.in_(_classes_taught(person.staff_id)))
        asked = asked.where(mine)
    classes = session.execute(asked).all()
    found.classes = [(row[0], row[1]) for row in classes]
    if office:
        found.groups = [("all-staff", said(ALL["staff"])), ("all-parents", said(ALL["parents"])),
                        ("all-students", said(ALL["students"]))]  # fmt: skip
    led = {row[0] for row in classes if row[2] == person.staff_id}
    for id_, name, _ in classes:
        if id_ == class_id and (office or id_ in led):
            found.groups.append((f"class-parents:{id_}", said(N_("all parents of %(name)s"), name=name)))
            found.groups.append((f"class-students:{id_}", said(N_("all students of %(name)s"), name=name)))
    if class_id in {row[0] for row in classes}:
        found.may_write_to_pupils = office or class_id in led
        found.pupils = [(row[0], f"{row[1]} {row[2]}") for row in session.execute(
            select(Student.id, Student.last_name, Student.first_name)
            .join(Enrolment, Enrolment.student_id == Student.id)
            .where(Enrolment.school_class_id == class_id)
            .where(covers(Enrolment.starts_on, Enrolment.ends_on, clock.today()))
            .order_by(Student.last_name, Student.first_name, Student.id)
        )]  # fmt: skip
    found.staff = [(row[0], short_name(*row[1:4]), row[4] or "") for row in session.execute(
        select(Staff.id, Staff.last_name, Staff.first_name, Staff.middle_name, Staff.position)
        .where(Staff.id.in_(_with_account("staff_id")), Staff.id != person.staff_id)
        .order_by(Staff.last_name, Staff.first_name, Staff.id)
    )]  # fmt: skip
    return found


ALL = {
    "staff": N_("all the staff"),
    "parents": N_("all parents of the school"),
    "students": N_("all students of the school"),
}


def _with_account(column: str) -> Any:
    return select(ACCOUNT[column]).where(ACCOUNT.is_active, ACCOUNT[column].is_not(None))


def _present() -> Any:
    today = clock.today()
    return (ENROLMENT.starts_on <= today) & (ENROLMENT.ends_on.is_(None) | (ENROLMENT.ends_on >= today))


def _classes_taught(staff_id: int) -> Any:
    today = clock.today()
    ended = ASSIGNMENT.ends_on.is_not(None) & (ASSIGNMENT.ends_on < today)
    return select(ASSIGNMENT.school_class_id).where(ASSIGNMENT.staff_id == staff_id, ~ended)


def _classes_of_family(person: Actor) -> Any:
    children = select(TIE.student_id).where(TIE.guardian_id == person.guardian_id)
    own = or_(ENROLMENT.student_id == person.student_id, ENROLMENT.student_id.in_(children))
    return select(ENROLMENT.school_class_id).where(own, _present())


def _staff_of_family(person: Actor) -> Any:
    """Class teachers and subject teachers of the pupil, or of the children."""
    classes = _classes_of_family(person)
    leading = select(CLASS.class_teacher_id).where(CLASS.id.in_(classes), CLASS.class_teacher_id.is_not(None))
    today = clock.today()
    ended = ASSIGNMENT.ends_on.is_not(None) & (ASSIGNMENT.ends_on < today)
    return leading.union(select(ASSIGNMENT.staff_id).where(ASSIGNMENT.school_class_id.in_(classes), ~ended))


def _what_they_teach(session: PolicySession, person: Actor) -> dict[int, str]:
    """Member of staff -> the subjects, for a family that looks for the right one."""
    found: dict[int, list[str]] = {}
    for staff_id, name in session.execute(
        select(TeachingAssignment.staff_id, Subject.name)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .where(TeachingAssignment.school_class_id.in_(_classes_of_family(person)))
        .distinct()
        .order_by(Subject.name)
    ):
        found.setdefault(staff_id, []).append(name)
    return {staff_id: ", ".join(names) for staff_id, names in found.items()}


# --- from a key to accounts


def resolve(session: PolicySession, keys: Iterable[str]) -> list[Addressee]:
    """Who is behind the keys. Raises `Missing` for somebody without a relation to the person, `Invalid` for none at all."""
    found = [_one(session, key) for key in dict.fromkeys(keys)]
    if not found:
        raise Invalid({"to": said(N_("Choose to whom."))})
    return found


def _one(session: PolicySession, key: str) -> Addressee:
    kind, _, text = key.partition(":")
    number = number_of(text)
    if kind == "staff" and number:
        return _colleague(session, key, number)
    if key == "all-staff" and session.actor.has(*OFFICE):
        return _staff(session, key, said(ALL["staff"]), Staff.id != session.actor.staff_id)
    to_parents = kind in ("parents", "class-parents", "all-parents")
    pupils = {
        "parents": Student.id == number,
        "student": Student.id == number,
        "class-parents": SchoolClass.id == number,
        "class-students": SchoolClass.id == number,
    }
    if key in ("all-parents", "all-students") and session.actor.has(*OFFICE):
        return _pupils(session, key, Student.id.is_not(None), to_parents)
    if kind in pupils and number:
        return _pupils(session, key, pupils[kind], to_parents)
    raise Missing


def _colleague(session: PolicySession, key: str, staff_id: int) -> Addressee:
    person = session.actor
    related = Staff.id != person.staff_id if person.staff_id else Staff.id.in_(_staff_of_family(person))
    return _staff(session, key, None, Staff.id == staff_id, related)


def _staff(session: PolicySession, key: str, label: Said | None, *conditions: Any) -> Addressee:
    account = select(ACCOUNT.id).where(ACCOUNT.staff_id == Staff.id, ACCOUNT.is_active).scalar_subquery()
    works = or_(Staff.left_on.is_(None), Staff.left_on >= clock.today())
    rows = session.execute(
        select(Staff.last_name, Staff.first_name, Staff.middle_name, account).where(works, *conditions)
    ).all()
    if not rows:
        raise Missing
    accounts = frozenset(row[3] for row in rows if row[3])
    return Addressee(key, label or said("%(name)s", name=short_name(*rows[0][:3])), accounts, len(rows) - len(accounts))


def _pupils(session: PolicySession, key: str, which: Any, to_parents: bool) -> Addressee:
    """Pupils who are at the school now, or their guardians; as far as the person has to do with them."""
    people: Any = select(TIE.guardian_id).where(TIE.student_id == Student.id) if to_parents else Student.id
    mine = ACCOUNT.guardian_id.in_(people) if to_parents else ACCOUNT.student_id == people
    accounts = select(_joined(ACCOUNT.id)).where(mine, ACCOUNT.is_active).scalar_subquery()
    everybody = select(_joined(TIE.guardian_id)).where(TIE.student_id == Student.id).scalar_subquery()
    rows = session.execute(
        select(Student.id, Student.last_name, Student.first_name, Student.middle_name, SchoolClass.name, accounts, everybody)
        .join(Enrolment, Enrolment.student_id == Student.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(which, covers(Enrolment.starts_on, Enrolment.ends_on, clock.today()), *_related(session.actor, key))
    ).all()
    if not rows:
        raise Missing
    found = frozenset(int(part) for row in rows for part in (row[5] or "").split(",") if part)
    persons = (
        {part for row in rows for part in (row[6] or "").split(",") if part} if to_parents else {row[0] for row in rows}
    )
    alone = rows[0] if key.startswith(("parents:", "student:")) else None
    return Addressee(key, _label(key, rows[0]), found, len(persons) - len(found), alone[0] if alone else None)


def _related(person: Actor, key: str) -> list[Any]:
    """The administration has to do with everybody, a class teacher with the class, a teacher with parents."""
    if person.has(*OFFICE):
        return []
    leads = SchoolClass.class_teacher_id == person.staff_id
    if not person.staff_id:
        raise Missing
    if key.startswith("parents:"):
        return [or_(leads, SchoolClass.id.in_(_classes_taught(person.staff_id)))]
    return [leads]


def _joined(column: Any) -> Any:
    return func.aggregate_strings(cast(column, String), ",")


def _label(key: str, row: Any) -> Said:
    name, klass = f"{row[1]} {row[2]}", row[4]
    kind = key.partition(":")[0]
    if kind == "parents":
        return said(N_("parents of %(name)s, %(klass)s"), name=name, klass=klass)
    if kind == "student":
        return said("%(name)s, %(klass)s", name=name, klass=klass)
    if kind == "class-parents":
        return said(N_("all parents of %(name)s"), name=klass)
    if kind == "class-students":
        return said(N_("all students of %(name)s"), name=klass)
    return said(ALL[kind.removeprefix("all-")])
