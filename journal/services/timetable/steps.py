"""Several changes of a version as one: moves, swaps, chains, lessons put in and taken out; each knows its way back.

A step names a lesson by its assignment and place, not by a key, so that it can be undone in a copy of the version too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Timetable, TimetableEntry
from journal.services import records
from journal.services.refusals import Invalid, Said, Stale, said
from journal.services.timetable import board as boards
from journal.services.timetable import edits, norms, times
from journal.services.timetable.board import Placed
from journal.services.timetable.conflicts import Clash, Clashing, clashes

MOST_STEPS = 20
LOCKED = N_("%(class_name)s, %(subject)s is locked: unlock it first.")


@dataclass(frozen=True)
class Place:
    """A slot of a version with its room."""

    weekday: int
    number: int
    parity: str = "every"
    room_id: int | None = None


@dataclass(frozen=True)
class Step:
    """One lesson from a place to another; no `was`: put in, no `to`: taken out."""

    assignment_id: int
    was: Place | None
    to: Place | None

    def back(self) -> "Step":
        return Step(self.assignment_id, self.to, self.was)


@dataclass(frozen=True)
class Taken:
    """What steps came to: the way back, what the norms say, and which classes look different."""

    back: list[Step]
    warnings: list[Said]
    class_ids: set[int]
    version_id: int


def take(session: PolicySession, since: date, steps: Sequence[Step], draft_id: int | None = None) -> Taken:
    """All the steps or none. Raises `Clashing`, `Invalid`, `Stale`, `Missing`, `Forbidden`."""
    if not steps or len(steps) > MOST_STEPS:
        raise Invalid({"": said(N_("Nothing to do, or too much at once."))})
    version = edits.target(session, since, draft_id)
    board = boards.load(session, version.id)
    there = [_found(board, step) for step in steps]
    wanted = [_wanted(session, step, placed) for step, placed in zip(steps, there, strict=True)]
    _check(session, board, there, wanted)
    back = [_real(step, placed).back() for step, placed in zip(steps, there, strict=True)]
    with edits.rearranging(session):
        _write(session, version, steps, there)
    left = _without(board, there)
    after = [*left, *(one for one in wanted if one is not None)]
    weighed = norms.in_force(session, since)
    told: list[Said] = []
    for one in wanted:
        for text in norms.warnings(one.course.class_id, after, weighed, one) if one is not None else ():
            if text not in told:
                told.append(text)
    touched = {one.course.class_id for one in [*there, *wanted] if one is not None}
    return Taken(list(reversed(back)), told, touched, version.id)


def _found(board: list[Placed], step: Step) -> Placed | None:
    """The lesson of a step. Raises `Stale` when it stands there no more."""
    if step.was is None:
        return None
    for placed in board:
        at = (placed.weekday, placed.number, placed.parity)
        if placed.course.assignment_id == step.assignment_id and at == (step.was.weekday, step.was.number, step.was.parity):
            return placed
    raise Stale


def _real(step: Step, placed: Placed | None) -> Step:
    """The step with the room that the lesson really had."""
    if placed is None:
        return step
    was = Place(placed.weekday, placed.number, placed.parity, placed.room_id)
    return Step(step.assignment_id, was, step.to)


def _wanted(session: PolicySession, step: Step, placed: Placed | None) -> Placed | None:
    if step.to is None:
        return None
    slot = edits.Slot(step.to.weekday, step.to.number, step.to.room_id, step.to.parity)
    return edits.considered(session, step.assignment_id, slot, placed.id if placed else 0)


def _without(board: list[Placed], gone: Sequence[Placed | None]) -> list[Placed]:
    ids = {one.id for one in gone if one is not None}
    return [placed for placed in board if placed.id not in ids]


def _check(
    session: PolicySession, board: list[Placed], there: Sequence[Placed | None], wanted: Sequence[Placed | None]
) -> None:
    """Locks, conflicts in the board as it would be, times at which somebody is not there. Raises `Clashing`, `Invalid`."""
    for one in there:
        if one is not None and one.is_locked:
            course = one.course
            raise Invalid({"": said(LOCKED, class_name=course.class_name, subject=course.subject)})
    left = _without(board, there)
    closed = times.closed(session)
    found: list[Clash] = []
    for index, one in enumerate(wanted):
        if one is not None:
            others = [other for place, other in enumerate(wanted) if other is not None and place < index]
            found += clashes(one, [*left, *others])
            found += times.clashes(one, closed)
    if found:
        raise Clashing(found)


def _write(session: PolicySession, version: Timetable, steps: Sequence[Step], there: Sequence[Placed | None]) -> None:
    """Take out, then move, then put in: so no two lessons ever claim one place."""
    rows: dict[int, Any] = {
        row.id: row
        for row in session.scalars(
            select(TimetableEntry).where(TimetableEntry.id.in_([one.id for one in there if one is not None]))
        )
    }
    for step, placed in zip(steps, there, strict=True):
        if placed is not None and step.to is None:
            records.delete(session, rows[placed.id])
    for step, placed in zip(steps, there, strict=True):
        if placed is not None and step.to is not None:
            records.change(session, rows[placed.id], _values(step.to))
    for step, placed in zip(steps, there, strict=True):
        if placed is None and step.to is not None:
            values = {"timetable_id": version.id, "assignment_id": step.assignment_id, **_values(step.to)}
            records.create(session, TimetableEntry, values)


def _values(place: Place) -> dict[str, Any]:
    return {"weekday": place.weekday, "number": place.number, "parity": place.parity, "room_id": place.room_id}
