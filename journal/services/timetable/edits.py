"""Changes of the timetable from a date on: what was before stays as it was, what is filled is never touched."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import AcademicYear, Room, TeachingAssignment, Timetable, TimetableEntry
from journal.services import calendar, records
from journal.services.records import then
from journal.services.refusals import Invalid, Missing, Said, Stale, said
from journal.services.rules import rule
from journal.services.timetable import board as boards
from journal.services.timetable import drafts, laying, norms, times
from journal.services.timetable.conflicts import Clashing, clashes


@dataclass(frozen=True)
class Done:
    """What an edit came to."""

    entry_id: int | None
    warnings: list[Said]


@dataclass(frozen=True)
class Slot:
    """Where an entry is wanted."""

    weekday: int
    number: int
    room_id: int | None = None
    parity: str = "every"


def version_from(session: PolicySession, since: date) -> Timetable:
    """The version to edit from a date: the one that begins then, or a copy that ends the one in force."""
    year = calendar.current_year(session)
    if year is None or not year.begins_on <= since <= year.ends_on:
        raise Invalid({"since": said(N_("This date is outside the academic year."))})
    if since < clock.today():
        raise Invalid({"since": said(N_("The timetable can be changed from today on, not for days gone by."))})
    current = drafts.in_force(session, since)
    if current is None:
        with session.consequent():
            return records.create(session, Timetable, _version(year, since, year.ends_on))
    if current.valid_from == since or current.valid_from > since:
        return current
    with session.consequent():
        return _split(session, year, current, since)


def _version(year: AcademicYear, since: date, until: date) -> dict[str, object]:
    return {
        "academic_year_id": year.id,
        "name": since.strftime("%d.%m.%Y"),
        "valid_from": since,
        "valid_to": until,
        "state": "published",
    }


def _split(session: PolicySession, year: AcademicYear, current: Timetable, since: date) -> Timetable:
    until = current.valid_to
    records.change(session, current, {"valid_to": since - timedelta(days=1)})
    made = records.create(session, Timetable, _version(year, since, until))
    drafts.copy(session, current.id, made.id)
    return made


SAME = ("weekday", "number", "parity", "assignment_id")


def target(session: PolicySession, since: date, draft_id: int | None) -> Timetable:
    """The version that is edited: a draft, or the one that holds from a date. Raises `Missing`, `Invalid`."""
    return version_from(session, since) if draft_id is None else drafts.draft(session, draft_id)


@contextmanager
def rearranging(session: PolicySession) -> Iterator[None]:
    """Inside, entries are not checked one by one: whoever opens it has checked them together."""
    session.info["rearranging"] = True
    try:
        yield
    finally:
        del session.info["rearranging"]


def lock(session: PolicySession, since: date, entry_id: int, on: bool, draft_id: int | None = None) -> TimetableEntry:
    """Lock an entry, or unlock it. Raises `Missing`, `Stale`, `Forbidden`."""
    return records.change(session, _entry(session, since, entry_id, None, draft_id), {"is_locked": on})


def add(session: PolicySession, since: date, assignment_id: int, slot: Slot, draft_id: int | None = None) -> Done:
    """Put an assignment into a slot from a date on. Raises `Clashing`, `Invalid`."""
    version = target(session, since, draft_id)
    wanted = considered(session, assignment_id, slot)
    placed = _checked(session, version, wanted)
    entry = records.create(
        session,
        TimetableEntry,
        {
            "timetable_id": version.id,
            "assignment_id": assignment_id,
            "weekday": slot.weekday,
            "number": slot.number,
            "parity": slot.parity,
            "room_id": slot.room_id,
        },
    )
    return _done(session, since, entry.id, wanted, [*placed, wanted])


def move(
    session: PolicySession,
    since: date,
    entry_id: int,
    slot: Slot,
    version_seen: int | None = None,
    draft_id: int | None = None,
) -> Done:
    """Move an entry to another slot from a date on. Raises `Clashing`, `Invalid`, `Missing`, `Stale`."""
    entry = _entry(session, since, entry_id, version_seen, draft_id)
    _not_locked(session, entry)
    parity = entry.parity if slot.parity == "every" else slot.parity
    wanted = considered(session, entry.assignment_id, slot, entry.id, parity)
    placed = _checked(session, _version_of(session, entry), wanted)
    records.change(session, entry, {"weekday": slot.weekday, "number": slot.number, "room_id": slot.room_id})
    return _done(session, since, entry.id, wanted, [*(p for p in placed if p.id != entry.id), wanted])


def remove(session: PolicySession, since: date, entry_id: int, draft_id: int | None = None) -> Done:
    """Take an entry out from a date on; its filled lessons stay in the journal."""
    entry = _entry(session, since, entry_id, None, draft_id)
    _not_locked(session, entry)
    records.delete(session, entry)
    return Done(None, [])


def _not_locked(session: PolicySession, entry: TimetableEntry) -> None:
    if entry.is_locked:
        raise Invalid({"": said(N_("This lesson is locked: unlock it first."))})


def _entry(
    session: PolicySession, since: date, entry_id: int, version_seen: int | None, draft_id: int | None = None
) -> TimetableEntry:
    """The entry in the version that holds from the date; in a copy it is the one in the same slot."""
    seen = session.get(TimetableEntry, entry_id)
    if seen is None:
        raise Missing
    if version_seen is not None and seen.version != version_seen:
        raise Stale
    version = target(session, since, draft_id)
    if seen.timetable_id == version.id:
        return seen
    found = session.scalar(
        select(TimetableEntry).where(
            TimetableEntry.timetable_id == version.id,
            *(getattr(TimetableEntry, name) == getattr(seen, name) for name in SAME),
        )
    )
    if found is None:
        raise Stale
    return found


def _version_of(session: PolicySession, entry: TimetableEntry) -> Timetable:
    version = session.get(Timetable, entry.timetable_id)
    assert version is not None
    return version


def considered(
    session: PolicySession, assignment_id: int, slot: Slot, entry_id: int = 0, parity: str | None = None
) -> boards.Placed:
    """An assignment in a slot, as if it stood there. Raises `Missing`."""
    assignment = session.get(TeachingAssignment, assignment_id)
    if assignment is None:
        raise Missing
    course = boards.courses(session, [assignment.school_class_id])[assignment_id]
    room = session.get(Room, slot.room_id) if slot.room_id else None
    if slot.room_id and room is None:
        raise Missing
    return boards.Placed(
        entry_id, slot.weekday, slot.number, parity or slot.parity, slot.room_id, room.number if room else None, course
    )


def _checked(session: PolicySession, version: Timetable, wanted: boards.Placed) -> list[boards.Placed]:
    placed = boards.load(session, version.id)
    found = [*clashes(wanted, placed), *times.clashes(wanted, times.closed(session))]
    if found:
        raise Clashing(found)
    return placed


def _done(session: PolicySession, since: date, entry_id: int, wanted: boards.Placed, after: list[boards.Placed]) -> Done:
    told = norms.warnings(wanted.course.class_id, after, norms.in_force(session, since), wanted)
    return Done(entry_id, told)


@rule(TimetableEntry)
def _no_clash(session: PolicySession, entry: TimetableEntry, act: str) -> None:
    """Whoever writes an entry — the editor, the panel, an import — the version stays free of conflicts."""
    if act == "delete" or session.info.get("rearranging"):
        return
    slot = Slot(entry.weekday, entry.number, entry.room_id, entry.parity)
    wanted = considered(session, entry.assignment_id, slot, entry.id or 0)
    found = clashes(wanted, boards.load(session, entry.timetable_id))
    if found:
        raise Invalid({"": found[0].why})


@then(TimetableEntry)
def _relay(session: PolicySession, entry: TimetableEntry, _: str) -> None:
    """An entry written in the panel moves lessons like one written in the editor."""
    version = session.get(Timetable, entry.timetable_id)
    if version is not None and version.state == "published" and version.valid_to >= clock.today():
        laying.lay(session, max(version.valid_from, clock.today()), {entry.assignment_id})
