"""Threads: a message with the answers to it, as far as the person sent or received them. A fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import like
from journal.schema import Account, Guardianship, Message, MessageFile, MessageRecipient, Staff, Student
from journal.services import records
from journal.services.refusals import Missing

PAGE = 30
BOXES = ("inbox", "sent", "archive")
ACCOUNT = Account.__table__.c


@dataclass(frozen=True)
class Head:
    """A thread in a list."""

    id: int
    subject: str
    who: str
    """The other person; of a message to many, to whom it went."""
    text: str
    """The beginning of the last message."""
    last_at: datetime
    count: int
    unread: int
    has_files: bool


@dataclass
class Part:
    """A message of a thread."""

    row: Message
    sender: str
    role: str
    """Who the sender is: a position, or whose parent."""
    is_mine: bool
    is_unread: bool
    is_away: bool
    """Whether the person has put it into the archive."""
    files: list[MessageFile] = field(default_factory=list)
    receivers: list[tuple[str, datetime | None]] = field(default_factory=list)
    """Of an own message: name and when it was read."""

    @property
    def read_count(self) -> int:
        return sum(at is not None for _, at in self.receivers)


def _root() -> Any:
    return func.coalesce(Message.thread_id, Message.id)


def _mine(session: PolicySession) -> Any:
    """The person's own line of a message."""
    return and_(MessageRecipient.message_id == Message.id, MessageRecipient.account_id == session.actor.account_id)


def _sender_name() -> Any:
    return select(ACCOUNT.name).where(ACCOUNT.id == Message.sender_id).scalar_subquery()


def unread_count(session: PolicySession) -> int:
    """Messages that the person has not read."""
    mine = MessageRecipient.account_id == session.actor.account_id
    return session.scalar(select(func.count(MessageRecipient.id)).where(mine, MessageRecipient.read_at.is_(None))) or 0


