"""What is typed on the page of a lesson."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import lazy_gettext
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from journal.kit.numbers import number_of
from journal.services.rollcall import Pupil
from journal.web.forms import Form

MOST_LATE = 90


def whole(text: Any) -> int | None:
    """A whole number as it was typed, or None."""
    text = str(text or "").strip()
    return number_of(text)


class LessonForm(Form):
    """What a teacher writes about a lesson."""

    topic = StringField(lazy_gettext("Topic"), [Length(max=500)])
    work_type_id = SelectField(lazy_gettext("Work type"), coerce=whole, validate_choice=False)
    homework = TextAreaField(lazy_gettext("Homework"), [Length(max=2000)])
    due_on = DateField(lazy_gettext("Due"), [Optional()], description=lazy_gettext("Empty: for the next lesson."))
    minutes = IntegerField(lazy_gettext("Minutes it takes"), [Optional(), NumberRange(1, 300)])
    attendance_taken = BooleanField(lazy_gettext("Attendance taken"))

    def homework_more(self) -> dict[str, Any]:
        """The day and the minutes of the homework."""
        return {"due_on": self.due_on.data, "minutes": self.minutes.data}


class WorkForm(Form):
    """One more column of the lesson."""

    name = StringField(lazy_gettext("What work"), [InputRequired(), Length(max=120)])
    work_type_id = SelectField(lazy_gettext("Work type"), coerce=whole, validate_choice=False)


class CriterionForm(Form):
    """What the work is judged by."""

    name = StringField(lazy_gettext("Criterion"), [InputRequired(), Length(max=120)])
    most_points = IntegerField(lazy_gettext("Points, at most"), [InputRequired(), NumberRange(1, 100)])


def typed_cells(pupils: Iterable[Pupil]) -> tuple[dict[int, str], dict[int, str], dict[int, int | None]]:
    """(wanted, seen, minutes late) by pupil, as the roll-call was sent."""
    wanted, seen, minutes = {}, {}, {}
    for pupil in pupils:
        parts = [request.form.get(f"{name}-{pupil.id}", "") for name in ("mark", "point", "absence")]
        wanted[pupil.id] = "/".join(part for part in parts if part)
        seen[pupil.id] = request.form.get(f"seen-{pupil.id}", "")
        late = whole(request.form.get(f"minutes-{pupil.id}"))
        minutes[pupil.id] = late if late and late <= MOST_LATE else None
    return wanted, seen, minutes
