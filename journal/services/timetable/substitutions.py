"""What a substitution does to its lesson."""

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Lesson, Substitution
from journal.services import records
from journal.services.records import derives, then
from journal.services.refusals import Invalid, said


@derives(Substitution)
def _remember_where(session: PolicySession, change: Substitution) -> None:
    """A moved lesson remembers the slot that it came from, so that nothing is laid there again."""
    lesson = session.get(Lesson, change.lesson_id) if change.lesson_id else None
    if lesson is None:
        raise Invalid({"lesson_id": said(N_("Choose one of the list."))})
    if change.was_on is None:
        change.was_on, change.was_number = lesson.held_on, lesson.number


@then(Substitution)
def _apply(session: PolicySession, change: Substitution, act: str) -> None:
    lesson = session.get(Lesson, change.lesson_id)
    if lesson is None:
        return
    values: dict[str, object] = {"held_on": change.was_on, "number": change.was_number}
    undone = act == "delete"
    if change.kind == "move" and not undone:
        values["held_on"] = change.moved_to_on
        values["number"] = change.was_number if change.moved_to_number is None else change.moved_to_number
    values["is_cancelled"] = change.kind == "cancel" and not undone
    values["substitute_id"] = change.staff_id if change.kind == "teacher" and not undone else None
    if change.room_id and not undone:
        values["room_id"] = change.room_id
    records.change(session, lesson, values)
