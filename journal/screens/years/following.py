"""The next year, prepared from this one: shown first, every pupil's way can be chosen, then made at once."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from journal.kit.numbers import number_of
from journal.kit.text import N_
from journal.screens.years.base import ADMINISTRATOR, screen
from journal.services import calendar
from journal.services.refusals import Invalid, Said, said
from journal.services.years import rollover
from journal.services.years.rollover import FATES, Wanted
from journal.web.database import current, unit_of_work

LABELS = {"up": N_("moves up"), "stay": N_("repeats the grade"), "out": N_("leaves")}


@screen.page("/next", to=ADMINISTRATOR, methods=("GET", "POST"), dangerous=False)
def following() -> Any:
    """The preview with its choices; sent back, it is carried out."""
    year = calendar.current_year(current())
    if year is None:
        return redirect(url_for("years.index"))
    seen = rollover.preview(current(), year)
    errors: dict[str, Said] = {}
    if request.method == "POST":
        try:
            made = _carry_out(year.id)
        except Invalid as invalid:
            errors = invalid.errors
        else:
            told = ngettext("%(num)d class", "%(num)d classes", made["classes"])
            flash(_("The next year is prepared: %(what)s.", what=told), "ok")
            return redirect(url_for("years.index"))
        year = calendar.current_year(current())
        assert year is not None
        seen = rollover.preview(current(), year)
    return render_template(
        "years/next.html", seen=seen, labels=LABELS, typed=request.form, errors=errors, usual=_usual(seen), codes=FATES
    ), 422 if errors else 200


def _usual(seen: rollover.Preview) -> dict[str, str]:
    """What stands in the form at first."""
    return {"begins_on": seen.begins_on.isoformat(), "ends_on": seen.ends_on.isoformat(), "order": ""}


def _carry_out(year_id: int) -> Any:
    wanted = Wanted(
        _day("begins_on"),
        _day("ends_on"),
        request.form.get("order", "").strip()[:60],
        "with_first" in request.form,
        "with_assignments" in request.form,
        {
            pupil: value
            for key, value in request.form.items()
            if key.startswith("fate-") and (pupil := number_of(key[5:])) is not None and value in FATES
        },
    )
    with unit_of_work() as session:
        year = calendar.current_year(session)
        assert year is not None and year.id == year_id
        return rollover.carry_out(session, year, wanted)


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Invalid({name: said(N_("This is not a date."))}) from None
