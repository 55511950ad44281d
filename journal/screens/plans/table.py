"""One plan as a table: read, written row by row, moved, merged, exported."""

from collections import defaultdict
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.numbers import number_of
from journal.schema import PlannedLesson
from journal.schema.teaching import PLAN_STATES
from journal.screens.plans.routes import WRITERS, approves, person, screen
from journal.services import gradebook, settings
from journal.services.plans import catching_up, reading, writing
from journal.services.refusals import Invalid, Locked, Stale, said
from journal.services.reports.document import Column, Document, Table
from journal.web.database import current, unit_of_work
from journal.web.documents.answer import TABLE_TYPES, download
from journal.web.i18n import say
from journal.web.screen import STAFF

ACTS = ("insert", "remove", "up", "down", "merge", "shorten", "add")


@screen.page("/<int:scheme_id>", to=STAFF, methods=("GET", "POST"))
def table(scheme_id: int) -> Any:
    """The table; a POST without a script saves every row that was changed."""
    errors: dict[int, str] = {}
    if request.method == "POST":
        errors = _save_all(scheme_id)
        if not errors:
            flash(_("Saved."), "ok")
            return redirect(url_for("plans.table", scheme_id=scheme_id))
    session = current()
    plan = reading.load(session, scheme_id)
    writes = may_write(plan)
    main = reading.load(session, plan.scheme.version_of_id) if plan.scheme.version_of_id else plan
    newest = plan.versions[0].id if plan.versions else None
    compared = scheme_id if plan.is_version else newest
    return render_template(
        "plans/table.html",
        plan=plan,
        main=main,
        writes=writes,
        mine=may_change_state(plan),
        approves=approves() and not plan.is_version,
        kinds=gradebook.work_types_of(session, plan.scheme.staff_id),
        states=PLAN_STATES,
        errors=defaultdict(str, errors),
        proposals=catching_up.proposals(plan) if not plan.is_version else [],
        differences=reading.differences(session, compared, main.scheme.id) if compared else [],
        today=clock.today(),
    )


def may_change_state(plan: reading.Plan) -> bool:
    """Whether the plan is the person's own, or one that the person approves."""
    return not plan.is_version and (plan.scheme.staff_id == person().staff_id or approves())


def may_write(plan: reading.Plan) -> bool:
    """Whether the rows can be written now."""
    return may_change_state(plan) and plan.scheme.state != "approved"


def values_of(form: Any, suffix: str = "") -> dict[str, Any]:
    """The fields of a row as they were typed; hours that can't be read are none, which the rules refuse."""
    values: dict[str, Any] = {}
    for field in writing.FIELDS:
        text = form.get(f"{field}{suffix}")
        if text is None:
            continue
        text = str(text).strip()
        if field in ("hours", "work_type_id"):
            number = number_of(text) or 0
            values[field] = number if field == "hours" else number or None
        else:
            values[field] = text or (None if field != "topic" else "")
    return values


def _save_all(scheme_id: int) -> dict[int, str]:
    """Every row of the form that differs, in one transaction; gives the errors by row, and keeps nothing then."""
    errors: dict[int, str] = {}
    try:
        with unit_of_work() as session:
            for row in reading.rows_of(session, scheme_id):
                version = request.form.get(f"version-{row.id}", type=int)
                if version is None:
                    continue
                try:
                    writing.put(session, scheme_id, row.id, values_of(request.form, f"-{row.id}"), version)
                except Invalid as invalid:
                    errors[row.id] = " ".join(say(text) for text in invalid.errors.values())
                except Stale as stale:
                    errors[row.id] = _(stale.text)
            if errors:
                raise Invalid({})
    except Invalid:
        return errors
    except Locked as locked:
        return {0: say(locked.why)}
    return {}


