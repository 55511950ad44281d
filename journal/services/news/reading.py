"""A person's own news: the list, marking it as read, and the choice of what is told and how often by e-mail."""

from collections.abc import Mapping

from sqlalchemy import select

from journal.access.actor import Role
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Account, Notification, Subscription
from journal.schema.messages import MAILINGS, NEWS
from journal.services import records
from journal.services.accounts import addresses
from journal.services.refusals import Invalid, Missing, said

FAMILY_NEWS = ("mark", "absence", "note", "homework", "notice", "message", "timetable")
STAFF_NEWS = ("notice", "message", "timetable")
MOST = 100


def listed(session: PolicySession) -> list[Notification]:
    """The newest news; the unread first."""
    mine = Notification.account_id == session.actor.account_id
    order = (Notification.read_at.is_not(None), Notification.made_at.desc(), Notification.id.desc())
    return list(session.scalars(select(Notification).where(mine).order_by(*order).limit(MOST)))


def open_one(session: PolicySession, notification_id: int) -> Notification:
    """One piece was opened: it is read. Raises `Missing`."""
    found = session.get(Notification, notification_id)
    if found is None or found.account_id != session.actor.account_id:
        raise Missing
    if found.read_at is None:
        records.change(session, found, {"read_at": clock.now()})
    return found


def read_all(session: PolicySession) -> int:
    """Everything is read."""
    mine = (Notification.account_id == session.actor.account_id, Notification.read_at.is_(None))
    rows = session.scalars(select(Notification).where(*mine)).all()
    for row in rows:
        records.change(session, row, {"read_at": clock.now()})
    return len(rows)


def read_thread(session: PolicySession, thread_id: int) -> None:
    """A thread of messages was read: so is its news."""
    mine = Notification.account_id == session.actor.account_id
    row = session.scalar(select(Notification).where(mine, Notification.identity == f"message:{thread_id}"))
    if row is not None and row.read_at is None:
        records.change(session, row, {"read_at": clock.now()})


def kinds(session: PolicySession) -> tuple[str, ...]:
    """What can be news to this person."""
    person = session.actor
    if not person.staff_id:
        return FAMILY_NEWS if person.guardian_id else tuple(kind for kind in FAMILY_NEWS if kind != "notice")
    return STAFF_NEWS if person.has(Role.CLASS_TEACHER) else tuple(kind for kind in STAFF_NEWS if kind != "notice")


def choices(session: PolicySession) -> dict[str, tuple[bool, str]]:
    """Kind -> (whether it is listed, how often by e-mail)."""
    mine = Subscription.account_id == session.actor.account_id
    chosen = {row.kind: (row.is_listed, row.mailing) for row in session.scalars(select(Subscription).where(mine))}
    return {kind: chosen.get(kind, (True, "never")) for kind in kinds(session)}


def choose(session: PolicySession, wanted: Mapping[str, tuple[bool, str]]) -> None:
    """Keep the choice. Raises `Invalid` for a kind or a frequency that there is not."""
    known = kinds(session)
    mine = Subscription.account_id == session.actor.account_id
    rows = {row.kind: row for row in session.scalars(select(Subscription).where(mine))}
    for kind, (is_listed, mailing) in wanted.items():
        if kind not in known or kind not in NEWS or mailing not in MAILINGS:
            raise Invalid({"": said(N_("Choose one of the list."))})
        values = {"is_listed": is_listed, "mailing": mailing}
        if kind in rows:
            records.change(session, rows[kind], values)
        else:
            account = {"account_id": session.actor.account_id, "kind": kind}
            records.create(session, Subscription, {**account, **values})


def own_address(session: PolicySession) -> str:
    """Where e-mail to this person goes; empty where it is not known."""
    return session.scalar(select(addresses.of_account()).where(Account.id == session.actor.account_id)) or ""
