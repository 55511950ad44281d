"""The few views that the declaration can't make by itself, each with its reason."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import PasswordField
from wtforms.validators import Length, Optional

from journal.access.session import PolicySession
from journal.admin.view import EntityView
from journal.schema import Account, Entity, Guardian, Staff, Student
from journal.services.accounts import passwords
from journal.web.forms import Form


class AccountView(EntityView):
    """A password is set, never shown: its column is a secret, so the form needs a field that isn't a column."""

    def form_class(self, *args: Any) -> type[Form]:
        """The generated form with the new password under it."""

        class WithPassword(super().form_class(*args)):  # type: ignore[misc]
            password = PasswordField(
                _("New password"),
                [Optional(), Length(max=200)],
                description=_("At least 10 characters. Empty: stays as it is."),
                render_kw={"autocomplete": "new-password"},
            )

        return WithPassword

    def after_write(self, session: PolicySession, row: Entity, form: Form) -> None:
        """Set the password in the same transaction."""
        if form["password"].data and isinstance(row, Account):
            passwords.put(session, row, form["password"].data)


class PersonView(EntityView):
    """Everything that is kept of a person stands on a page of its own, reached from the row."""

    person_page = "personal.page"


VIEWS: dict[type[Entity], type[EntityView]] = {
    Account: AccountView,
    Student: PersonView,
    Guardian: PersonView,
    Staff: PersonView,
}
