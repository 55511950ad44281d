"""The few views that the declaration can't make by itself, each with its reason."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import PasswordField
from wtforms.validators import Length, Optional

from journal.access.session import PolicySession
from journal.admin import changes
from journal.admin.columns import BY_ROW
from journal.admin.view import EntityView
from journal.kit.text import kebab
from journal.schema import Account, Entity, Guardian, Staff, Student, TrailEntry
from journal.schema.base import entity_called
from journal.services import titles
from journal.services.accounts import passwords
from journal.web.database import current
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


class TrailView(EntityView):
    """An entry names its row by two columns that are no reference, since the row may be gone."""

    def link(self, row: Any, column: Any) -> str | None:
        """The row's page, from its name, for who sees it."""
        entity = entity_called(row.entity) if column.key == "row_title" else None
        if entity is None or not titles.many(current(), entity, [row.row_id]):
            return super().link(row, column)
        return f"/admin/{kebab(entity.__name__)}/details?id={row.row_id}"


BY_ROW.update({TrailEntry.__table__.c.changes: changes.told_of, TrailEntry.__table__.c.row_title: changes.names_by_id})

VIEWS: dict[type[Entity], type[EntityView]] = {
    Account: AccountView,
    Student: PersonView,
    Guardian: PersonView,
    Staff: PersonView,
    TrailEntry: TrailView,
}
