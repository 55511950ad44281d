"""A deleted row comes back as the trail has it, with what hung on it, while nothing contradicts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Entity, TrailEntry, entities
from journal.schema.base import columns
from journal.services import cascades, records, trail
from journal.services.refusals import Invalid, Missing, said

MOST = 100


def deleted(session: PolicySession, entity: type[Entity]) -> Sequence[TrailEntry]:
    """The last deletions of an entity that the person may read in the trail, of rows that are not there again."""
    asked = select(TrailEntry).where(
        TrailEntry.entity == entity.__name__,
        TrailEntry.act == "delete",
        TrailEntry.row_id.is_not(None),
        TrailEntry.row_id.not_in(select(entity.id)),
    )
    found: dict[int, TrailEntry] = {}
    for entry in session.scalars(asked.order_by(TrailEntry.id.desc()).limit(MOST)):
        found.setdefault(entry.row_id or 0, entry)
    return list(found.values())


def with_it(session: PolicySession, entry: TrailEntry) -> list[TrailEntry]:
    """The deletions of the same act whose rows hung on this one, parents before children."""
    entity = _entity(entry)
    found: list[TrailEntry] = []
    for other, name in cascades.pointing(entity):
        asked = select(TrailEntry).where(
            TrailEntry.entity == other.__name__, TrailEntry.act == "delete", TrailEntry.request == entry.request
        )
        for one in session.scalars(asked.order_by(TrailEntry.id)):
            if (one.changes or {}).get(name, [None])[0] == entry.row_id and one.request is not None:
                found += [one, *with_it(session, one)]
    return found


def bring_back(session: PolicySession, entity: type[Entity], entry_id: int) -> Entity:
    """The row and what hung on it, under their old numbers. Raises `Missing`, `Invalid`, `Forbidden`."""
    entry = session.scalar(
        select(TrailEntry).where(TrailEntry.id == entry_id, TrailEntry.entity == entity.__name__, TrailEntry.act == "delete")
    )
    if entry is None or entry.row_id is None:
        raise Missing
    along = with_it(session, entry)
    row = _again(session, entry)
    for one in along:
        _again(session, one)
    return row


def _entity(entry: TrailEntry) -> type[Entity]:
    found = {one.__name__: one for one in entities()}.get(entry.entity)
    if found is None:
        raise Missing
    return found


def _again(session: PolicySession, entry: TrailEntry) -> Entity:
    entity = _entity(entry)
    if session.get(entity, entry.row_id) is not None:
        raise Invalid({"": said(N_("This row is there again already."))})
    own = columns(entity)
    values: dict[str, Any] = {
        name: trail.untold(own[name], pair[0])
        for name, pair in (entry.changes or {}).items()
        if name in own and pair and pair[0] is not None
    }
    return records.create(session, entity, {"id": entry.row_id, **values})
