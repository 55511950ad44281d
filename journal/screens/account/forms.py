"""Forms of sign-in and set-up."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from journal.web.forms import Form


class LoginForm(Form):
    """Login and password."""

    username = StringField(_("Login"), [InputRequired(), Length(max=60)])
    password = PasswordField(_("Password"), [InputRequired(), Length(max=200)])


class ForgottenForm(Form):
    """Whose password is forgotten."""

    username = StringField(_("Login"), [InputRequired(), Length(max=60)])


class CodeForm(Form):
    """A code of the application, or a spare one."""

    code = StringField(_("Code"), [InputRequired(), Length(max=40)], description=_("Six digits, or a spare code."))
    remember = BooleanField(_("Don't ask on this device for a month"))


class AppForm(Form):
    """The first code of a new application."""

    code = StringField(_("Code"), [InputRequired(), Length(max=20)], description=_("Six digits that it shows now."))


class PasswordForm(Form):
    """A new password, twice."""

    password = PasswordField(
        _("New password"),
        [InputRequired(), Length(max=200)],
        description=_("At least 10 characters; three words that don't belong together are easy to remember."),
    )
    again = PasswordField(_("Once more"), [InputRequired(), EqualTo("password", _("The two passwords differ."))])


class PinForm(Form):
    """A PIN of one's own."""

    pin = PasswordField(_("New PIN"), [InputRequired(), Length(max=20)], description=_("4 to 8 digits."))


class ActivateForm(PasswordForm):
    """The code of a slip and a new password."""

    code = StringField(
        _("Code of the slip"),
        [InputRequired(), Length(max=40)],
        description=_("As it is printed; dashes may be left out."),
    )


class SetupForm(Form):
    """What a school needs to begin."""

    school_name = StringField(_("Name of the school"), [InputRequired(), Length(max=200)])
    begins_on = DateField(_("The year begins"), [InputRequired()])
    ends_on = DateField(_("The year ends"), [InputRequired()])
    autumn_from = DateField(_("Autumn break from"), [InputRequired()])
    autumn_to = DateField(_("to|date"), [InputRequired()])
    winter_from = DateField(_("Winter break from"), [InputRequired()])
    winter_to = DateField(_("to|date"), [InputRequired()])
    spring_from = DateField(_("Spring break from"), [InputRequired()])
    spring_to = DateField(_("to|date"), [InputRequired()])
    name = StringField(
        _("Your name"), [InputRequired(), Length(max=160)], description=_("As the header of every page shows it.")
    )
    login = StringField(
        _("Login"), [InputRequired(), Length(max=60)], description=_("Only small Latin letters, digits, dots and dashes.")
    )
    password = PasswordField(_("Password"), [InputRequired(), Length(max=200)], description=_("At least 10 characters."))
