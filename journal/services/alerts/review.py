"""After an alert: the owner's answer, what was changed since, and putting it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import Absence, Account, Alert, Entity, FinalMark, Homework, Lesson, Mark, TrailEntry
from journal.schema.base import columns
from journal.services import database, records, titles, trail
from journal.services.accounts import sessions
from journal.services.refusals import Invalid, Missing

REVIEWED: dict[str, type[Entity]] = {entity.__name__: entity for entity in (Mark, FinalMark, Absence, Lesson, Homework)}
"""What can be put back: what a teacher writes."""
MOST = 1000


def answer(engine: Engine, alert_id: int, *, account_id: int, own: bool, besides: int) -> None:
    """The owner says whether it was him. "No" ends every session but the one in which it was said. Raises `Missing`."""
    with database.work(engine, System("sign-in")) as session:
        alert = session.get(Alert, alert_id)
        if alert is None or alert.account_id != account_id or alert.state != "open":
            raise Missing
        records.change(session, alert, {"state": "own" if own else "foreign", "answered_at": clock.now()})
        if not own:
            sessions.end_in(session, account_id, besides=besides)


def asked(session: PolicySession, account_id: int, *, only_open: bool = False) -> Sequence[Alert]:
    """The alerts of an account, the newest first."""
    wanted = select(Alert).where(Alert.account_id == account_id).order_by(Alert.raised_at.desc()).limit(20)
    return session.scalars(wanted.where(Alert.state == "open") if only_open else wanted).all()


@dataclass(frozen=True)
class Change:
    """A row that was changed since, however often: what it was before and what it became; `id` is the first trail entry."""

    id: int
    happened_at: datetime
    entity: str
    row_id: int
    act: str
    """`create`, `change` or `delete`, over all the changes together."""
    what: str
    held_on: date | None
    before: dict[str, Any]
    after: dict[str, Any]
    is_undone: bool
    """Whether the row is again what it was."""


def changes(session: PolicySession, alert: Alert) -> list[Change]:
    """What the account wrote since the alert's moment, row by row, the oldest first; its own session at most.

    An alert that knows its sign-in is about that session and whatever else is not the owner's answer.
    """
    wanted = (
        select(TrailEntry)
        .where(
            TrailEntry.account_id == alert.account_id,
            TrailEntry.happened_at >= alert.since_at,
            TrailEntry.entity.in_(REVIEWED),
            TrailEntry.row_id.is_not(None),
            TrailEntry.act.in_(["create", "change", "delete"]),
        )
        .order_by(TrailEntry.id)
        .limit(MOST)
    )
    if alert.answered_at is not None:
        wanted = wanted.where(TrailEntry.happened_at <= alert.answered_at)
    grouped: dict[tuple[str, int], list[TrailEntry]] = {}
    for entry in session.scalars(wanted):
        grouped.setdefault((entry.entity, entry.row_id or 0), []).append(entry)
    titled = {
        name: titles.many(session, entity, (row_id for kind, row_id in grouped if kind == name))
        for name, entity in REVIEWED.items()
    }
    return [change for entries in grouped.values() if (change := _change(session, entries, titled)) is not None]


def _change(session: PolicySession, entries: Sequence[TrailEntry], titled: Mapping[str, Mapping[int, str]]) -> Change | None:
    first, last = entries[0], entries[-1]
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for entry in entries:
        for name, (old, new) in (entry.changes or {}).items():
            before.setdefault(name, old)
            after[name] = new
    created, deleted = first.act == "create", last.act == "delete"
    if created and deleted:
        return None
    act = "create" if created else "delete" if deleted else "change"
    row = session.get(REVIEWED[first.entity], first.row_id)
    lesson = session.get(Lesson, first.lesson_id) if first.lesson_id else None
    return Change(
        id=first.id,
        happened_at=first.happened_at,
        entity=first.entity,
        row_id=first.row_id or 0,
        act=act,
        what=titled[first.entity].get(first.row_id or 0) or last.row_title or "",
        held_on=lesson.held_on if lesson else None,
        before=before,
        after=after,
        is_undone=_is_undone(act, row, before),
    )


def _is_undone(act: str, row: Entity | None, before: dict[str, Any]) -> bool:
    if act == "create":
        return row is None
    return row is not None and all(trail.told(getattr(row, name)) == old for name, old in before.items())


def put_back(session: PolicySession, alert: Alert, ids: Sequence[int] | None = None) -> tuple[int, list[str]]:
    """Make rows what they were before: these (by the id of a `Change`) or all. Gives how many, and what was refused.

    It is written as the person's who asks, by the rules and the locks of everybody: only an administrator opens old lessons.
    """
    done, refused = 0, []
    for change in changes(session, alert):
        if change.is_undone or (ids is not None and change.id not in ids):
            continue
        try:
            _restore(session, change)
            done += 1
        except Invalid:
            refused.append(change.what)
    return done, refused


def _restore(session: PolicySession, change: Change) -> None:
    entity = REVIEWED[change.entity]
    row = session.get(entity, change.row_id)
    values = {name: trail.untold(columns(entity)[name], old) for name, old in change.before.items()}
    if change.act == "create" and row is not None:
        records.delete(session, row)
    elif row is None:
        records.create(session, entity, {name: value for name, value in values.items() if value is not None})
    else:
        records.change(session, row, values)


def owner(session: PolicySession, alert: Alert) -> Account:
    """Whose login it is."""
    found = session.get(Account, alert.account_id)
    if found is None:
        raise Missing
    return found


def close(session: PolicySession, alert: Alert) -> None:
    """The administrator has looked into it."""
    records.change(session, alert, {"state": "closed"})
