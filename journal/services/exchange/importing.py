"""An import from the file to its undoing: received, laid out, planned, carried out in one transaction, taken back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import undefer

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import (
    Enrolment,
    Entity,
    Finding,
    Guardian,
    Guardianship,
    ImportRun,
    Mark,
    Room,
    SchoolClass,
    Staff,
    Student,
    Subgroup,
    Subject,
    TeachingAssignment,
    Timetable,
    TimetableEntry,
    TrailEntry,
    entities,
)
from journal.schema.base import columns, target
from journal.services import database, jobs, records, titles, trail
from journal.services.exchange import layout as layouts
from journal.services.exchange import lists, tables
from journal.services.exchange.layout import Layout
from journal.services.exchange.plan import ListKind, New, Note, Options, Plan, Row
from journal.services.exchange.tables import Sheet
from journal.services.refusals import Invalid, Missing, Said, as_json, of_json, said
from journal.services.timetable import edits

ORDER: tuple[type[Entity], ...] = (
    SchoolClass,
    Subject,
    Room,
    Staff,
    Student,
    Guardian,
    Guardianship,
    Enrolment,
    Subgroup,
    TeachingAssignment,
    Timetable,
    TimetableEntry,
    Mark,
)
"""What an import makes, in the order in which rows can point at each other."""
CHUNK = 500
FILE_DAYS = 30
MOST_NOTES, MOST_TOLD = 300, 20
NAMED = {"full_name", "last_name"}

# --- receiving


def receive(session: PolicySession, code: str, file_name: str, data: bytes) -> ImportRun:
    """Keep a file and guess how it is laid out; nothing is imported yet. Raises `Missing`, `Unreadable`, `Forbidden`."""
    kind = kind_of(code)
    sheets = tables.read(data)
    found = layouts.guess(kind, sheets, layouts.remembered(session, kind))
    values = {
        "source": code,
        "file_name": file_name[:200] or "?",
        "happened_at": clock.now(),
        "account_id": getattr(session.principal, "account_id", None),
        "layout": found.as_json(layouts.headers(sheets[found.sheet], found.head)),
        "content": data,
    }
    return records.create(session, ImportRun, values)


def forget(engine: Engine) -> int:
    """Files are kept for a month, what was done with them stays; gives how many were let go."""
    old = clock.now() - timedelta(days=FILE_DAYS)
    with database.work(engine, System("job")) as session:
        found = session.scalars(select(ImportRun).where(ImportRun.content.is_not(None), ImportRun.happened_at < old)).all()
        for run in found:
            records.change(session, run, {"content": None})
    return len(found)


def kind_of(code: str) -> ListKind:
    """The kind of list by its code. Raises `Missing`."""
    if code not in lists.EVERY:
        raise Missing
    return lists.EVERY[code]


@dataclass
class Opened:
    """An import with its file read."""

    run: ImportRun
    kind: ListKind
    sheets: list[Sheet]
    layout: Layout
    options: Options

    @property
    def sheet(self) -> Sheet:
        """The sheet that is read."""
        return self.sheets[min(self.layout.sheet, len(self.sheets) - 1)]


def open_run(session: PolicySession, run_id: int) -> Opened:
    """An import of a list. Raises `Missing`, also for one that was not carried out while its file was kept."""
    run = session.scalar(select(ImportRun).options(undefer(ImportRun.content)).where(ImportRun.id == run_id))
    if run is None or run.source not in lists.EVERY or (run.content is None and run.state == "checked"):
        raise Missing
    sheets = tables.read(run.content) if run.content is not None and run.state == "checked" else []
    starts_on = (run.layout or {}).get("starts_on")
    options = Options(date.fromisoformat(starts_on) if starts_on else None)
    return Opened(run, lists.EVERY[run.source], sheets, layouts.of_json(run.layout), options)


def lay_out(session: PolicySession, opened: Opened, wanted: Layout, starts_on: date | None = None) -> None:
    """Choose how the file is read. Raises `Invalid` when what is needed has no column, or two columns are one thing."""
    if opened.run.state != "checked":
        raise Invalid({"": said(N_("This import is over."))})
    chosen = list(wanted.columns.values())
    twice = {name for name in chosen if chosen.count(name) > 1}
    labels = opened.kind.labels()
    if twice:
        raise Invalid({"": said(N_("Two columns are chosen for one thing: choose one of them."))})
    missing = [one for one in opened.kind.fields if one.is_required and one.name not in chosen]
    if missing:
        raise Invalid({"": Said(N_("A column for this is needed: %(what)s"), {"what": missing[0].label})})
    if NAMED & labels.keys() and not NAMED & set(chosen):
        raise Invalid({"": said(N_("A column with the full name, or with the last name, is needed."))})
    kept = wanted.as_json(layouts.headers(opened.sheets[wanted.sheet], wanted.head))
    if starts_on:
        kept["starts_on"] = starts_on.isoformat()
    records.change(session, opened.run, {"layout": kept})


# --- planning


def plan(session: PolicySession, opened: Opened, tell: Callable[[int, int], None] | None = None) -> Plan:
    """What the import would do; nothing is changed. Raises `Invalid` when the school lacks what the list needs."""
    made = Plan()
    with session.no_autoflush:
        reader = opened.kind.reader(session, opened.options)
        labels = opened.kind.labels()
        every = list(layouts.rows(opened.sheet, opened.layout))
        for number, (place, cells) in enumerate(every):
            reader.take(Row(made, place, cells, labels))
            if tell is not None and number % CHUNK == 0:
                tell(number, len(every))
    return made


# --- carrying out


@jobs.kind("import")
def apply(task: jobs.Task) -> dict[str, Any]:
    """Carry an import out, all of it or nothing."""
    run_id = int(task.facts["run"])
    with database.work(task.engine, task.actor) as session:
        finish(session, run_id, task.progress.tell)
    return {"address": f"/exchange/{run_id}"}


def finish(session: PolicySession, run_id: int, tell: Callable[[int, int], None]) -> None:
    """Plan once more and carry out, in this transaction. Raises `Missing`, `Invalid`, `Cancelled`."""
    opened = open_run(session, run_id)
    if opened.run.state != "checked":
        raise Invalid({"": said(N_("This import is over."))})
    made = plan(session, opened)
    with records.under(session, mark(run_id)), edits.rearranging(session):
        carry_out(session, made, tell)
    report = {"counts": dict(made.counts), "made": dict(made.rows_made), "notes": told(made.notes)}
    records.change(session, opened.run, {"state": "applied", "happened_at": clock.now(), "report": report})
    title = titles.of(session, opened.run)
    records.note(session, "import", ImportRun, {"rows": [None, sum(made.counts.values())]}, row_id=run_id, title=title)


def mark(run_id: int) -> str:
    """What stands in the trail as the request of all that an import has done."""
    return f"import-{run_id}"


def carry_out(session: PolicySession, made: Plan, tell: Callable[[int, int], None]) -> None:
    """Make and change the rows of a plan in this transaction. Raises `Invalid`, `Stale`, `Cancelled`."""
    total, done = len(made.news) + len(made.changes), 0
    for entity in ORDER:
        rows = [new for new in made.news if new.entity is entity]
        for start in range(0, len(rows), CHUNK):
            chunk: list[New] = rows[start : start + CHUNK]
            for new, row in zip(chunk, records.create_all(session, entity, [n.resolved() for n in chunk]), strict=True):
                new.made_id = row.id
            done += len(chunk)
            tell(done, total)
    for number, change in enumerate(made.changes):
        known = session.get(change.entity, change.id)
        if known is None:
            raise Missing
        records.change(session, known, change.values, version_seen=change.version)
        if number % 50 == 0:
            tell(done + number, total)


def told(notes: Sequence[Note]) -> list[dict[str, Any]]:
    """The notes as an import keeps them."""
    return [{"row": n.row, "label": n.label, "is_error": n.is_error, **as_json(n.text)} for n in notes[:MOST_NOTES]]


def kept_notes(run: ImportRun) -> list[Note]:
    """The notes that an import has kept."""
    return [Note(n["row"], n["label"], of_json(n), n["is_error"]) for n in (run.report or {}).get("notes", ())]


# --- undoing


@jobs.kind("undo-import")
def undo(task: jobs.Task) -> dict[str, Any]:
    """Take an import back, all of it or nothing."""
    run_id = int(task.facts["run"])
    with database.work(task.engine, task.actor) as session:
        take_back(session, run_id, task.progress.tell)
    return {"address": f"/exchange/{run_id}"}


def take_back(session: PolicySession, run_id: int, tell: Callable[[int, int], None]) -> None:
    """Delete what an import has made and put back what it has changed. Raises `Missing`, `Cancelled`, and `Invalid` when
    anything of it was changed or used since."""
    run = session.get(ImportRun, run_id)
    if run is None or run.state != "applied":
        raise Missing
    made, changed = _done_by(session, run_id)
    against = [*_used_since(session, made), *_changed_since(session, run_id, made, changed)]
    if against:
        examples = ", ".join(against[:MOST_TOLD])
        text = N_("The import can't be undone: rows of it were used or changed since: %(rows)s")
        raise Invalid({"": said(text, rows=examples)})
    total, done = sum(map(len, made.values())) + len(changed), 0
    for entity, row_id, values in changed:
        row = session.get(entity, row_id)
        if row is not None:
            records.change(session, row, values)
        done += 1
        if done % 50 == 0:
            tell(done, total)
    for entity in reversed(ORDER):
        ids = made.get(entity, [])
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            records.delete_many(session, session.scalars(select(entity).where(entity.id.in_(chunk))).all())
            done += len(chunk)
            tell(done, total)
    records.change(session, run, {"state": "undone"})


def _done_by(
    session: PolicySession, run_id: int
) -> tuple[dict[type[Entity], list[int]], list[tuple[type[Entity], int, dict[str, Any]]]]:
    """What an import has made (entity -> ids) and changed (entity, id, values of before), by the trail."""
    by_name = {entity.__name__: entity for entity in ORDER}
    made: dict[type[Entity], list[int]] = {}
    changed = []
    asked = select(TrailEntry.entity, TrailEntry.row_id, TrailEntry.act, TrailEntry.changes)
    for name, row_id, act, changes in session.execute(
        asked.where(TrailEntry.request == mark(run_id)).order_by(TrailEntry.id)
    ):
        entity = by_name.get(name)
        if entity is None or row_id is None:
            continue
        if act == "create":
            made.setdefault(entity, []).append(row_id)
        elif act == "change":
            changed.append(
                (entity, row_id, {key: trail.untold(columns(entity)[key], pair[0]) for key, pair in changes.items()})
            )
    return made, changed


def _named(entity: type[Entity], id_: int) -> str:
    return f"{titles.entity_name(entity.__name__)} {id_}"


def _used_since(session: PolicySession, made: dict[type[Entity], list[int]]) -> Iterable[str]:
    """Rows that point at what the import has made and are not of it."""
    for entity, ids in made.items():
        for other in entities():
            for name, column in columns(other).items():
                if target(column) is not entity or other is Finding:  # findings are computed anew
                    continue
                own = set(made.get(other, ()))
                pointing = getattr(other, name)
                for start in range(0, len(ids), CHUNK):
                    asked = select(other.id).where(pointing.in_(ids[start : start + CHUNK]))
                    for id_ in session.scalars(asked.limit(len(own) + MOST_TOLD)):
                        if id_ not in own:
                            yield _named(other, id_)


def _changed_since(
    session: PolicySession,
    run_id: int,
    made: dict[type[Entity], list[int]],
    changed: list[tuple[type[Entity], int, dict[str, Any]]],
) -> Iterable[str]:
    """Rows of the import that somebody has changed after it."""
    rows = {entity: set(ids) for entity, ids in made.items()}
    for entity, id_, _ in changed:
        rows.setdefault(entity, set()).add(id_)
    last = session.scalar(
        select(TrailEntry.id).where(TrailEntry.request == mark(run_id)).order_by(TrailEntry.id.desc()).limit(1)
    )
    for entity, ids in rows.items():
        ordered = sorted(ids)
        for start in range(0, len(ordered), CHUNK):
            asked = select(TrailEntry.row_id).where(
                TrailEntry.entity == entity.__name__,
                TrailEntry.row_id.in_(ordered[start : start + CHUNK]),
                TrailEntry.act.in_(["change", "delete"]),
                TrailEntry.id > (last or 0),
            )
            yield from (_named(entity, id_ or 0) for id_ in session.scalars(asked.limit(MOST_TOLD)))
