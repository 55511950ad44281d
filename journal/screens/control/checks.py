"""Checks of journals: begun, worked through, concluded, printed as a note."""

from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from journal.kit import clock
from journal.schema import JournalRemark, SchoolClass
from journal.screens.control import base, filters
from journal.screens.control.base import screen
from journal.screens.control.forms import CheckForm, ConclusionForm
from journal.services import settings
from journal.services.control import filling, inspections
from journal.services.control import remarks as remark_service
from journal.services.refusals import Invalid, said
from journal.services.reports.document import Column, Document, Table
from journal.services.reports.kinds import filling as filling_report
from journal.services.reports.kinds import remarks as remarks_report
from journal.web.database import current, unit_of_work
from journal.web.documents.answer import TYPES, download
from journal.web.screen import OFFICE


@screen.page("/checks", to=OFFICE)
def checks() -> str:
    """The checks made, and the classes that are due by the plan of checks."""
    session = current()
    return render_template(
        "control/checks.html",
        rows=inspections.listed(session),
        plan=inspections.plan(session),
        every=settings.whole(session, "checks_every_days"),
    )


@screen.page("/checks/new", to=OFFICE, methods=("GET", "POST"))
def check_new() -> Any:
    """Begin a check."""
    session = current()
    chosen = filters.choices(session)
    form = CheckForm()
    form.school_class_id.choices = [("", _("the whole school")), *((str(id_), name) for id_, name in chosen.classes)]
    if not form.is_submitted():
        class_id = request.args.get("school_class_id", type=int)
        form.school_class_id.data = class_id
        form.begins_on.data, form.ends_on.data = clock.today() - timedelta(days=30), clock.today()
        form.subject.data = _("Keeping of the class journal")
    if form.validate_on_submit():
        try:
            with unit_of_work() as writing:
                made = inspections.begin(
                    writing,
                    form.subject.data or "",
                    _day(form.begins_on.data),
                    _day(form.ends_on.data),
                    form.school_class_id.data,
                )
                id_ = made.id
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect(url_for("control.check", check_id=id_))
    return render_template("control/check_new.html", form=form)


def _day(value: Any) -> date:
    assert isinstance(value, date)
    return value


@screen.page("/checks/<int:check_id>", to=OFFICE, methods=("GET", "POST"))
def check(check_id: int) -> Any:
    """One check: how the journals are filled, its remarks, its conclusion."""
    session = current()
    one = inspections.get(session, check_id)
    form = ConclusionForm(data={"conclusion": one.row.conclusion or ""})
    if form.validate_on_submit():
        with unit_of_work() as writing:
            inspections.conclude(writing, check_id, form.conclusion.data or "")
        flash(_("Saved."), "ok")
        return redirect(url_for("control.check", check_id=check_id))
    return render_template(
        "control/check.html",
        one=one,
        form=form,
        book=filling.load(session, _span(one)),
        writes=base.may_remark(),
        remarks=remark_service.listed(session, JournalRemark.journal_check_id == check_id),
    )


def _span(one: inspections.Inspection) -> filling.Span:
    return filling.Span(one.row.begins_on, one.row.ends_on, school_class_id=one.row.school_class_id)


@screen.page("/checks/<int:check_id>.<kind>", to=OFFICE)
def check_file(check_id: int, kind: str) -> Any:
    """The note on a check, to print and sign."""
    if kind not in TYPES:
        abort(404)
    session = current()
    one = inspections.get(session, check_id)
    book = filling.load(session, _span(one))
    found = remark_service.listed(session, JournalRemark.journal_check_id == check_id)
    name = (
        session.scalar(select(SchoolClass.name).where(SchoolClass.id == one.row.school_class_id))
        if one.row.school_class_id
        else None
    )
    document = Document(
        said("Note on a check of class journals"),
        [
            (said("What was checked"), one.row.subject),
            (said("Class"), name or said("the whole school")),
            (said("Lessons from"), one.row.begins_on),
            (said("to|date"), one.row.ends_on),
            (said("Checked on"), one.row.checked_on or one.row.ends_on),
        ],
        [
            Table(
                [Column(said("Teacher"), "text", 26), *filling_report.COLUMNS],
                [[keeper.name, *filling_report.values(keeper.total)] for keeper in book.keepers],
                [[said("Total"), *filling_report.values(book.total)]] if book.keepers else [],
                title=said("How the journals are filled"),
                empty=said("No lessons were held in this span."),
            ),
            _titled(remarks_report.table(found), said("Remarks of this check")),
        ],
        landscape=True,
        text=[said("Conclusion: %(conclusion)s", conclusion=one.row.conclusion or "—")],
        signatures=[(said("Checked by"), one.author or ""), (said("Read by"), "")],
        school=settings.value(session, "school_name"),
    )
    return download(document, kind)


def _titled(table: Table, title: Any) -> Table:
    table.title = title
    return table
