"""The final marks of a class on one page, and the end of a period: what is missing, and closing it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from journal.access.actor import Role
from journal.screens.classbook.routes import screen
from journal.services import calendar, closing
from journal.services.refusals import Invalid, Missing
from journal.web.database import current, unit_of_work
from journal.web.i18n import say
from journal.web.screen import OFFICE
from journal.web.session import actor

CLOSERS = frozenset({Role.DEPUTY, Role.ADMINISTRATOR})
READERS = OFFICE | {Role.CLASS_TEACHER}


@screen.page("/periods", to=OFFICE)
def periods() -> str:
    """Every period that has begun with what is missing in it, class by class."""
    session, person = current(), actor()
    assert person is not None
    year = calendar.current_year(session)
    return render_template(
        "classbook/periods.html",
        found=closing.progress(session, year) if year else [],
        closes=not person.roles.isdisjoint(CLOSERS),
    )


@screen.page("/periods/<int:period_id>", to=CLOSERS, methods=("POST",), dangerous=True)
def close(period_id: int) -> Any:
    """Close a period or open it again."""
    is_closed = request.form.get("verb") == "close"
    try:
        with unit_of_work() as session:
            closing.close(session, period_id, is_closed=is_closed)
    except Invalid as invalid:
        flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
    else:
        flash(
            _("The period is closed: final marks change by request only.") if is_closed else _("The period is open."), "ok"
        )
    return redirect(url_for("classbook.periods"))


@screen.page("/class/<int:class_id>/finals", to=READERS)
def class_finals(class_id: int) -> str:
    """Pupils by subjects, with the gaps; a class teacher opens the own class."""
    session, person = current(), actor()
    assert person is not None
    year = calendar.current_year(session)
    if year is None or (person.roles.isdisjoint(OFFICE) and not closing.leads(session, person.staff_id, class_id)):
        raise Missing
    sheet = closing.of_class(session, year, class_id, request.args.get("period", type=int))
    return render_template("classbook/class_finals.html", sheet=sheet)
