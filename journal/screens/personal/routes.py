"""What the journal keeps of one person: counted, handed out as a file, and taken away when the law lets."""

import json
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import ngettext

from journal.access.actor import Role, System
from journal.schema.base import entities
from journal.services import database as databases
from journal.services import personal, records, titles
from journal.services.refusals import Invalid, Missing
from journal.web import database, noted
from journal.web.i18n import say
from journal.web.screen import Screen
from journal.web.session import actor

screen = Screen("personal", __name__, url_prefix="/personal")
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


@screen.page("/<kind>/<int:id_>", to=ADMINISTRATOR)
def page(kind: str, id_: int) -> str:
    """How many rows of which entities are about a person."""
    labels = {entity.__name__: entity.label[1] for entity in entities()}
    with databases.reading(database.engine(), System("personal")) as session:
        found = personal.export(session, kind, id_)
    return render_template(
        "personal/page.html",
        kind=kind,
        id=id_,
        title=_title(kind, id_),
        entity=personal.PEOPLE[kind],
        kept=sorted(((labels[name], len(rows)) for name, rows in found.items()), key=lambda one: -one[1]),
    )


@screen.page("/<kind>/<int:id_>/export", to=ADMINISTRATOR, methods=("POST",), dangerous=True)
def export(kind: str, id_: int) -> Response:
    """Everything as one JSON file."""
    title = _title(kind, id_)
    database.current().rollback()
    with databases.reading(database.engine(), System("personal")) as session:
        found = personal.export(session, kind, id_)
    noted.note("export", personal.PEOPLE[kind], title)
    body = json.dumps(found, ensure_ascii=False, indent=1)
    name = f"{kind}-{id_}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, mimetype="application/json", headers=headers)


@screen.page("/<kind>/<int:id_>/erase", to=ADMINISTRATOR, methods=("POST",), dangerous=True)
def erase(kind: str, id_: int) -> Any:
    """Take away contacts and account of somebody who has left."""
    title, person = _title(kind, id_), actor()
    assert person is not None
    database.current().rollback()
    try:
        with databases.work(database.engine(), System("personal")) as session:
            count = personal.erase(session, kind, id_)
            told = {"erased": [None, count], "by": [None, person.name]}
            records.note(session, "delete", personal.PEOPLE[kind], told, title=title)
    except Invalid as invalid:
        flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
    else:
        flash(ngettext("%(num)d row was erased.", "%(num)d rows were erased.", count), "ok")
    return redirect(url_for("personal.page", kind=kind, id_=id_))


def _title(kind: str, id_: int) -> str:
    """The person's name, as the administrator sees it. Raises `Missing`."""
    session = database.current()
    found = session.get(personal.PEOPLE[kind], id_) if kind in personal.PEOPLE else None
    if found is None:
        raise Missing
    return titles.of(session, found)
