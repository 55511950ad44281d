"""Remarks on journal keeping: by hand, by the rules, accepted or opened again."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from journal.kit import clock
from journal.kit.numbers import number_of
from journal.schema import JournalRemark, Lesson, TeachingAssignment
from journal.schema.control import REMARK_STATES
from journal.screens.control import base, filters, places
from journal.screens.control.base import screen
from journal.screens.control.forms import RemarkForm
from journal.services import gradebook, reach
from journal.services.control import inspections, listing
from journal.services.control import remarks as service
from journal.services.refusals import Invalid, Missing
from journal.web.database import current, unit_of_work
from journal.web.screen import OFFICE

WRITERS = base.WRITERS


@screen.page("/remarks", to=OFFICE)
def remarks() -> str:
    """Every remark; the open ones first."""
    session = current()
    chosen = filters.choices(session)
    conditions: list[Any] = []
    state = request.args.get("state", "")
    if state in REMARK_STATES:
        conditions.append(JournalRemark.state == state)
    elif state == "overdue":
        conditions += [JournalRemark.state == "open", JournalRemark.due_on < clock.today()]
    if chosen.staff_id:
        conditions.append(TeachingAssignment.staff_id == chosen.staff_id)
    if chosen.school_class_id:
        conditions.append(TeachingAssignment.school_class_id == chosen.school_class_id)
    rows = service.listed(session, *conditions)
    mine = reach.changeable(session, JournalRemark, [one.row.id for one in rows], "state") if base.may_remark() else ()
    return render_template(
        "control/remarks.html",
        rows=rows,
        chosen=chosen,
        state=state,
        states=REMARK_STATES,
        mine=mine,
        writes=base.may_remark(),
    )


@screen.page("/remarks/new", to=WRITERS, methods=("GET", "POST"))
def remark() -> Any:
    """A remark on a journal, a lesson, or a finding: as the address says."""
    session = current()
    form = RemarkForm()
    courses = gradebook.courses(session)
    form.assignment_id.choices = [
        (str(one.id), " · ".join(part for part in (one.class_name, one.subject, one.subgroup, one.teacher) if part))
        for one in courses
    ]
    checks = inspections.listed(session, limit=30)
    form.journal_check_id.choices = [("", "—"), *((str(one.row.id), one.row.subject) for one in checks)]
    if not form.is_submitted():
        _prefill(form)
    if form.validate_on_submit():
        try:
            _write(form)
        except Invalid as invalid:
            form.take(invalid)
        else:
            flash(_("The remark is written; the teacher sees it on the first page."), "ok")
            return redirect(url_for("control.remarks"))
    return render_template("control/remark.html", form=form, about=_about(form))


def _prefill(form: RemarkForm) -> None:
    session = current()
    findings = listing.of_ids(session, [request.args.get("finding", 0, type=int)])
    lesson = session.get(Lesson, request.args.get("lesson", 0, type=int))
    form.due_on.data = service.term(session)
    check = request.args.get("check", type=int)
    form.journal_check_id.data = check
    if findings:
        finding = findings[0]
        form.finding_id.data, form.lesson_id.data = finding.id, finding.lesson_id
        form.assignment_id.data = finding.assignment_id
        form.text.data = places.remark_text(places.check_of(finding.rule), findings)
    elif lesson is not None:
        form.lesson_id.data, form.assignment_id.data = lesson.id, lesson.assignment_id
    else:
        form.assignment_id.data = request.args.get("assignment", type=int)


def _about(form: RemarkForm) -> Lesson | None:
    return current().get(Lesson, form.lesson_id.data) if form.lesson_id.data else None


def _write(form: RemarkForm) -> None:
    with unit_of_work() as session:
        finding_id = number_of(form.finding_id.data)
        findings = listing.of_ids(session, [finding_id]) if finding_id is not None else []
        if not form.assignment_id.data or session.get(TeachingAssignment, form.assignment_id.data) is None:
            raise Missing
        service.write(
            session,
            form.assignment_id.data,
            form.text.data or "",
            due_on=form.due_on.data,
            lesson_id=form.lesson_id.data,
            student_id=findings[0].student_id if findings else None,
            findings=findings,
            check_id=form.journal_check_id.data,
        )


@screen.page("/remind", to=WRITERS, methods=("POST",))
def remind() -> Any:
    """Remarks by the rules: for one teacher, or for all who have not filled."""
    staff_id = request.form.get("staff_id", type=int)
    with unit_of_work() as session:
        made = service.generate(session, places.remark_text, staff_id)
    if made:
        flash(ngettext("%(num)d remark was written.", "%(num)d remarks were written.", made), "ok")
    else:
        flash(_("There is nothing new to remark on: open remarks say it already."), "ok")
    return redirect(url_for("control.remarks", staff_id=staff_id))


@screen.page("/remarks/<int:remark_id>/<verb>", to=WRITERS, methods=("POST",))
def decide(remark_id: int, verb: str) -> Any:
    """Accept a remark as settled, or open it again."""
    acts = {"accept": service.accept, "reopen": service.reopen}
    if verb not in acts:
        raise Missing
    with unit_of_work() as session:
        acts[verb](session, remark_id)
    flash(_("Accepted.") if verb == "accept" else _("Opened again."), "ok")
    return redirect(url_for("control.remarks"))
