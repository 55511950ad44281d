"""The people who have an account or should have one: of the staff, of a class; made one by one or all at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, or_, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import short_name
from journal.schema import AccessCode, Account, Enrolment, Guardian, Guardianship, SignIn, Staff, Student
from journal.services import records
from journal.services.accounts import logins

STAFF, STUDENT, GUARDIAN = "staff", "student", "guardian"
ENTITIES: dict[str, type[Staff] | type[Student] | type[Guardian]] = {STAFF: Staff, STUDENT: Student, GUARDIAN: Guardian}


@dataclass(frozen=True)
class Person:
    """A person with the account, if there is one, and how far it is."""

    kind: str
    id: int
    name: str
    of: str
    """For a guardian: whose."""
    account_id: int | None
    login: str
    is_active: bool
    chosen_at: datetime | None
    """When a password was chosen; with a password of before, unknown."""
    has_password: bool
    entered_at: datetime | None
    """The last sign-in; None is never."""
    code_until: datetime | None
    """Until when a code on paper works."""

    @property
    def key(self) -> str:
        """How a form names the person."""
        return f"{self.kind}:{self.id}"

    @property
    def state(self) -> str:
        """`none`, `inactive`, `entered`, `given`, `lapsed`, `ready` or `made`."""
        if self.account_id is None:
            return "none"
        if not self.is_active:
            return "inactive"
        if self.entered_at:
            return "entered"
        if self.code_until:
            return "given" if clock.local(self.code_until) > clock.now() else "lapsed"
        return "ready" if self.has_password else "made"


def of_staff(session: PolicySession) -> list[Person]:
    """Everybody who works at the school now."""
    today = clock.today()
    works = or_(Staff.left_on.is_(None), Staff.left_on >= today)
    return _people(session, STAFF, select(Staff).where(works).order_by(Staff.last_name, Staff.first_name, Staff.id))


def of_class(session: PolicySession, class_id: int) -> list[Person]:
    """The pupils who are in the class today, each followed by the guardians."""
    today = clock.today()
    present = select(Enrolment.student_id).where(
        Enrolment.school_class_id == class_id,
        Enrolment.starts_on <= today,
        or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today),
    )
    pupils = _people(
        session, STUDENT, select(Student).where(Student.id.in_(present)).order_by(Student.last_name, Student.first_name)
    )
    ties: dict[int, list[int]] = {}
    for student_id, guardian_id in session.execute(
        select(Guardianship.student_id, Guardianship.guardian_id)
        .where(Guardianship.student_id.in_(present))
        .order_by(Guardianship.id)
    ):
        ties.setdefault(student_id, []).append(guardian_id)
    ids = {guardian for guardians in ties.values() for guardian in guardians}
    names = {pupil.id: pupil.name for pupil in pupils}
    of = {guardian: names[pupil] for pupil, guardians in ties.items() for guardian in guardians}
    guardians = {one.id: one for one in _people(session, GUARDIAN, select(Guardian).where(Guardian.id.in_(ids)), of)}
    found: list[Person] = []
    for pupil in pupils:
        found.append(pupil)
        found += [guardians.pop(id_) for id_ in ties.get(pupil.id, ()) if id_ in guardians]
    return found


def _people(session: PolicySession, kind: str, wanted: Any, of: dict[int, str] | None = None) -> list[Person]:
    persons = session.scalars(wanted).all()
    column = getattr(Account, f"{kind}_id")
    # Whether somebody has ever signed in is for whoever hands out the codes; the sign-ins themselves are not.
    visit = SignIn.__table__.c
    entered = select(func.max(visit.happened_at)).where(visit.account_id == Account.id, visit.succeeded).scalar_subquery()
    code = (
        select(func.max(AccessCode.valid_until))
        .where(AccessCode.account_id == Account.id, AccessCode.used_at.is_(None), AccessCode.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(column, Account.id, Account.login, Account.is_active, Account.password_set_at,
               Account.password_hash.is_not(None), entered, code)
        .where(column.in_([person.id for person in persons]))
    )  # fmt: skip
    accounts = {row[0]: row[1:] for row in rows}
    return [
        Person(
            kind, p.id, _full(p), (of or {}).get(p.id, ""), *accounts.get(p.id, (None, "", True, None, False, None, None))
        )
        for p in persons
    ]


def _full(person: Any) -> str:
    return " ".join(part for part in (person.last_name, person.first_name, person.middle_name) if part)


def make(engine: Engine, session: PolicySession, keys: Iterable[str]) -> list[Account]:
    """Accounts for these people (`kind:id`); who has one keeps it. Gives the accounts of all, in the order asked.

    A person whom the asker may not see is passed over.
    """
    asked = [key.split(":") for key in keys]
    taken = logins.taken(engine)
    found = []
    for kind, id_ in asked:
        person = session.get(ENTITIES[kind], int(id_)) if kind in ENTITIES and id_.isdigit() else None
        if person is None:
            continue
        account = session.scalar(select(Account).where(getattr(Account, f"{kind}_id") == person.id))
        if account is None:
            account = _make(session, kind, person, taken)
        found.append(account)
    return found


def _make(session: PolicySession, kind: str, person: Any, taken: set[str]) -> Account:
    login = logins.unique(logins.proposed(person.last_name, person.first_name, person.middle_name), taken)
    taken.add(login)
    name = short_name(person.last_name, person.first_name, person.middle_name)
    return records.create(session, Account, {"login": login, "name": name, f"{kind}_id": person.id})


def never_entered(people: Sequence[Person]) -> list[Person]:
    """Those who have never signed in."""
    return [person for person in people if person.entered_at is None]