@screen.page("/<int:scheme_id>/rows/<int:row_id>", to=WRITERS, methods=("POST",))
def row(scheme_id: int, row_id: int) -> Any:
    """One row from the page's script: saved at once, or said why not."""
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict) or type(asked.get("version")) is not int:
        return jsonify(error="row"), 400
    try:
        with unit_of_work() as session:
            saved = writing.put(session, scheme_id, row_id, values_of(asked), asked["version"])
            answer = _shown(saved)
        return jsonify(state="saved", **answer)
    except Invalid as invalid:
        return jsonify(state="error", message=" ".join(say(text) for text in invalid.errors.values()))
    except Locked as locked:
        return jsonify(state="error", message=say(locked.why))
    except Stale:
        with unit_of_work() as session:
            there = _shown(writing.row_of(session, scheme_id, row_id))
        return jsonify(state="conflict", message=_("Somebody else has changed this row since you opened it."), **there)


def _shown(found: PlannedLesson) -> dict[str, Any]:
    return {"version": found.version, **{name: getattr(found, name) for name in writing.FIELDS}}


@screen.page("/<int:scheme_id>/do", to=WRITERS, methods=("POST",))
def do(scheme_id: int) -> Any:
    """Insert, take away, move, merge, shorten a row; the page comes back at its place."""
    act, row_id = request.form.get("act", ""), request.form.get("row", 0, type=int)
    if act not in ACTS:
        abort(404)
    place = row_id
    try:
        with unit_of_work() as session:
            place = _act(session, scheme_id, act, row_id)
    except Invalid as invalid:
        flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
    except Locked as locked:
        flash(say(locked.why), "bad")
    return redirect(url_for("plans.table", scheme_id=scheme_id, _anchor=f"r{place}"))


def _act(session: PolicySession, scheme_id: int, act: str, row_id: int) -> int:
    """Do it; gives the row to come back to."""
    if act == "add":
        writing.append(session, scheme_id, [{"topic": _("New topic")}])
        return reading.rows_of(session, scheme_id)[-1].id
    if act == "insert":
        return writing.insert_after(session, scheme_id, row_id, _("New topic")).id
    if act == "remove":
        writing.remove(session, scheme_id, row_id)
        return 0
    if act in ("up", "down"):
        writing.move(session, scheme_id, row_id, -1 if act == "up" else 1)
    elif act == "merge":
        writing.merge(session, scheme_id, row_id)
    else:
        one = writing.row_of(session, scheme_id, row_id)
        writing.put(session, scheme_id, row_id, {"hours": one.hours - 1}, one.version)
    return row_id


@screen.page("/<int:scheme_id>.<kind>", to=STAFF)
def export(scheme_id: int, kind: str) -> Any:
    """The plan as XLSX, DOCX or PDF."""
    if kind not in TABLE_TYPES:
        abort(404)
    plan = reading.load(current(), scheme_id)
    head = [
        Column(said("No."), "whole", 5),
        Column(said("Section"), "text", 22),
        Column(said("Topic"), "text", 46),
        Column(said("Hours"), "whole", 6),
        Column(said("Date"), "date", 11),
        Column(said("Work type"), "text", 16),
        Column(said("Homework"), "text", 30),
    ]
    rows = [
        [one.row.number, one.row.section, one.row.topic, one.row.hours, one.on, one.work_type, one.row.homework]
        for one in plan.rows
    ]
    facts: list[tuple[Any, Any]] = [
        (said("Journal"), plan.journal or f"{plan.subject}, {plan.grade}"),
        (said("Teacher"), plan.author),
        (said("Hours"), plan.hours),
    ]
    if plan.scheme.approved_on and (plan.is_version or plan.scheme.state == "approved"):
        facts.append((said("Approved on"), plan.scheme.approved_on))
    document = Document(
        said("Calendar-thematic plan"),
        facts,
        [Table(head, rows, empty=said("The plan has no rows yet."))],
        landscape=True,
        signatures=[(said("Teacher"), plan.author), (said("Deputy director"), "")],
        school=settings.value(current(), "school_name"),
    )
    return download(document, kind)
