"""Rows that stand in an order of their own: their numbers follow it, one change at a time, and no two are ever the same."""

from collections.abc import Sequence

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Entity
from journal.schema.base import columns
from journal.services import records
from journal.services.refusals import Invalid, said


def free(rows: Sequence[Entity], entity: type[Entity], name: str) -> int:
    """A number that none of the rows has: after the last if there is room. Raises `Invalid` when all are taken."""
    low, high = _bounds(entity, name)
    taken: set[int] = {getattr(row, name) for row in rows}
    numbers: list[int] = [max(taken, default=low - 1) + 1, *range(low, high + 1)]
    for number in numbers:
        if low <= number <= high and number not in taken:
            return number
    raise Invalid({"": said(N_("There is no room for so many rows: at most %(most)s."), most=high - low + 1)})


def renumber(session: PolicySession, rows: Sequence[Entity], name: str) -> None:
    """Give rows the numbers of their order, from the lowest on. Raises `Forbidden`, `Invalid`."""
    if not rows:
        return
    low, _high = _bounds(type(rows[0]), name)
    wanted = {row.id: low + place if low else 1 + place for place, row in enumerate(rows)}
    waiting = [row for row in rows if getattr(row, name) != wanted[row.id]]
    while waiting:
        taken = {getattr(row, name) for row in rows}
        ready = next((row for row in waiting if wanted[row.id] not in taken), None)
        if ready is None:  # a ring: one steps aside
            records.change(session, waiting[0], {name: free(rows, type(rows[0]), name)})
        else:
            records.change(session, ready, {name: wanted[ready.id]})
            waiting.remove(ready)


def _bounds(entity: type[Entity], name: str) -> tuple[int, int]:
    info = columns(entity)[name].info
    return int(info["low"]), int(info["high"])
