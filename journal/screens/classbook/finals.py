"""The final marks of one journal and period: accepted, set, or set otherwise with a reason."""

from collections import defaultdict
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from journal.access.actor import Role
from journal.schema.marks import FINALS
from journal.screens.classbook.routes import require_theirs, screen
from journal.services import finals as service
from journal.services import scales
from journal.services.refusals import Invalid, Missing
from journal.web.database import current, unit_of_work
from journal.web.i18n import say
from journal.web.screen import STAFF
from journal.web.session import actor


@screen.page("/<int:assignment_id>/finals", to=STAFF, methods=("GET", "POST"))
def finals(assignment_id: int) -> Any:
    """The sheet; a POST takes the whole of it in one transaction."""
    period_id, kind = request.args.get("period", type=int), request.args.get("kind", "")
    sheet = service.load(current(), assignment_id, period_id, kind)
    require_theirs(sheet.course)
    if not sheet.course.has_marks:
        raise Missing
    why, errors = _why_not(sheet), dict[str, Any]()
    if request.method == "POST" and not why:
        try:
            conflicts = _save(sheet)
        except Invalid as invalid:
            errors = invalid.errors
            sheet = service.load(current(), assignment_id, period_id, kind)
        else:
            names = ", ".join(line.name for line in sheet.lines if line.student_id in conflicts)
            flash(_("Saved."), "ok")
            if names:
                flash(_("Changed by somebody else meanwhile, left as it is: %(names)s", names=names), "bad")
            address = url_for("classbook.finals", assignment_id=assignment_id, period=sheet.period.id, kind=sheet.kind)
            return redirect(address)
    return render_template(
        "classbook/finals.html",
        sheet=sheet,
        why=why,
        errors=defaultdict(str, errors),
        typed=request.form if errors else {},
        values=scales.of_journal(current(), assignment_id),
        kinds=FINALS,
        asks=sheet.period.is_closed and _is_mine(sheet),
        few=service.FEW,
    )


def _why_not(sheet: service.Sheet) -> str:
    if not _is_mine(sheet):
        return str(_("Only the teacher of the subject writes here."))
    return say(sheet.locked) if sheet.locked else ""


def _is_mine(sheet: service.Sheet) -> bool:
    person = actor()
    return person is not None and (person.staff_id == sheet.course.staff_id or person.has(Role.ADMINISTRATOR))


def _save(sheet: service.Sheet) -> list[int]:
    """Take the form; "accept" fills in the proposals where nothing is chosen."""
    wanted, seen = {}, {}
    for line in sheet.lines:
        value = request.form.get(f"value-{line.student_id}", line.value)
        if "accept" in request.form and not value:
            value = line.proposal or ""
        wanted[line.student_id] = (value, request.form.get(f"reason-{line.student_id}", "").strip()[:300])
        seen[line.student_id] = request.form.get(f"seen-{line.student_id}", "")
    with unit_of_work() as session:
        return service.put(session, sheet.course.id, sheet.period.id, wanted, seen, sheet.kind)
