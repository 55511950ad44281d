"""The chain of the trail: every entry is sealed with a keyed hash of itself and of the seal before it.

Who changes an entry, or takes one away, directly in the database breaks the chain; the head tells when the newest are
missing. The key lies outside the database (`instance/trail-key`).
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import event, func, insert, select, update
from sqlalchemy.orm import Session

from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import (
    Absence,
    Account,
    Entity,
    FinalMark,
    Homework,
    Lesson,
    Mark,
    RoleGrant,
    Setting,
    TrailEntry,
    TrailHead,
)
from journal.schema.base import columns

SEALED = (
    "happened_at",
    "account_id",
    "actor",
    "act",
    "entity",
    "row_id",
    "row_title",
    "changes",
    "operation",
    "address",
    "request",
    "lesson_id",
    "student_id",
    "sign_in_id",
    "roles",
)
"""The columns that a seal covers."""
LATER = frozenset({"sign_in_id", "roles"})
"""Columns that came after the first seals: empty, they are not in them."""
WATCHED: tuple[type[Entity], ...] = (Mark, Absence, FinalMark, Lesson, Homework, RoleGrant, Account, Setting)
"""The entities whose rows are compared with what the trail last said of them."""
HEAD: Any = TrailHead.__table__
CHUNK = 2000

_key = b""


def use_key(key: str) -> None:
    """Say with which key this process seals; the factory and the commands do, from the configuration."""
    global _key
    _key = key.encode()


def hold(session: PolicySession) -> "Head":
    """Take the head until the transaction ends: entries have one order. Before the first row is written, so that two
    transactions never wait for each other crosswise."""
    head: Head | None = session.info.get("trail_head")
    if head is None:
        head = session.info["trail_head"] = _taken_head(session)
    return head


def seal(session: PolicySession, entry: TrailEntry) -> None:
    """Seal an entry that is about to be written."""
    head = hold(session)
    entry.seal = _sealed(head.seal, {name: getattr(entry, name) for name in SEALED})
    head.seal, head.count = entry.seal, head.count + 1


@dataclass
class Head:
    """The end of the chain as a transaction carries it on."""

    seal: str
    count: int


def _taken_head(session: PolicySession) -> Head:
    asked = select(HEAD.c.seal, HEAD.c.entry_count).where(HEAD.c.id == 1).with_for_update()
    with session.ledger() as ledger:
        row = ledger.execute(asked).one_or_none()
        if row is None:
            ledger.execute(insert(HEAD).values(id=1, version=1, seal="", entry_count=0, proof=""))
    return Head(row[0], row[1]) if row else Head("", 0)


@event.listens_for(PolicySession, "before_commit")
def _keep_head(session: Session) -> None:
    head = session.info.pop("trail_head", None)
    if head is not None:
        assert isinstance(session, PolicySession)
        kept = {"seal": head.seal, "entry_count": head.count, "proof": _proof(head.seal, head.count)}
        with session.ledger() as ledger:
            ledger.execute(update(HEAD).where(HEAD.c.id == 1).values(kept))


@event.listens_for(PolicySession, "after_soft_rollback")
def _drop_head(session: Session, _: Any) -> None:
    session.info.pop("trail_head", None)


def _sealed(before: str, values: Mapping[str, Any]) -> str:
    told = {name: _plain(value) for name, value in values.items() if value is not None or name not in LATER}
    text = json.dumps([before, told], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(_key, text.encode(), hashlib.sha256).hexdigest()


def _proof(head: str, count: int) -> str:
    return hmac.new(_key, f"head {count} {head}".encode(), hashlib.sha256).hexdigest()


def _plain(value: Any) -> Any:
    """SQLite gives a moment back naive, in UTC."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value


def refusals_lately(session: PolicySession, account_id: int) -> int:
    """How many refusals of a person stand in the trail of the last minute."""
    asked = select(func.count(TrailEntry.id)).where(
        TrailEntry.account_id == account_id,
        TrailEntry.act == "refuse",
        TrailEntry.happened_at > clock.now() - timedelta(minutes=1),
    )
    return session.scalar(asked) or 0


# --- verification


@dataclass(frozen=True)
class Broken:
    """The first thing that is not as it was written. `what` is a word for the operator: entry, gap, head, row."""

    what: str
    entry_id: int | None
    text: str


@dataclass(frozen=True)
class Verdict:
    """What a verification found."""

    entries: int
    unsealed: int
    """Entries from before the chain began."""
    rows: int
    broken: tuple[Broken, ...]


def verify(session: PolicySession, *, archived: Iterable[Any] = (), most: int = 20) -> Verdict:
    """Follow the chain from its first entry and compare the watched rows with it. A system door only.

    `archived`: the entries of the archive files. Without them the chain is followed from where it was cut.
    """
    known: dict[str, dict[int, dict[str, Any] | None]] = {entity.__name__: {} for entity in WATCHED}
    walk = _Walk()
    for entry in archived:
        walk.step(entry)
        _learn(known, entry)
    cut = cut_of(session)
    if walk.count or walk.unsealed:
        if (walk.last, walk.count) != (cut.seal, cut.count):
            walk.broken.append(Broken("archive", None, "the archive files don't end where the head says"))
    else:
        walk.last, walk.count = cut.seal, cut.count
    for entry in entries(session):
        walk.step(entry)
        _learn(known, entry)
    broken = [*walk.broken, *_wrong_head(session, walk.last, walk.count), *_wrong_cut(session)]
    count, unsealed = walk.count, walk.unsealed
    rows = list(_strangers(session, known))
    checked = sum(len(found) for found in known.values())
    return Verdict(count, unsealed, checked, (*broken, *rows[: most - len(broken)]))


