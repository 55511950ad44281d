"""Parameters: in groups, with their defaults, bounds and last changes."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from journal.access.actor import Role
from journal.services import parameters
from journal.services.refusals import Invalid, Said, Stale
from journal.web.database import current, unit_of_work
from journal.web.screen import Screen

screen = Screen("settings", __name__, url_prefix="/settings")
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
READERS = ADMINISTRATOR | {Role.DIRECTOR, Role.DEPUTY}


@screen.page("/", to=READERS)
def page() -> str:
    """Every parameter as it is."""
    return _page({}, {})


@screen.page("/", to=ADMINISTRATOR, methods=("POST",), name="save", dangerous=True)
def save() -> Any:
    """Keep what was changed, all or nothing."""
    typed = {name: " ".join(request.form.getlist(name)) for name in parameters.PARAMETERS if f"seen-{name}" in request.form}
    seen = {name: request.form[f"seen-{name}"] for name in typed}
    try:
        with unit_of_work() as session:
            count = parameters.put(session, typed, seen)
    except Invalid as invalid:
        return _page(typed, invalid.errors), 422
    except Stale as stale:
        flash(_(stale.text), "bad")
        return _page(typed, {}), 409
    text = ngettext("%(num)d value was saved.", "%(num)d values were saved.", count) if count else _("Nothing changed.")
    flash(text, "ok" if count else "")
    return redirect(url_for("settings.page"))


def _page(typed: dict[str, str], errors: dict[str, Said]) -> str:
    session = current()
    now = parameters.present(session)
    return render_template(
        "settings/page.html",
        groups=parameters.GROUPS,
        now=now,
        values={**now, **typed},
        errors=errors,
        history=parameters.history(session),
        kinds=parameters,
    )
