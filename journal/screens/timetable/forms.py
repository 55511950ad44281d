"""Edits of the timetable as forms: the same for the script and for a browser without one."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from journal.schema.calendar import WEEKDAYS
from journal.services.timetable.edits import Slot
from journal.web.forms import Form


def _whole(text: Any) -> int | None:
    return int(text) if text else None


class SinceForm(Form):
    """From which date a change holds."""

    since = DateField(_("Changes hold from"), [InputRequired()])


class SlotForm(SinceForm):
    """A slot of the week."""

    weekday = SelectField(_("Weekday"), coerce=int, choices=[(n, _(name)) for n, name in WEEKDAYS.items()])
    number = IntegerField(_("Lesson number"), [InputRequired(), NumberRange(0, 14)])
    room_id = SelectField(_("Room"), coerce=_whole, validate_choice=False, validators=[Optional()])

    def slot(self) -> Slot:
        return Slot(self.weekday.data, self.number.data, self.room_id.data)


class AddForm(SlotForm):
    """A new entry."""

    assignment_id = SelectField(_("Teaching assignment"), coerce=int, validate_choice=False)


class MoveForm(SlotForm):
    """An entry to another slot."""

    entry_id = IntegerField(validators=[InputRequired()])
    version = IntegerField(validators=[Optional()])


class RemoveForm(SinceForm):
    """An entry out of the timetable."""

    entry_id = IntegerField(validators=[InputRequired()])