def box(session: PolicySession, which: str, query: str = "", page: int = 1) -> tuple[list[Head], bool]:
    """A page of threads, the newest first, and whether there are more. Three queries."""
    me = session.actor.account_id
    received = MessageRecipient.id.is_not(None)
    live = or_(and_(received, MessageRecipient.archived_at.is_(None)),
               and_(~received, Message.sender_id == me, Message.archived_at.is_(None)))  # fmt: skip
    live_count, sent_count = _sum(live), _sum(Message.sender_id == me)
    got_count = _sum(received)
    last_id = func.max(Message.id)
    asked = (
        select(_root(), last_id, func.count(Message.id), _sum(and_(received, MessageRecipient.read_at.is_(None))))
        .outerjoin(MessageRecipient, _mine(session))
        .group_by(_root())
        .order_by(last_id.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    )
    conditions = {
        "inbox": and_(live_count > 0, got_count > 0),
        "sent": and_(live_count > 0, sent_count > 0),
        "archive": live_count == 0,
    }
    asked = asked.having(conditions[which])
    words = query.lower().split()[:6]
    if words:
        asked = asked.where(_root().in_(_found(words)))
    rows = session.execute(asked).all()
    heads = _heads(session, rows[:PAGE])
    return heads, len(rows) > PAGE


def _sum(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _found(words: Sequence[str]) -> Any:
    """The threads with a message that has every word in its subject, text or sender's name."""
    other = aliased(Message)
    name = select(ACCOUNT.name).where(ACCOUNT.id == other.sender_id).scalar_subquery()
    every = [
        or_(*(func.lower(part).like(like(word), escape="\\") for part in (other.subject, other.text, other.to_whom, name)))
        for word in words
    ]
    return select(func.coalesce(other.thread_id, other.id)).where(*every)


def _heads(session: PolicySession, rows: Sequence[Any]) -> list[Head]:
    facts = {row[1]: row for row in rows}
    files = select(func.count(MessageFile.id)).where(MessageFile.message_id == Message.id).scalar_subquery()
    last = {
        row[0].id: row for row in session.execute(select(Message, _sender_name(), files).where(Message.id.in_(list(facts))))
    }
    me = session.actor.account_id
    wanted = [row[0].id for row in last.values() if row[0].sender_id == me and not row[0].to_whom]
    to = _receivers(session, wanted)
    heads = []
    for last_id, (root, _, count, unread) in facts.items():
        message, sender, file_count = last[last_id]
        mine = message.sender_id == me
        who = (message.to_whom or ", ".join(name for name, _ in to[message.id])) if mine else sender
        heads.append(
            Head(root, message.subject, who, message.text[:140], message.sent_at, count, int(unread or 0), bool(file_count))
        )
    return heads


def _receivers(session: PolicySession, message_ids: Sequence[int]) -> dict[int, list[tuple[str, datetime | None]]]:
    """Message -> name and moment of reading of each receiver whose line the person may see."""
    name = select(ACCOUNT.name).where(ACCOUNT.id == MessageRecipient.account_id).scalar_subquery()
    found: dict[int, list[tuple[str, datetime | None]]] = defaultdict(list)
    for message_id, who, read_at in session.execute(
        select(MessageRecipient.message_id, name, MessageRecipient.read_at)
        .where(MessageRecipient.message_id.in_(message_ids))
        .order_by(name)
    ):
        found[message_id].append((who, read_at))
    return found


def load(session: PolicySession, thread_id: int) -> list[Part]:
    """A thread in the order of writing. Raises `Missing`. Four queries."""
    me = session.actor.account_id
    rows = session.execute(
        select(Message, _sender_name(), _who_is(), MessageRecipient)
        .outerjoin(MessageRecipient, _mine(session))
        .where(_root() == thread_id)
        .order_by(Message.id)
    ).all()
    if not rows:
        raise Missing
    parts = {
        message.id: Part(
            message,
            sender,
            role or "",
            message.sender_id == me,
            bool(own and own.read_at is None),
            (own or message).archived_at is not None,
        )
        for message, sender, role, own in rows
    }
    for file in session.scalars(select(MessageFile).where(MessageFile.message_id.in_(list(parts))).order_by(MessageFile.id)):
        parts[file.message_id].files.append(file)
    for id_, receivers in _receivers(session, [id_ for id_, part in parts.items() if part.is_mine]).items():
        parts[id_].receivers = receivers
    return list(parts.values())


def _who_is() -> Any:
    """The position of a sender of the staff; of a family, whose parent it is or that it is a pupil."""
    staff, tie, student = Staff.__table__.c, Guardianship.__table__.c, Student.__table__.c
    position = (
        select(staff.position)
        .where(staff.id.in_(select(ACCOUNT.staff_id).where(ACCOUNT.id == Message.sender_id).correlate(Message)))
        .scalar_subquery()
    )
    child = (
        select(func.max(student.last_name + " " + student.first_name))
        .where(student.id.in_(
            select(tie.student_id).where(tie.guardian_id.in_(
                select(ACCOUNT.guardian_id).where(ACCOUNT.id == Message.sender_id).correlate(Message)
            ))
        ))
        .scalar_subquery()
    )  # fmt: skip
    return func.coalesce(position, child)


def read(session: PolicySession, thread_id: int) -> int:
    """The person has read a thread; gives how many messages were new. Raises `Missing`."""
    lines = session.scalars(
        select(MessageRecipient)
        .join(Message, Message.id == MessageRecipient.message_id)
        .where(_root() == thread_id, MessageRecipient.account_id == session.actor.account_id)
    ).all()
    new = [line for line in lines if line.read_at is None]
    for line in new:
        records.change(session, line, {"read_at": clock.now()})
    if not lines:
        load(session, thread_id)
    return len(new)


def put_away(session: PolicySession, thread_id: int, *, away: bool) -> None:
    """Put a thread into the own archive, or take it out; nobody else notices. Raises `Missing`."""
    at = clock.now() if away else None
    for part in load(session, thread_id):
        if part.is_mine:
            records.change(session, part.row, {"archived_at": at})
    lines = session.scalars(
        select(MessageRecipient)
        .join(Message, Message.id == MessageRecipient.message_id)
        .where(_root() == thread_id, MessageRecipient.account_id == session.actor.account_id)
    ).all()
    for line in lines:
        records.change(session, line, {"archived_at": at})
