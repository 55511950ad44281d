"""The timetable on paper and in a spreadsheet: the whole school on one sheet, or one by class, by teacher, by room."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Timetable
from journal.schema.calendar import WEEKDAYS
from journal.services import bells, settings
from journal.services.refusals import Missing, said
from journal.services.reports.document import Column, Document, Table
from journal.services.timetable import board as boards
from journal.services.timetable import norms
from journal.services.timetable.board import Placed

PICK: dict[str, Callable[[Placed], tuple[int | None, str | None]]] = {
    "class": lambda placed: (placed.course.class_id, placed.course.class_name),
    "teacher": lambda placed: (placed.course.staff_id, placed.course.teacher),
    "room": lambda placed: (placed.room_id, placed.room),
}
WIDE = 16
"""More classes than this are printed on A3."""


def document(
    session: PolicySession, version: Timetable, view: str, chosen: int | None = None, *, points: bool = False
) -> Document:
    """A version as a document. `view`: school, class, teacher or room; no `chosen`: all of them. Raises `Missing`."""
    known = boards.courses(session, year_id=version.academic_year_id)
    board = boards.load(session, version.id, known)
    weighed = norms.in_force(session, max(version.valid_from, date.min)) if points else None
    facts: list[tuple[Any, Any]] = [(said(N_("In force from")), version.valid_from)]
    made = Document(said(N_("Timetable")), facts, school=settings.value(session, "school_name"), landscape=True)
    if view == "school":
        made.tables = [_school(board, weighed)]
        made.paper = "a3" if len(made.tables[0].columns) > WIDE else "a4"
        return made
    groups: dict[tuple[int, str], list[Placed]] = defaultdict(list)
    for placed in board:
        key, name = PICK[view](placed)
        if key is not None and (chosen is None or key == chosen):
            groups[key, name or ""].append(placed)
    if chosen is not None and not groups:
        raise Missing
    ringing = bells.load(session)
    order = sorted(groups.items(), key=lambda one: (one[1][0].course.grade if view == "class" else 0, one[0][1]))
    made.tables = [_week(name, own, view, ringing, weighed) for (_, name), own in order]
    return made


def _school(board: Sequence[Placed], weighed: norms.Norms | None) -> Table:
    """Rows are lessons of the week, columns are classes."""
    classes = dict.fromkeys(
        (p.course.class_id, p.course.class_name) for p in sorted(board, key=lambda p: (p.course.grade, p.course.class_name))
    )
    at: dict[tuple[int, int, int], list[Placed]] = defaultdict(list)
    for placed in board:
        at[placed.weekday, placed.number, placed.course.class_id].append(placed)
    rows: list[list[Any]] = []
    for weekday, number in sorted({(p.weekday, p.number) for p in board}):
        cells = [_codes(at[weekday, number, class_id], weighed) for class_id, _ in classes]
        first = number == min(p.number for p in board if p.weekday == weekday)
        rows.append([said(WEEKDAYS[weekday]) if first else "", number, *cells])
    columns = [Column(said(N_("Day")), "text", 11), Column("№", "whole", 3)]
    columns += [Column(name, "text", 9) for _, name in classes]
    return Table(columns, rows, empty=said(N_("There is no timetable in force on this date.")))


def _codes(entries: Sequence[Placed], weighed: norms.Norms | None) -> str:
    parts = []
    for placed in entries:
        text = placed.course.code + (f" {placed.room}" if placed.room else "")
        parts.append(text + _points(placed, weighed))
    return " / ".join(dict.fromkeys(parts))


def _points(placed: Placed, weighed: norms.Norms | None) -> str:
    if weighed is None:
        return ""
    found = weighed.points.get((placed.course.subject_id, placed.course.grade_level_id))
    return f" ({found})" if found else ""


def _week(name: str, board: Sequence[Placed], view: str, ringing: bells.Bells, weighed: norms.Norms | None) -> Table:
    """One week: rows are lesson numbers, columns are days; with points, their sums under the days."""
    days = range(1, max([5, *(p.weekday for p in board)]) + 1)
    at: dict[tuple[int, int], list[Placed]] = defaultdict(list)
    for placed in board:
        at[placed.weekday, placed.number].append(placed)
    rows: list[list[Any]] = []
    for number in range(min(p.number for p in board), max(p.number for p in board) + 1):
        starts, _ = ringing.at(board[0].course.bells if view == "class" else None, number)
        label = f"{number}  {starts:%H:%M}" if starts else str(number)
        rows.append([label, *("; ".join(_entry(p, view, weighed) for p in at[day, number]) for day in days)])
    columns = [Column("№", "text", 7), *(Column(said(WEEKDAYS[day]), "text", 22) for day in days)]
    return Table(columns, rows, [_sums(board, days, weighed)] if weighed and view == "class" else [], title=name)


def _entry(placed: Placed, view: str, weighed: norms.Norms | None) -> str:
    course = placed.course
    parts = [course.subject + _points(placed, weighed)]
    parts += [course.class_name] if view != "class" else []
    parts += [course.subgroup] if course.subgroup else []
    parts += [course.teacher] if view != "teacher" else []
    parts += [placed.room] if placed.room and view != "room" else []
    return ", ".join(parts)


def _sums(board: Sequence[Placed], days: range, weighed: norms.Norms) -> list[Any]:
    """The difficulty of each day; what stands side by side counts once."""
    found: list[Any] = [said(N_("Points"))]
    for day in days:
        slots: dict[int, int] = {}
        for placed in board:
            if placed.weekday == day:
                points = weighed.points.get((placed.course.subject_id, placed.course.grade_level_id), 0)
                slots[placed.number] = max(slots.get(placed.number, 0), points)
        found.append(str(sum(slots.values())))
    return found
