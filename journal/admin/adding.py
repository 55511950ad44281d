"""A related row made without leaving the form that points at it; what was typed there is carried along and comes back.

The same address answers: `add` draws the form of the related row, `adding` keeps it, `unadd` goes back. With a script it
all happens in a dialog, without one on a page between.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, jsonify, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from journal.access import guard
from journal.access.line import Verb
from journal.admin import forms
from journal.kit.text import kebab
from journal.schema import Entity
from journal.schema.base import columns, target
from journal.services import records, titles
from journal.services.refusals import Missing
from journal.web.database import current, unit_of_work
from journal.web.forms import Form

PREFIX = "new"
OWN = frozenset({"csrf_token", "add", "adding", "unadd", "part"})

Drawn = Callable[[MultiDict[str, str] | None], Form]


class AddingPages:
    """What `EntityView` answers while a related row is being made."""

    entity: type[Entity]

    def addable(self: Any, form: Form) -> dict[str, type[Entity]]:
        """The reference fields of a form whose row the person may make here: a row that would be seen afterwards, and
        whose making wants no fresh password."""
        found = {}
        for name, column in columns(self.entity).items():
            pointed = target(column)
            if pointed is None or name not in form or not guard.sees_all(pointed, self.person):
                continue
            if guard.fillable(pointed, self.person, Verb.CREATE) and not _is_dangerous(pointed):
                found[name] = pointed
        return found

    def adding(self: Any, drawn: Drawn, page: Callable[[Form], str]) -> Any:
        """The answer to a step of making a related row; None when the request is none. `drawn` makes the form that was
        left from what was typed, `page` shows it."""
        if request.method != "POST" or not request.form.keys() & {"add", "adding", "unadd"}:
            return None
        kept = _kept()
        if "unadd" in request.form:
            return page(drawn(kept))
        name = request.form.get("adding") or request.form["add"]
        pointed = self.addable(drawn(kept)).get(name)
        if pointed is None:
            raise Missing
        names = guard.writable(pointed, self.person, Verb.CREATE)
        form = forms.form_class(pointed, names, current())(None if "add" in request.form else request.form, prefix=PREFIX)
        made = _made(pointed, form) if "adding" in request.form and form.validate() else None
        if made is None:
            return self._asked(name, pointed, form, kept)
        if "part" in request.form:
            return jsonify(id=made[0], title=made[1])
        flash(_("Created: %(title)s", title=made[1]), "ok")
        kept.setlist(name, [str(made[0]), made[1]])
        return page(drawn(kept))

    def _asked(self: Any, name: str, pointed: type[Entity], form: Form, kept: MultiDict[str, str]) -> Any:
        """The form of the related row."""
        values = {"field": name, "form": form, "pointed": pointed, "kept": list(kept.items(multi=True))}
        lookup = f"/admin/{kebab(pointed.__name__)}/lookup"
        html = self.render_page("admin/adding.html", lookup=lookup, part="part" in request.form, **values)
        return html, 422 if form.errors else 200, {"X-Part": "1"}


def _kept() -> MultiDict[str, str]:
    """What was typed into the form that was left."""
    pairs = request.form.items(multi=True)
    return MultiDict([(name, text) for name, text in pairs if name not in OWN and not name.startswith(f"{PREFIX}-")])


def _made(pointed: type[Entity], form: Form) -> tuple[int, str] | None:
    """(id, title) of the new row; None when it was refused, and the form says why."""
    with forms.refused_in(form), unit_of_work() as session:
        row = records.create(session, pointed, forms.values_of(pointed, form))
        return row.id, titles.of(session, row)
    return None


def _is_dangerous(entity: type[Entity]) -> bool:
    return f"panel-{kebab(entity.__name__)}.create_view" in current_app.extensions["dangerous"]
