"""Edits of the timetable as forms: the same for the script and for a browser without one."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from journal.schema.calendar import WEEKDAYS
from journal.schema.timetable import PARITIES
from journal.services.timetable.edits import Slot
from journal.services.timetable.steps import Place, Step
from journal.web.forms import Form


def _whole(text: Any) -> int | None:
    return int(text) if text else None


class SinceForm(Form):
    """From which date a change holds, or in which draft."""

    since = DateField(_("Changes hold from"), [InputRequired()])
    draft = IntegerField(validators=[Optional()], widget=HiddenInput())


class SlotForm(SinceForm):
    """A slot of the week."""

    weekday = SelectField(_("Weekday"), coerce=int, choices=[(n, _(name)) for n, name in WEEKDAYS.items()])
    number = IntegerField(_("Lesson number"), [InputRequired(), NumberRange(0, 14)])
    room_id = SelectField(_("Room"), coerce=_whole, validate_choice=False, validators=[Optional()])

    parity = SelectField(_("Weeks"), choices=[(code, _(label)) for code, label in PARITIES.items()], default="every")

    def slot(self) -> Slot:
        return Slot(self.weekday.data, self.number.data, self.room_id.data, self.parity.data)


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


def steps_of(body: Any) -> list[Step] | None:
    """The steps of a JSON body; None when it is not of their shape."""
    listed = body.get("steps") if isinstance(body, dict) else None
    if not isinstance(listed, list) or not listed:
        return None
    try:
        return [Step(_id(one["assignment"]), _place(one["was"]), _place(one["to"])) for one in listed]
    except (KeyError, TypeError, ValueError):
        return None


def _id(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31:
        raise ValueError
    return value


def _place(value: Any) -> Place | None:
    if value is None:
        return None
    weekday, number, parity, room_id = value
    if not (1 <= int(weekday) <= 7 and 0 <= int(number) <= 14 and parity in PARITIES):
        raise ValueError
    return Place(int(weekday), int(number), parity, None if room_id is None else _id(room_id))
