"""Absences and changes of single lessons as forms."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from journal.schema.planning import ABSENCE_CAUSES
from journal.web.forms import Form


class AbsenceForm(Form):
    """A teacher is away from one day to another."""

    staff_id = SelectField(_("Teacher"), coerce=int)
    begins_on = DateField(_("From"), [InputRequired()])
    ends_on = DateField(_("To"), [InputRequired()])
    cause = SelectField(
        _("Reason"), choices=[(code, _(label)) for code, label in ABSENCE_CAUSES.items()], default="ill",
        description=_("Only the office sees it."),
    )  # fmt: skip
    note = StringField(
        _("Note"),
        [Length(max=200)],
        description=_("The number of the order, never a diagnosis."),
        filters=[lambda v: v or None],
    )


class MoveLessonForm(Form):
    """Another date and number for one lesson."""

    on = DateField(_("Date"), [InputRequired()])
    number = IntegerField(_("Lesson number"), [InputRequired(), NumberRange(0, 14)])
