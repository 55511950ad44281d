"""What the office writes: remarks, checks."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from journal.kit.numbers import number_of
from journal.web.forms import Form


def _whole(text: Any) -> int | None:
    return number_of(text)


class RemarkForm(Form):
    """A remark by hand."""

    assignment_id = SelectField(_("Journal"), coerce=_whole, validate_choice=False)
    text = TextAreaField(_("Remark"), [InputRequired(), Length(max=1000)])
    due_on = DateField(_("To be mended by"), [Optional()])
    journal_check_id = SelectField(_("Journal check"), coerce=_whole, validate_choice=False, validators=[Optional()])
    lesson_id = HiddenField(filters=[_whole])
    finding_id = HiddenField()


class CheckForm(Form):
    """What is to be looked at."""

    subject = StringField(_("What was checked"), [InputRequired(), Length(max=200)])
    school_class_id = SelectField(_("Class"), coerce=_whole, validate_choice=False, validators=[Optional()])
    begins_on = DateField(_("Lessons from"), [InputRequired()])
    ends_on = DateField(_("to|date"), [InputRequired()])


class ConclusionForm(Form):
    """What came of a check."""

    conclusion = TextAreaField(_("Conclusion"), [Length(max=10_000)])
