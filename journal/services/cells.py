"""What stands in a cell of the journal, as codes: the language of the page's script, the services and the tests.

A cell is a pupil in a lesson, or in one more work of it. Its value is marks in their order, then `p` for a debt (a point),
then the absence reason as `a<id>`, joined by `/`: `5`, `5/4`, `a1`, `4/a3`, `p`; an empty text is an empty cell.
"""

from dataclasses import dataclass
from datetime import datetime

from journal.kit.numbers import number_of
from journal.kit.text import N_
from journal.schema.marks import MARKS
from journal.services.refusals import Invalid, said

MOST_MARKS = 4
POINT = "p"


@dataclass(frozen=True)
class Operation:
    """What a client asks: `id` is made by the client ("" on a form that sends once), `base` is the value that it saw."""

    id: str | None
    lesson_id: int
    student_id: int
    value: str
    base: str
    assignment_id: int | None = None
    """Where the lesson must belong, when the client works on one journal page."""
    work_id: int | None = None
    """The work of the lesson that the cell is in; None is the lesson itself."""


@dataclass(frozen=True)
class Cell:
    """A cell as the database has it after an operation. `state`: saved or conflict."""

    state: str
    value: str
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Value:
    """A cell's value in parts."""

    marks: tuple[str, ...] = ()
    reason_id: int | None = None
    is_owed: bool = False

    def __str__(self) -> str:
        point = [POINT] if self.is_owed else []
        reason = [f"a{self.reason_id}"] if self.reason_id else []
        return "/".join([*self.marks, *point, *reason])


def parse(text: str) -> Value:
    """Read a cell's value. Raises `Invalid` on anything that no scale has."""
    marks: list[str] = []
    reason_id, is_owed = None, False
    for part in text.split("/") if text else []:
        if part in MARKS:
            marks.append(part)
        elif part == POINT and not is_owed:
            is_owed = True
        elif part[:1] == "a" and reason_id is None and number_of(part[1:]) is not None:
            reason_id = number_of(part[1:])
        else:
            raise Invalid({"value": said(N_("There is no such mark."))})
    if len(marks) > MOST_MARKS:
        raise Invalid({"value": said(N_("At most %(count)d marks in one cell."), count=MOST_MARKS)})
    return Value(tuple(marks), reason_id, is_owed)
