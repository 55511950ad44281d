"""The grid as the page shows it: texts and classes of cells, the head of each column, what keys mean."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from markupsafe import Markup, escape

from journal.access.actor import Actor, Role
from journal.kit import clock
from journal.schema import AbsenceReason, PlannedLesson, WorkType
from journal.schema.marks import MARKS
from journal.services import cells, formulas
from journal.services.cells import POINT
from journal.services.gradebook import Column, Gradebook, Line
from journal.web import show
from journal.web.i18n import say

MARK_KEYS = {"1": "1", "2": "2", "3": "3", "4": "4", "5": "5"}
POINT_KEYS = (".", "•", "\N{CYRILLIC SMALL LETTER YU}")
"""A point is typed as such; under the Russian layout also by the key that has it in the Latin one."""
MARK_CLASSES = {"5": "m5", "4": "m4", "3": "m3", "2": "m2", "1": "m1"}


@dataclass(frozen=True)
class Shown:
    """How codes look."""

    texts: dict[str, str]
    classes: dict[str, str]
    keys: dict[str, str]
    kinds: dict[str, str]

    def text(self, value: str) -> str:
        """`5/4/a1` as a person reads it."""
        return "/".join(self.texts.get(part, part) for part in value.split("/"))

    def css(self, value: str) -> str:
        """The class of a cell: the last mark, or the absence, decides; two parts are set smaller."""
        parts = value.split("/")
        given = [part for part in parts if part in MARKS]
        kind = self.classes.get((given or parts)[-1], "mu")
        return f"two {kind}" if len(parts) > 1 else kind


def shown(reasons: Iterable[AbsenceReason]) -> Shown:
    """The dictionary between codes, texts, classes and keys; the page's script gets it too."""
    texts = {code: _(label) for code, label in MARKS.items()}
    classes = {**MARK_CLASSES, **{code: "mu" for code in MARKS if code not in MARK_CLASSES}}
    keys = {**MARK_KEYS, **{text.casefold(): code for code, text in texts.items()}}
    kinds = {}
    for reason in reasons:
        code = f"a{reason.id}"
        texts[code] = reason.letter
        classes[code] = "mo" if not reason.is_absence else "mn" if reason.is_default else "mu"
        kinds[code] = "missed" if reason.is_absence else "late"
        keys[reason.letter.casefold()] = code
        keys.update(dict.fromkeys(reason.keys.split(), code))
    texts[POINT], classes[POINT], kinds[POINT] = "•", "pt", "owed"
    keys.update(dict.fromkeys(POINT_KEYS, POINT))
    return Shown(texts, classes, keys, kinds)


@dataclass(frozen=True)
class Head:
    """A column's head."""

    id: int
    work_id: int | None
    work: str
    on: date
    number: int
    state: str
    why: str
    kind_code: str
    is_control: bool
    weight: str
    topic: str
    homework: str
    work_type_id: int | str
    attendance: bool
    unlocked: frozenset[int]
    planned: PlannedLesson | None
    warns: bool


def heads(book: Gradebook, person: Actor) -> list[Head]:
    """The heads of the columns with what this person may do in each."""
    kinds = {kind.id: kind for kind in book.work_types}
    counted = {
        place[0] for line in book.lines for place, value in line.cells.items() if cells.parse(value).reason_id is not None
    }
    return [_head(book, column, person, kinds.get(column.work_type_id or 0), counted) for column in book.columns]


def _head(book: Gradebook, column: Column, person: Actor, kind: WorkType | None, counted: set[int]) -> Head:
    lesson, is_mine = column.lesson, _is_mine(book, column, person)
    state, why = _state(column, is_mine)
    is_control = bool(kind and kind.is_control)
    return Head(
        lesson.id,
        column.work.id if column.work else None,
        column.work.name if column.work else "",
        lesson.held_on,
        lesson.number,
        state,
        why,
        kind.code if kind else "",
        is_control,
        f"{kind.weight.normalize():f}" if kind else "1",
        lesson.topic,
        column.homework,
        lesson.work_type_id or "",
        lesson.attendance_taken or lesson.id in counted,
        column.unlocked if is_mine else frozenset(),
        column.planned if is_mine and not lesson.topic else None,
        is_control and is_mine and not column.work and lesson.held_on not in book.works_planned_on,
    )


def _state(column: Column, is_mine: bool) -> tuple[str, str]:
    """off (not yet), locked (not any more, or not by this person), todo (held, not filled), done."""
    lesson = column.lesson
    if lesson.held_on > clock.today():
        return "off", say(column.locked) if column.locked else ""
    if not is_mine:
        return "locked", _("Only the teacher of the subject writes here.")
    if column.locked:
        return "locked", say(column.locked)
    return ("done", "") if lesson.topic else ("todo", "")


def _is_mine(book: Gradebook, column: Column, person: Actor) -> bool:
    """Whether the person writes in this column at all."""
    mine = bool(person.staff_id) and person.staff_id in (book.course.staff_id, column.lesson.substitute_id)
    return mine or person.has(Role.ADMINISTRATOR)


def months(columns: list[Head]) -> list[tuple[str, int]]:
    """Month names over the columns with their spans."""
    found: list[tuple[str, int]] = []
    last = None
    for head in columns:
        if last != (head.on.year, head.on.month):
            found.append((show.month(head.on), 0))
            last = (head.on.year, head.on.month)
        found[-1] = (found[-1][0], found[-1][1] + 1)
    return found


@dataclass(frozen=True)
class Row:
    """A pupil's row; `cells` is markup made in one pass, since a page has over a thousand of them."""

    id: int
    name: str
    is_gone: bool
    average: str
    is_edge: bool
    missed: int
    final: str
    is_final_set: bool
    cells: Markup


def rows(book: Gradebook, columns: list[Head], words: Shown) -> list[Row]:
    """The rows of the grid."""
    today = clock.today()
    return [_row(line, columns, words, book.course.threshold, today) for line in book.lines]


def _row(line: Line, columns: list[Head], words: Shown, threshold: Decimal, today: date) -> Row:
    mean = line.average
    guess = formulas.proposal(mean, threshold) if len(line.weights) > 2 else None
    final = show.mark(line.final) if line.final else str(guess or "")
    return Row(
        line.id,
        line.name,
        line.until is not None and line.until < today,
        show.decimal(mean),
        mean is not None and len(line.weights) > 2 and Decimal("0.4") <= mean % 1 < Decimal("0.6"),
        line.missed,
        final,
        line.final is not None,
        _cells(line, columns, words),
    )


def _cells(line: Line, columns: list[Head], words: Shown) -> Markup:
    parts = []
    for head in columns:
        place = head.id, head.work_id
        value, note = line.cells.get(place, ""), line.comments.get(place)
        css = f' class="{words.css(value)}"' if value else ""
        closed = (head.state in ("off", "locked") and line.id not in head.unlocked) or not line.is_in(head.on)
        locked = ' data-state="locked" aria-readonly="true"' if closed else ""
        work = f' data-work="{head.work_id}"' if head.work_id else ""
        said = f' title="{escape(note)}" data-note="{escape(note)}"' if note else ""
        parts.append(
            f'<td role="gridcell" data-lesson="{head.id}" data-student="{line.id}"{work}{locked}{said}{css}>'
            f"{escape(words.text(value)) if value else ''}</td>"
        )
    return Markup("".join(parts))
