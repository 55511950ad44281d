"""What is typed about pupils, guardians, enrolments, documents and notes."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from journal.kit.numbers import number_of
from journal.schema.homework import NOTE_KINDS
from journal.schema.people import KINSHIPS, SEXES
from journal.web.forms import Form


def whole(text: Any) -> int | None:
    """A chosen id, or None."""
    text = str(text or "")
    return number_of(text)


class PersonForm(Form):
    """A name with the contacts."""

    last_name = StringField(_("Last name"), [InputRequired(), Length(max=80)])
    first_name = StringField(_("First name"), [InputRequired(), Length(max=80)])
    middle_name = StringField(_("Patronymic"), [Length(max=80)])
    phone = StringField(_("Phone"), [Length(max=40)], render_kw={"type": "tel"})
    email = StringField(_("E-mail"), [Length(max=120)], render_kw={"type": "email"})

    def values(self) -> dict[str, Any]:
        """The fields as columns take them; an empty one is none."""
        skipped = {"csrf_token", "version_seen"}
        return {name: field.data or None for name, field in self._fields.items() if name not in skipped}


class PupilForm(PersonForm):
    """A pupil."""

    field_order: tuple[str, ...] = ("last_name", "first_name", "middle_name", "born_on", "sex", "phone", "email")

    born_on = DateField(_("Date of birth"), [Optional()])
    sex = SelectField(_("Sex"), default="", choices=[("", "—"), *((code, _(label)) for code, label in SEXES.items())])


class ArrivalForm(PupilForm):
    """A pupil who comes: one who was here, or a new one, whose name is needed only then."""

    field_order = ("student_id", "last_name", "first_name", "middle_name", "born_on", "sex", "phone", "email", "on", "order")
    student_id = SelectField(_("Was at the school before"), coerce=whole, validate_choice=False)
    last_name = StringField(_("Last name"), [Length(max=80)])
    first_name = StringField(_("First name"), [Length(max=80)])
    on = DateField(_("First day in the class"), [InputRequired()])
    order = StringField(_("Order of enrolment: number and date"), [InputRequired(), Length(max=60)])

    def values(self) -> dict[str, Any]:
        """The fields of the pupil alone."""
        return {name: value for name, value in super().values().items() if name not in ("student_id", "on", "order")}


class GuardianForm(PersonForm):
    """A guardian."""

    kinship = SelectField(_("Kinship"), choices=[(code, _(label)) for code, label in KINSHIPS.items()])


class LeaveForm(Form):
    """A departure."""

    on = DateField(_("Last day in the class"), [InputRequired()])
    order = StringField(_("Order of departure: number and date"), [InputRequired(), Length(max=60)])


class MoveForm(Form):
    """A move to another class."""

    to_class_id = SelectField(_("To class"), coerce=whole, validate_choice=False)
    on = DateField(_("First day in the new class"), [InputRequired()])
    order = StringField(_("Order of the move: number and date"), [InputRequired(), Length(max=60)])


class DocumentForm(Form):
    """A document about days missed."""

    student_id = SelectField(_("Student"), coerce=whole, validate_choice=False)
    reason_id = SelectField(_("Reason"), coerce=whole, validate_choice=False)
    begins_on = DateField(_("From"), [InputRequired()])
    ends_on = DateField(_("To"), [InputRequired()])
    document_number = StringField(
        _("Number of the document"), [Length(max=60)], description=_("Never a diagnosis: the number and the dates only.")
    )


class NoteForm(Form):
    """A note in diaries."""

    kind = RadioField(_("Kind"), choices=[(code, _(label)) for code, label in NOTE_KINDS.items()], default="praise")
    student_id = SelectMultipleField(_("Students"), coerce=whole, validate_choice=False)
    noted_on = DateField(_("Date"), [InputRequired()])
    text = TextAreaField(_("Text"), [InputRequired(), Length(max=1000)])


class SubgroupForm(Form):
    """One more subgroup."""

    name = StringField(_("Name"), [InputRequired(), Length(max=40)])
