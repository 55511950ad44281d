"""Which roles somebody has today, and what gives each: a grant, the classes, the lessons, the children."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from journal.access.actor import Actor, Role
from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import (
    Account,
    Guardianship,
    RoleGrant,
    SchoolClass,
    Student,
    Subject,
    TeachingAssignment,
)
from journal.services import titles
from journal.services.calendar import current_year

MANY = 12
"""So many classes and subjects are named; the rest is counted."""


@dataclass(frozen=True)
class Held:
    """A role of today. `of`: the classes, lessons or children that give it; a grant has days instead, and whose duty it
    is."""

    role: Role
    of: tuple[str, ...] = ()
    left_out: int = 0
    since: date | None = None
    until: date | None = None
    instead_of: str = ""


def held(person: Actor, session: PolicySession) -> list[Held]:
    """The roles of a person in the order of the school; who holds none is given none."""
    found = [*_granted(person, session), *_following(person, session)]
    return sorted(found, key=lambda one: list(Role).index(one.role))


def _granted(person: Actor, session: PolicySession) -> Iterator[Held]:
    today = clock.today()
    wanted = (
        select(RoleGrant, Account.name)
        .outerjoin(Account, Account.id == RoleGrant.stands_in_for_id)
        .where(
            RoleGrant.account_id == person.account_id,
            RoleGrant.starts_on <= today,
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
        )
    )
    for grant, instead in session.execute(wanted):
        yield Held(Role(grant.role), since=grant.starts_on, until=grant.ends_on, instead_of=instead or "")


def _following(person: Actor, session: PolicySession) -> Iterator[Held]:
    year = current_year(session)
    year_id, today = (year.id if year else 0), clock.today()
    if Role.CLASS_TEACHER in person.roles:
        led = select(SchoolClass.id).where(
            SchoolClass.class_teacher_id == person.staff_id, SchoolClass.academic_year_id == year_id
        )
        yield _of(Role.CLASS_TEACHER, titles.many(session, SchoolClass, session.scalars(led)).values())
    if Role.TEACHER in person.roles:
        a = TeachingAssignment
        taught = (
            select(SchoolClass.name, Subject.name)
            .select_from(a)
            .join(SchoolClass, SchoolClass.id == a.school_class_id)
            .join(Subject, Subject.id == a.subject_id)
            .where(a.staff_id == person.staff_id, a.starts_on <= today, or_(a.ends_on.is_(None), a.ends_on >= today))
            .where(SchoolClass.academic_year_id == year_id)
            .distinct()
            .order_by(SchoolClass.name, Subject.name)
        )
        yield _of(Role.TEACHER, [f"{name} {subject}" for name, subject in session.execute(taught)])
    if Role.STUDENT in person.roles:
        yield Held(Role.STUDENT)
    if Role.GUARDIAN in person.roles:
        children = select(Guardianship.student_id).where(Guardianship.guardian_id == person.guardian_id)
        yield _of(Role.GUARDIAN, titles.many(session, Student, session.scalars(children)).values())


def _of(role: Role, names: Iterable[str]) -> Held:
    known = tuple(names)
    return Held(role, known[:MANY], max(0, len(known) - MANY))
