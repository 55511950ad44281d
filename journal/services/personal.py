"""The data of one person: everything that the journal keeps of them, and the end of what the law does not ask to keep.

Journals, summary sheets and final marks are kept for 5 and 25 years, so names in them stay; contacts, the account with its
devices and the names of guardians go when the work or the enrolment is over. The trail keeps what it said before.
"""

from typing import Any

from sqlalchemy import or_, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import (
    AccessCode,
    Account,
    Device,
    Enrolment,
    Entity,
    Guardian,
    Guardianship,
    Notification,
    SecondFactor,
    Staff,
    Student,
    Subscription,
    entities,
)
from journal.schema.base import columns, target
from journal.services import records, trail
from journal.services.accounts import sessions
from journal.services.refusals import Invalid, Missing, said

PEOPLE: dict[str, type[Entity]] = {"student": Student, "guardian": Guardian, "staff": Staff}
CONTACTS: dict[str, dict[str, str | None]] = {
    "student": {"phone": None, "email": None},
    "guardian": {"phone": None, "email": None, "last_name": "—", "first_name": "—", "middle_name": None},
    "staff": {"phone": None, "email": None},
}
OF_THE_ACCOUNT: tuple[type[Entity], ...] = (Device, SecondFactor, AccessCode, Notification, Subscription)
MOST = 100_000


def export(session: PolicySession, kind: str, id_: int) -> dict[str, Any]:
    """Entity -> rows about a person: the own row, what points at it, and what points at the account. Raises `Missing`."""
    person = _get(session, kind, id_)
    accounts = session.scalars(select(Account.id).where(_account_column(kind) == id_)).all()
    found: dict[str, Any] = {type(person).__name__: [_row(person)]}
    for entity in entities():
        about = []
        for name, column in columns(entity).items():
            if target(column) is type(person):
                about.append(getattr(entity, name) == id_)
            elif target(column) is Account and name == "account_id":
                about.append(getattr(entity, name).in_(accounts))
        if about:
            rows = session.scalars(select(entity).where(or_(*about)).order_by(entity.id).limit(MOST)).all()
            if rows:
                found[entity.__name__] = [*found.get(entity.__name__, []), *(_row(row) for row in rows)]
    return found


def _row(row: Entity) -> dict[str, Any]:
    """What is no secret, as the trail tells it."""
    return {name: trail.told(getattr(row, name)) for name, c in columns(type(row)).items() if not c.info.get("secret")}


def erase(session: PolicySession, kind: str, id_: int) -> int:
    """Take away contacts and the account of somebody who is not at the school any more. Gives how many rows changed.

    Raises `Missing`, and `Invalid` while the person works or learns here or represents somebody who does.
    """
    person = _get(session, kind, id_)
    if _is_here(session, kind, id_):
        raise Invalid({"": said(N_("This person is still at the school: end the work or the enrolment first."))})
    wanted = {name: value for name, value in CONTACTS[kind].items() if getattr(person, name) != value}
    if wanted:
        records.change(session, person, wanted, unsaid=True)
    count = int(bool(wanted))
    account = session.scalar(select(Account).where(_account_column(kind) == id_))
    if account is not None:
        count += _close(session, account)
    return count


def _close(session: PolicySession, account: Account) -> int:
    count = 1
    sessions.end_in(session, account.id)
    for entity in OF_THE_ACCOUNT:
        for row in session.scalars(select(entity).where(entity.account_id == account.id)).all():  # type: ignore[attr-defined]
            records.delete(session, row)
            count += 1
    values = {"is_active": False, "login": f"erased-{account.id}", "password_hash": None}
    records.change(session, account, {**values, **({"name": "—"} if account.guardian_id else {})}, unsaid=True)
    return count


def _account_column(kind: str) -> Any:
    return {"student": Account.student_id, "guardian": Account.guardian_id, "staff": Account.staff_id}[kind]


def _get(session: PolicySession, kind: str, id_: int) -> Any:
    found = session.get(PEOPLE[kind], id_) if kind in PEOPLE else None
    if found is None:
        raise Missing
    return found


def _is_here(session: PolicySession, kind: str, id_: int) -> bool:
    today = clock.today()
    if kind == "staff":
        left_on = session.scalar(select(Staff.left_on).where(Staff.id == id_))
        return left_on is None or left_on >= today
    pupils: Any = [id_]
    if kind == "guardian":
        pupils = select(Guardianship.student_id).where(Guardianship.guardian_id == id_)
    learns = select(Enrolment.id).where(
        Enrolment.student_id.in_(pupils), or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= today)
    )
    return session.scalar(learns.limit(1)) is not None
