"""Values as a person reads them: dates, numbers, marks, times, by the page's language."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_skeleton
from flask import Flask, current_app, request, url_for
from flask_babel import format_date, format_decimal, get_locale, gettext
from markupsafe import Markup

from journal.config import ROOT
from journal.kit import cases, clock
from journal.kit.text import short_name
from journal.schema.calendar import WEEKDAYS
from journal.schema.marks import MARKS
from journal.schema.timetable import PARITIES
from journal.schema.trail import ACTS
from journal.services.refusals import Said

ICON = Markup('<svg class="ic" aria-hidden="true"><use href="{}#i-{}"/></svg>')


def install(app: Flask) -> None:
    """Give the templates their filters."""
    app.jinja_env.filters.update(
        day=day,
        weekday=weekday,
        short_weekday=short_weekday,
        long_day=long_day,
        day_month=day_month,
        clock=hour,
        decimal=decimal,
        mark=mark,
        plain=plain,
        moment=moment,
        of_whom=of_whom,
        month=month,
    )
    app.jinja_env.globals.update(
        icon=icon,
        asset=asset,
        url_for=address,
        day_plus=day_plus,
        days=days,
        weekday_name=weekday_name,
        PARITIES=PARITIES,
        entry_acts=ACTS,
        without=without,
        with_query=with_query,
        words_of=words_of,
        remembered=remembered,
    )


def day(value: date | None) -> str:
    """23.11.2026"""
    return value.strftime("%d.%m.%Y") if value else ""


def days(begins: date, ends: date) -> str:
    """23.11.2026 – 25.11.2026, and one day alone."""
    return day(begins) if begins == ends else f"{day(begins)} – {day(ends)}"


def day_plus(value: date, days: int) -> date:
    """A date some days later."""
    return value + timedelta(days=days)


def with_query(address: str, values: Mapping[str, Any]) -> str:
    """An address with a query. Keys come from other addresses: `url_for` would take some of them for its own options."""
    query = urlencode({name: value for name, value in values.items() if value is not None}, doseq=True)
    return f"{address}?{query}" if query else address


def without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    """A dictionary without some of its names."""
    return {name: value for name, value in values.items() if name not in names}


def weekday(value: date) -> str:
    """The weekday's full name."""
    return str(format_date(value, "EEEE"))


def weekday_name(number: int) -> str:
    """The name of a weekday; Monday is 1."""
    return str(gettext(WEEKDAYS[number]))


def short_weekday(value: date) -> str:
    """The weekday in two or three letters."""
    return str(format_date(value, "ccc"))


def long_day(value: date) -> str:
    """Monday, 23 November."""
    pattern = "EEEE, d MMMM"
    return str(format_date(value, pattern)).capitalize()


def month(value: date) -> str:
    """The name of a month, as it stands alone."""
    return str(format_date(value, "LLLL")).capitalize()


def day_month(value: date) -> str:
    """23 November."""
    return str(format_skeleton("MMMMd", value, locale=get_locale()))


def hour(value: time | None) -> str:
    """8:30"""
    return f"{value.hour}:{value.minute:02}" if value else ""


def moment(value: datetime | None) -> str:
    """23.11.2026 14:05 by the school's clock."""
    return clock.local(value).strftime("%d.%m.%Y %H:%M") if value else ""


def decimal(value: Decimal | float | None, places: int = 2) -> str:
    """A number with the language's comma."""
    if value is None:
        return ""
    return str(format_decimal(round(Decimal(str(value)), places), "0." + "0" * places))


def mark(code: str) -> str:
    """A mark's code as it is written in the journal."""
    return str(gettext(MARKS.get(code, code)))


def plain(value: Any) -> str:
    """Any value of a row."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return str(format_decimal(value.normalize()))
    return hour(value) if isinstance(value, time) else str(value)


def of_whom(name: tuple[str, str, str | None]) -> str:
    """A person in a phrase about somebody: in Russian in the genitive."""
    return cases.genitive(*name) if str(get_locale()) == "ru" else short_name(*name)


def words_of(text: Said) -> str:
    """A text of a service; dates in it as people read them."""
    values = {name: day(one) if isinstance(one, date) else one for name, one in text.values.items()}
    return str(gettext(text.text, **values))


def icon(name: str) -> Markup:
    """A small picture beside a text; it says nothing to a reader."""
    known, key = _addresses(), f"icon {name}"
    if key not in known:
        known[key] = ICON.format(asset("icons.svg"), name)
    return Markup(known[key])


def asset(name: str) -> str:
    """The address of a static file, changing when the file does."""
    known = _addresses()
    key = f"static {name}"
    if key not in known or current_app.debug:
        stamp = format(int((ROOT / "static" / name).stat().st_mtime), "x")
        known[key] = url_for("static", filename=name, v=stamp)
    return known[key]


def address(endpoint: str, /, **values: Any) -> str:
    """Flask's `url_for`, which is asked once for a page that needs no more than its name."""
    if values or endpoint.startswith("."):
        return url_for(endpoint, **values)
    known = _addresses()
    if endpoint not in known:
        known[endpoint] = url_for(endpoint)
    return known[endpoint]


def remembered(*of: str, caller: Callable[[], str]) -> Markup:
    """A part of a page that is the same whenever `of` is: put together once. Nothing of a person may stand in it."""
    known, key = _addresses(), " ".join(("part", *of))
    if key not in known:
        known[key] = caller()
    return Markup(known[key])


def _addresses() -> dict[str, str]:
    """The addresses, and the pictures and parts with theirs, that are known already, by the path at which we are served."""
    known: dict[str, dict[str, str]] = current_app.extensions.setdefault("addresses", {})
    return known.setdefault(request.script_root if request else "", {})
