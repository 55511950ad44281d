"""What the journal's script sends, read strictly, and what it gets back."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from journal.access.session import PolicySession
from journal.kit.numbers import number_of
from journal.schema import Lesson
from journal.services import assessments, lessons, marks
from journal.services.cells import Operation
from journal.services.refusals import Invalid, Locked, Missing, Stale
from journal.web import show
from journal.web.i18n import say

MOST_OPERATIONS = 100
LESSON_FIELDS = frozenset({"topic", "homework", "work_type_id", "attendance_taken", "planned_lesson_id"})
CELL_FIELDS = frozenset({None, "comment"})


class Malformed(Exception):
    """The request is not what the script sends."""


@dataclass(frozen=True)
class Op:
    """One operation: a cell (`student` is set), the comment in it (`field` too), or a field of a lesson (`field` alone)."""

    id: str
    lesson: int
    value: str
    base: str
    student: int | None
    field: str | None
    work: int | None


def read(data: Any) -> list[Op]:
    """The batch. Raises `Malformed`; nothing of a malformed batch is applied."""
    if not isinstance(data, dict) or not isinstance(data.get("ops"), list) or len(data["ops"]) > MOST_OPERATIONS:
        raise Malformed("ops")
    return [_one(item) for item in data["ops"]]


def _one(item: Any) -> Op:
    if not isinstance(item, dict):
        raise Malformed("op")
    texts = [item.get(name, "") for name in ("id", "value", "base")]
    if not all(isinstance(text, str) for text in texts) or not 8 <= len(texts[0]) <= 36:
        raise Malformed("op")
    student, field, work = item.get("student"), item.get("field"), item.get("work")
    if type(item.get("lesson")) is not int or any(id_ is not None and type(id_) is not int for id_ in (student, work)):
        raise Malformed("lesson")
    if field not in (LESSON_FIELDS if student is None else CELL_FIELDS):
        raise Malformed("field")
    return Op(texts[0], item["lesson"], texts[1], texts[2], student, field, work)


def apply(session: PolicySession, assignment_id: int, op: Op) -> dict[str, Any]:
    """Apply one operation. Raises `Forbidden` when the policy refuses at the flush: the transaction is lost then."""
    try:
        if op.student is None:
            return _put_field(session, assignment_id, op)
        asked = Operation(op.id, op.lesson, op.student, op.value, op.base, assignment_id, op.work)
        if op.field == "comment":
            return _put_comment(session, asked)
        cell = marks.put_cell(session, asked)
    except Locked as locked:
        return {"id": op.id, "state": "locked", "message": say(locked.why)}
    except Invalid as invalid:
        return {"id": op.id, "state": "error", "message": " ".join(say(text) for text in invalid.errors.values())}
    except Missing:
        return no_cell(op)
    at = show.moment(cell.at) if cell.at else ""
    return {"id": op.id, "state": cell.state, "value": cell.value, "by": cell.by, "at": at}


def no_cell(op: Op) -> dict[str, Any]:
    """The answer for what is not this person's; whether it exists is not told."""
    return {"id": op.id, "state": "error", "message": _("There is no such cell in your journals.")}


def _put_comment(session: PolicySession, asked: Operation) -> dict[str, Any]:
    try:
        marks.comment(session, asked, asked.value, asked.base)
    except Stale:
        there = marks.context(session, asked).marks[-1].comment
        return {"id": asked.id, "state": "conflict", "value": there or "", "by": "", "at": ""}
    return {"id": asked.id, "state": "saved", "value": asked.value}


def _put_field(session: PolicySession, assignment_id: int, op: Op) -> dict[str, Any]:
    assert op.field is not None
    if lessons.get(session, op.lesson).assignment_id != assignment_id:
        raise Missing
    if op.field == "planned_lesson_id":
        lesson = lessons.take_planned(session, op.lesson, _whole(op.value) or 0, operation=op.id)
        told = {name: _present(session, lesson, name) for name in ("topic", "homework", "work_type_id")}
        return {"id": op.id, "state": "saved", "value": op.value, "fields": told}
    value: Any = op.value
    seen: Any = op.base
    if op.field == "work_type_id":
        value, seen = _whole(op.value), _whole(op.base)
    elif op.field == "attendance_taken":
        value, seen = op.value == "1", op.base == "1"
    try:
        lesson = lessons.write(session, op.lesson, {op.field: value}, seen={op.field: seen}, operation=op.id)
    except Stale:
        lesson = lessons.get(session, op.lesson)
        return {"id": op.id, "state": "conflict", "value": _present(session, lesson, op.field), "by": "", "at": ""}
    answer = {"id": op.id, "state": "saved", "value": op.value}
    if op.field == "work_type_id" and assessments.is_unplanned(session, lesson):
        answer["note"] = _("This control work is not in the schedule of control works.")
    return answer


def _whole(text: str) -> int | None:
    found = number_of(text)
    if text and found is None:
        raise Missing
    return found


def _present(session: PolicySession, lesson: Lesson, field: str) -> str:
    if field == "homework":
        given = lessons.homework_of(session, lesson.id)
        return given.text if given else ""
    found = getattr(lesson, field)
    if isinstance(found, bool):
        return "1" if found else ""
    return "" if found is None else str(found)