@dataclass
class _Walk:
    """The chain as it is followed, entry by entry."""

    last: str = ""
    count: int = 0
    unsealed: int = 0
    broken: list[Broken] = field(default_factory=list)

    def step(self, entry: Any) -> None:
        if entry.seal is None and not self.count:
            self.unsealed += 1
            return
        self.count += 1
        wanted = _sealed(self.last, {name: getattr(entry, name) for name in SEALED})
        if entry.seal != wanted and not self.broken:
            self.broken.append(Broken("entry", entry.id, "the first entry that does not fit the one before it"))
        self.last = entry.seal or wanted


def followed(some: Iterable[Any], cut: Head) -> Head | None:
    """Where the chain is after some entries that come after a cut; None when they don't fit."""
    walk = _Walk(cut.seal, cut.count)
    for entry in some:
        walk.step(entry)
    return None if walk.broken else Head(walk.last, walk.count)


def cut_of(session: PolicySession) -> Head:
    """Where the chain was cut: the newest seal that is in an archive file."""
    row = session.execute(select(TrailHead.archived_seal, TrailHead.archived_count).where(TrailHead.id == 1)).one_or_none()
    return Head(row[0], row[1]) if row else Head("", 0)


def keep_cut(session: PolicySession, cut: Head) -> None:
    """The entries up to here are in archive files."""
    proof = _proof(cut.seal, cut.count)
    kept = {"archived_seal": cut.seal, "archived_count": cut.count, "archived_proof": proof}
    with session.ledger() as ledger:
        ledger.execute(update(HEAD).where(HEAD.c.id == 1).values(kept))


def _wrong_cut(session: PolicySession) -> list[Broken]:
    head = session.scalar(select(TrailHead).where(TrailHead.id == 1))
    if head is None or not head.archived_count:
        return []
    if not hmac.compare_digest(head.archived_proof, _proof(head.archived_seal, head.archived_count)):
        return [Broken("head", None, "where the trail was cut was not written by the product")]
    return []


def entries(session: PolicySession, newest: int | None = None) -> Iterator[Any]:
    """The entries of the database in their order, up to an id."""
    after = 0
    names = ("id", "seal", *SEALED)
    while True:
        page = session.execute(
            select(*(getattr(TrailEntry, name) for name in names))
            .where(TrailEntry.id > after, TrailEntry.id <= newest if newest else TrailEntry.id > after)
            .order_by(TrailEntry.id)
            .limit(CHUNK)
        ).all()
        yield from page
        if len(page) < CHUNK:
            return
        after = page[-1].id


def _wrong_head(session: PolicySession, last: str, count: int) -> list[Broken]:
    head = session.scalar(select(TrailHead).where(TrailHead.id == 1))
    if head is None:
        return [Broken("head", None, "the head of the trail is gone")] if count else []
    if (head.seal, head.entry_count) != (last, count):
        return [Broken("head", None, f"the head counts {head.entry_count} sealed entries, the trail has {count}")]
    if not hmac.compare_digest(head.proof, _proof(head.seal, head.entry_count)):
        return [Broken("head", None, "the head of the trail was not written by the product")]
    return []


def _learn(known: dict[str, dict[int, dict[str, Any] | None]], entry: Any) -> None:
    """What the trail says a watched row is after an entry; None: deleted."""
    rows = known.get(entry.entity)
    if rows is None or entry.act not in ("create", "change", "delete"):
        return
    if entry.act == "delete":
        rows.update(dict.fromkeys([entry.row_id] if entry.row_id else (entry.changes or {}).get("ids", [[]])[0]))
    elif entry.row_id is not None:
        present = rows.get(entry.row_id) or {}
        rows[entry.row_id] = present | {name: pair[1] for name, pair in (entry.changes or {}).items() if len(pair) == 2}


def _strangers(session: PolicySession, known: dict[str, dict[int, dict[str, Any] | None]]) -> Iterator[Broken]:
    """Watched rows that are not what the trail last said."""
    for entity in WATCHED:
        rows = known[entity.__name__]
        names = [name for name, column in columns(entity).items() if not _follows_others(column)]
        ids = sorted(rows)
        for start in range(0, len(ids), 500):
            chunk = ids[start : start + 500]
            found = {row.id: row for row in session.scalars(select(entity).where(entity.id.in_(chunk)))}
            for id_ in chunk:
                text = _difference(rows[id_], found.get(id_), names)
                if text:
                    yield Broken("row", None, f"{entity.__name__} {id_}: {text}")
            session.expunge_all()


def _follows_others(column: Any) -> bool:
    """The database itself empties such a reference when its row goes."""
    return any(key.ondelete == "SET NULL" for key in column.foreign_keys)


def _difference(said: dict[str, Any] | None, row: Any, names: list[str]) -> str:
    if said is None or row is None:
        return (
            "" if (said is None) == (row is None) else "deleted past the trail" if row is None else "there, though deleted"
        )
    for name in names:
        if name in said and said[name] != told(getattr(row, name)):
            return f"{name} is not what the trail says"
    return ""


def told(value: Any) -> Any:
    """A value as the trail keeps it in its changes."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)


def untold(column: Any, value: Any) -> Any:
    """A value of the trail as its column has it: the other way round of `told`."""
    kind = column.type.python_type
    if value is None or not isinstance(value, str) or kind is str:
        return value
    for made in (datetime, date, time):
        if kind is made:
            return made.fromisoformat(value)
    return Decimal(value) if issubclass(kind, Decimal) else value
