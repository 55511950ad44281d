"""Two rows that mean one thing become one: what hangs on the one moves to the other, then it goes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Authored, Entity, entities
from journal.schema.base import columns, target
from journal.services import records
from journal.services.refusals import Forbidden, Invalid, Missing, Said, said

AUTHORSHIP = frozenset({"written_at", "written_by_id", "changed_at", "changed_by_id"})
NOT_YOURS = N_("A row that hangs on it is not yours to change.")


@dataclass
class Merged:
    """What a merge does: rows that move and rows that are there already, by entity, and what stands against it."""

    moved: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    refused: list[Said] = field(default_factory=list)


def preview(session: PolicySession, entity: type[Entity], gone_id: int, kept_id: int) -> Merged:
    """What a merge would do: it is done and taken back, so the session must not be committed. Raises `Missing`."""
    made = Merged()
    try:
        merge(session, entity, gone_id, kept_id, made)
    except Invalid as invalid:
        made.refused = list(invalid.errors.values())
    except Forbidden:
        made.refused = [said(NOT_YOURS)]
    session.rollback()
    return made


def merge(session: PolicySession, entity: type[Entity], gone_id: int, kept_id: int, made: Merged | None = None) -> Merged:
    """Everything that points at the one points at the other; the one goes. A row that the other has already, alike in all
    else, goes too. Raises `Missing`, `Invalid`, `Forbidden`."""
    made = made or Merged()
    gone, kept = session.get(entity, gone_id), session.get(entity, kept_id)
    if gone is None or kept is None:
        raise Missing
    if gone_id == kept_id:
        raise Invalid({"": said(N_("Choose another row: this is the same one."))})
    for other, name in _pointing(entity):
        for row in session.scalars(select(other).where(getattr(other, name) == gone_id)).all():
            if _twin(session, row, name, kept_id) is not None:
                records.delete(session, row)
                made.same[other.__name__] += 1
            else:
                records.change(session, row, {name: kept_id})
                made.moved[other.__name__] += 1
    records.delete(session, gone)
    return made


def _pointing(entity: type[Entity]) -> Iterator[tuple[type[Entity], str]]:
    """Every reference to the entity but authorship."""
    for other in entities():
        for name, column in columns(other).items():
            if target(column) is entity and name not in AUTHORSHIP and not column.info.get("automatic"):
                yield other, name


def _twin(session: PolicySession, row: Any, name: str, kept_id: int) -> Any:
    """A row of the other one that is alike in everything but the reference."""
    entity: type[Entity] = type(row)
    skipped = {name, *(AUTHORSHIP if issubclass(entity, Authored) else ())}
    alike = [
        getattr(entity, other).is_(None) if getattr(row, other) is None else getattr(entity, other) == getattr(row, other)
        for other in columns(entity)
        if other not in skipped
    ]
    return session.scalar(select(entity).where(getattr(entity, name) == kept_id, *alike).limit(1))
