"""Forms of sign-in and set-up."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from journal.web.forms import Form


class LoginForm(Form):
    """Login and password."""

    username = StringField(_("Login"), [InputRequired(), Length(max=60)])
    password = PasswordField(_("Password"), [InputRequired(), Length(max=200)])


class SetupForm(Form):
    """What a school needs to begin."""

    school_name = StringField(_("Name of the school"), [InputRequired(), Length(max=200)])
    begins_on = DateField(_("The year begins"), [InputRequired()])
    ends_on = DateField(_("The year ends"), [InputRequired()])
    name = StringField(
        _("Your name"), [InputRequired(), Length(max=160)], description=_("As the header of every page shows it.")
    )
    login = StringField(
        _("Login"), [InputRequired(), Length(max=60)], description=_("Only small Latin letters, digits, dots and dashes.")
    )
    password = PasswordField(_("Password"), [InputRequired(), Length(max=200)], description=_("At least 10 characters."))
