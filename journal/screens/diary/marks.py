"""All marks by subject in a period or the year, and how many marks lift an average to a wanted one."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from journal.screens.diary.base import READERS, open_diary, screen
from journal.services import calendar, results
from journal.services.refusals import Missing
from journal.web.database import current

TARGETS = (5, 4, 3)


@screen.page("/marks", to=READERS)
def marks() -> str:
    """A period, or the whole year where it is asked for."""
    opened, session = open_diary(), current()
    year = calendar.current_year(session)
    place = results.class_of(session, opened.student.id, year) if opened.student and year else None
    if opened.student is None or year is None or place is None:
        return render_template("diary/marks.html", opened=opened, period=None, year=None, periods=[])
    class_id, class_name, kind = place
    periods = calendar.periods(session, year.id, kind)
    whole = "year" in request.args
    target = request.args.get("target", type=int)
    found: dict[str, Any] = {"period": None, "year": None}
    if whole:
        found["year"] = results.of_year(session, opened.student.id, year, class_id, kind)
    else:
        asked = request.args.get("period", type=int)
        chosen = next((one for one in periods if one.id == asked), None)
        if asked and chosen is None:
            raise Missing
        chosen = chosen or calendar.period_at(periods, calendar.school_day(session))
        found["period"] = results.of_period(session, opened.student.id, class_id, chosen) if chosen else None
    return render_template(
        "diary/marks.html",
        opened=opened,
        chosen=opened.student,
        class_name=class_name,
        periods=[one for one in periods if one.kind != "year"],
        target=target if target in TARGETS else None,
        targets=TARGETS,
        way=_way,
        **found,
    )


def _way(line: results.Line, target: int | None) -> str:
    """What has to be done for the wanted final mark; without a wish, for the next better one."""
    present = line.proposal
    aim = target or (present + 1 if present and present < 5 else None)
    if aim is None:
        return ""
    if present is not None and present >= aim:
        return _("is so now") if target else ""
    told = []
    for value in (5, 4):
        count = line.needed(aim, value) if value >= aim else None
        if count:
            words = {
                5: ngettext("%(num)d five", "%(num)d fives", count),
                4: ngettext("%(num)d four", "%(num)d fours", count),
            }
            told.append(words[value])
    if not told:
        return _("can't be reached by marks of this period") if target else ""
    return str(_("for %(mark)d: %(what)s", mark=aim, what=_(" or ").join(told)))
