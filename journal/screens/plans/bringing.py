"""A plan from a file or from what was pasted: shown first, with what can't be read; then taken."""

import json
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext

from journal.screens.plans.routes import WRITERS, screen
from journal.screens.plans.table import may_write, values_of
from journal.services import gradebook
from journal.services.exchange import plan_table
from journal.services.plans import reading, writing
from journal.services.refusals import Invalid, Locked, Missing
from journal.web.database import current, unit_of_work
from journal.web.i18n import say


@screen.page("/<int:scheme_id>/bring", to=WRITERS, methods=("GET", "POST"))
def bring(scheme_id: int) -> Any:
    """Choose a file; see the rows; take them instead of those there are, or after them."""
    session = current()
    plan = reading.load(session, scheme_id)
    if not may_write(plan):
        raise Missing
    found, problem = None, ""
    if "rows" in request.form:
        problem = _take(scheme_id)
        if not problem:
            return redirect(url_for("plans.table", scheme_id=scheme_id))
    elif request.method == "POST":
        found, problem = _read()
    kinds = {kind.id: kind.name for kind in gradebook.work_types_of(current(), plan.scheme.staff_id)}
    rows = plan_table.settled(found, kinds) if found else []
    return render_template(
        "plans/bring.html",
        plan=reading.load(current(), scheme_id),
        found=found,
        rows=rows,
        packed=json.dumps(rows, ensure_ascii=False),
        problem=problem,
        kind_names=kinds,
    )


def _read() -> tuple[plan_table.Found | None, str]:
    upload = request.files.get("file")
    pasted = request.form.get("pasted", "").strip()
    if upload is not None and upload.filename:
        data = upload.stream.read(plan_table.LARGEST + 1)
    else:
        data = pasted.encode()
    try:
        return plan_table.read(data), ""
    except plan_table.Unreadable as unreadable:
        return None, say(unreadable.why)


def _take(scheme_id: int) -> str:
    """Write the rows that were shown; gives what is wrong, and then nothing was written."""
    try:
        rows = json.loads(request.form["rows"])
        wanted = [values_of({name: "" if value is None else value for name, value in row.items()}) for row in rows]
    except (ValueError, AttributeError, TypeError):
        raise Missing from None
    put = writing.replace if request.form.get("how") == "replace" else writing.append
    try:
        with unit_of_work() as session:
            count = put(session, scheme_id, wanted)
    except Invalid as invalid:
        return " ".join(say(text) for text in invalid.errors.values())
    except Locked as locked:
        return say(locked.why)
    flash(ngettext("%(num)d row was taken.", "%(num)d rows were taken.", count), "ok")
    return ""
