"""Who is behind: figures with their trend, teachers by weeks, grade levels; and the findings themselves."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from journal.kit import clock
from journal.screens.control import base, filters, places
from journal.screens.control.base import screen
from journal.services import settings
from journal.services.control import filling, listing, registry
from journal.services.control import findings as found_by_rules
from journal.services.control import remarks as remark_service
from journal.services.control.check import SEVERITIES
from journal.services.refusals import Said, said
from journal.services.reports.document import Column, Document, Table
from journal.web import database
from journal.web.database import current
from journal.web.documents import picture
from journal.web.documents.answer import TYPES, download
from journal.web.screen import OFFICE

MOST_SHOWN = 14
MOST_EXPORTED = 20_000


@screen.page("/", to=OFFICE)
def overview() -> str:
    """The lessons of a span: filled, late, missing."""
    session = current()
    chosen = filters.choices(session)
    until = min(chosen.until, clock.today())
    book = filling.load(
        session, filling.Span(chosen.since, until, chosen.staff_id, chosen.school_class_id, chosen.subject_id)
    )
    wanted = filters.filter_of(chosen)
    everybody = "everybody" in request.args
    behind = [keeper for keeper in book.keepers if keeper.total.missing or everybody]
    return render_template(
        "control/overview.html",
        chosen=chosen,
        book=book,
        keepers=behind if everybody else behind[:MOST_SHOWN],
        hidden=len(book.keepers) - len(behind[:MOST_SHOWN]),
        everybody=everybody,
        kpis=_figures(book),
        threshold=settings.whole(session, "filled_same_day"),
        attention=listing.attention(session, wanted),
        by_rule=[(check, number) for check, number in listing.by_rule(session, wanted) if number],
        checks=registry.by_code(),
        looked_at=base.last_look(session),
        remarks=remark_service.open_counts(session),
        spark=picture.spark,
        dots=picture.dots,
        writes=base.may_remark(),
        shares=[(_("grade %(number)d", number=number), tally.share) for number, tally in book.by_grade.items()],
    )


def _figures(book: filling.Filling) -> list[tuple[str, str, str, list[float | None], str]]:
    """(label, number, change to the week before, the weeks, whether good or bad) of the four figures."""
    tallies = [book.by_week[week] for week in book.weeks]
    shares: list[float | None] = [tally.share for tally in tallies]
    figures = [(_("Filled on the day of the lesson"), f"{book.total.share or 0} %", shares, 1)]
    for label, name in (
        (_("Lessons without a topic"), "no_topic"),
        (_("Lessons without homework"), "no_homework"),
        (_("Overdue by more than 3 days"), "overdue"),
    ):
        numbers: list[float | None] = [getattr(tally, name) for tally in tallies]
        figures.append((label, str(getattr(book.total, name)), numbers, -1))
    return [(label, number, *_change(weeks, better)) for label, number, weeks, better in figures]


def _change(weeks: list[float | None], better: int) -> tuple[str, list[float | None], str]:
    known = [value for value in weeks if value is not None]
    step = round(known[-1] - known[-2]) if len(known) > 1 else 0
    mood = "" if not step else "ok" if step * better > 0 else "warn"
    return (f"{step:+d}".replace("-", "−") if step else "", weeks, mood)


@screen.page("/findings", to=OFFICE)
def findings() -> str:
    """What the rules found, filtered by the address; each leads to where it can be mended."""
    session = current()
    chosen = filters.choices(session)
    wanted = filters.filter_of(
        chosen, whole="since" not in request.args and "until" not in request.args and "period" not in request.args
    )
    page = max(1, request.args.get("page", 1, type=int))
    total = listing.count(session, wanted)
    rows = listing.load(session, wanted, page=min(page, 10_000))
    return render_template(
        "control/findings.html",
        chosen=chosen,
        wanted=wanted,
        rows=rows,
        total=total,
        page=page,
        pages=-(-total // listing.PAGE),
        checks=registry.every(),
        severities=SEVERITIES,
        words_of=places.words_of,
        writes=base.may_remark(),
        place_of=places.place_of,
        accounts=places.accounts_of(session, rows),
        looked_at=base.last_look(session),
        query={name: request.args[name] for name in request.args if name != "page"},
    )


@screen.page("/findings.<kind>", to=OFFICE)
def findings_file(kind: str) -> Any:
    """The same as a file."""
    if kind not in TYPES:
        abort(404)
    session = current()
    wanted = filters.filter_of(filters.choices(session), whole="since" not in request.args and "period" not in request.args)
    rows = listing.load(session, wanted, limit=MOST_EXPORTED if kind == "xlsx" else 2000)
    return download(_document(session, rows), kind)


def _document(session: Any, rows: list[listing.Shown]) -> Document:
    head = [
        Column(said("Since"), "date", 10),
        Column(said("Days"), "whole", 6),
        Column(said("Teacher"), "text", 20),
        Column(said("Class"), "text", 7),
        Column(said("Subject"), "text", 20),
        Column(said("Rule"), "text", 28),
        Column(said("What"), "text", 26),
        Column(said("Student"), "text", 22),
    ]
    values = [
        [
            one.row.since_on,
            one.age,
            one.teacher,
            one.class_name,
            one.subject,
            Said(one.check.label),
            places.words_of(one),
            one.student,
        ]
        for one in rows
    ]
    return Document(
        said("Findings of journal control"),
        [(said("As of"), clock.today())],
        [Table(head, values, empty=said("The rules have found nothing here."))],
        landscape=True,
        school=settings.value(session, "school_name"),
    )


@screen.page("/look", to=OFFICE, methods=("POST",))
def look() -> Any:
    """Let the rules look now."""
    done = found_by_rules.refresh(database.engine())
    closed = remark_service.settle(database.engine())
    flash(
        _(
            "The rules have looked: %(new)d new, %(gone)d gone, %(same)d as before.",
            new=done.new,
            gone=done.gone,
            same=done.same,
        ),
        "ok",
    )
    if closed:
        flash(ngettext("%(num)d remark closed itself.", "%(num)d remarks closed themselves.", closed), "ok")
    back = request.form.get("next", "")
    return redirect(back if back.startswith("/control/") else url_for("control.overview"))
