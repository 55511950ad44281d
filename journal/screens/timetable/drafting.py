"""Versions and drafts: made by hand, copied or generated; looked through, compared, published from a date."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Timetable
from journal.screens.timetable.editing import PLANNERS, course_name
from journal.screens.timetable.routes import screen
from journal.services import calendar, jobs
from journal.services.refusals import Forbidden, Invalid, Missing
from journal.services.timetable import board as boards
from journal.services.timetable import drafts
from journal.services.timetable.generation import drafts as generation
from journal.services.timetable.generation import rules
from journal.web import queue
from journal.web.database import current, unit_of_work
from journal.web.forms import Form

MOST_SHOWN = 60
MOST_AT_ONCE = 20_000
"""So many lessons are written while one waits: about a second."""
LONGEST_S = 1800


class DraftForm(Form):
    """A new draft by hand."""

    name = StringField(lazy_gettext("Name"), [InputRequired(), Length(max=80)])
    since = DateField(lazy_gettext("In force from"), [InputRequired()])
    source = SelectField(lazy_gettext("Begin with"), coerce=int)


class GenerateForm(Form):
    """What the solver is asked for."""

    since = DateField(lazy_gettext("In force from"), [InputRequired()])
    base = SelectField(
        lazy_gettext("Begin with"), coerce=int, description=lazy_gettext("Lessons locked in this version stay.")
    )
    repair = BooleanField(lazy_gettext("Move as few lessons of it as can be"))
    effort = IntegerField(
        lazy_gettext("Search for, seconds"),
        [InputRequired(), NumberRange(1, LONGEST_S)],
        default=60,
        description=lazy_gettext("It can be stopped at any time: the best so far is kept."),
    )
    seed = IntegerField(
        lazy_gettext("Seed"), [Optional(), NumberRange(1, 2**31 - 1)], default=1,
        description=lazy_gettext("The same number gives the same timetable, another one another."),
    )  # fmt: skip


class PublishForm(Form):
    """From which date a draft holds."""

    since = DateField(lazy_gettext("In force from"), [InputRequired()])


@screen.page("/drafts/", to=PLANNERS)
def drafts_page() -> str:
    """Every version of the year, and how to make another."""
    return _page(DraftForm(), GenerateForm())


def _page(draft: DraftForm, generate: GenerateForm) -> str:
    session = current()
    year = calendar.current_year(session)
    versions = drafts.listed(session, year.id) if year else []
    sources = [(0, _("nothing")), *((one.id, _title(one)) for one in versions)]
    draft.source.choices = generate.base.choices = sources
    for form in (draft, generate):
        if not form.is_submitted():
            form.since.data = _next_day()
    if not draft.is_submitted():
        in_force = drafts.in_force(session, _next_day())
        draft.source.data = generate.base.data = in_force.id if in_force else 0
    return render_template(
        "timetable/drafts.html",
        versions=versions,
        draft=draft,
        generate=generate,
        settings=rules.settings(session),
        rules=rules.BY_CODE,
        today=clock.today(),
    )


def _title(version: Timetable) -> str:
    state = _("draft") if version.state == "draft" else _("in force from %(day)s", day=f"{version.valid_from:%d.%m.%Y}")
    return f"{version.name} ({state})"


def _next_day() -> date:
    return max(clock.today(), calendar.school_day(current()))


@screen.page("/drafts/new", to=PLANNERS, methods=("POST",))
def new_draft() -> Any:
    """Make a draft, empty or a copy."""
    form, other = DraftForm(), GenerateForm(formdata=None)
    _page(form, other)
    if form.validate():
        try:
            with unit_of_work() as session:
                source = session.get(Timetable, form.source.data) if form.source.data else None
                made = drafts.new(session, form.name.data, form.since.data, source)
                made_id = made.id
        except Invalid as invalid:
            form.take(invalid)
        except Forbidden:
            return _refused(N_("Drafts of the whole school are made by a deputy for all grade levels."))
        else:
            return redirect(url_for("timetable.edit", draft=made_id))
    return _page(form, GenerateForm(formdata=None)), 422


@screen.page("/drafts/generate", to=PLANNERS, methods=("POST",))
def generate() -> Any:
    """Ask for a generated version: a job does it."""
    form = GenerateForm()
    _page(DraftForm(formdata=None), form)
    if not form.validate():
        return _page(DraftForm(formdata=None), form), 422
    asked = generation.Asked(
        form.since.data,
        form.effort.data,
        form.seed.data or 1,
        form.base.data or None,
        form.repair.data and bool(form.base.data),
    )
    try:
        with unit_of_work() as session:
            rules.choose(session, _chosen())
            generation.problem_of(session, asked)
            job = jobs.ask(session, "timetable", _("Timetable from %(day)s", day=f"{asked.since:%d.%m.%Y}"), asked.facts())
            job_id = job.id
    except Invalid as invalid:
        form.take(invalid)
        return _page(DraftForm(formdata=None), form), 422
    queue.enqueue(job_id)
    return redirect(url_for("jobs.page", job_id=job_id))


def _chosen() -> dict[str, tuple[bool, int]]:
    """The rules as they were switched and weighed in the form. Raises `Invalid`."""
    found = {}
    for code, rule in rules.BY_CODE.items():
        if f"weight-{code}" in request.form or rule.is_hard:
            weight = request.form.get(f"weight-{code}", rule.weight, type=int)
            found[code] = (f"on-{code}" in request.form, -1 if weight is None else weight)
    return found


@screen.page("/drafts/<int:timetable_id>", to=PLANNERS)
def draft(timetable_id: int) -> str:
    """A draft: what it costs and where, what would change for lessons to come."""
    return _draft(timetable_id, PublishForm())


def _draft(timetable_id: int, form: PublishForm) -> str:
    session = current()
    version = drafts.draft(session, timetable_id)
    name, report, valid_from = version.name, version.report, version.valid_from
    if not form.is_submitted():
        form.since.data = max(_asked_since() or valid_from, _next_day())
    entries = len(boards.load(session, version.id))
    known = boards.courses(session)
    seen = error = None
    if form.since.data and ("look" in request.args or form.is_submitted()):
        try:
            seen = drafts.preview(session, timetable_id, form.since.data)
        except (Invalid, Forbidden) as refusal:
            error = refusal
    return render_template(
        "timetable/draft.html",
        timetable_id=timetable_id,
        name=name,
        report=report,
        entries=entries,
        form=form,
        seen=seen,
        refused=list(error.errors.values()) if isinstance(error, Invalid) else [],
        may_publish=not isinstance(error, Forbidden),
        breaches=_breaches(report),
        rules=rules.BY_CODE,
        most=MOST_SHOWN,
        course_name=course_name,
        known=known,
        others=[one for one in drafts.listed(session, _year_id()) if one.id != timetable_id],
    )


def _asked_since() -> date | None:
    try:
        return date.fromisoformat(request.args.get("since", ""))
    except ValueError:
        return None


def _year_id() -> int:
    year = calendar.current_year(current())
    return year.id if year else 0


def _breaches(report: Any) -> dict[str, list[Any]]:
    """Rule -> its breaches, the dearest rule first."""
    found: dict[str, list[Any]] = {}
    for one in (report or {}).get("breaches", ()):
        found.setdefault(one["rule"], []).append(one)
    weights = (report or {}).get("rules", {})
    return dict(sorted(found.items(), key=lambda item: -sum(one["points"] for one in item[1]) * weights.get(item[0], 1)))


@screen.page("/drafts/<int:timetable_id>/publish", to=PLANNERS, methods=("POST",))
def publish(timetable_id: int) -> Any:
    """Let a draft hold from a date: at once, or as a job where many lessons are written."""
    form = PublishForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                seen = drafts.preview(session, timetable_id, form.since.data)
                job_id = _asked_to_publish(session, timetable_id, form.since.data) if seen.rows > MOST_AT_ONCE else None
                if job_id is None:
                    drafts.publish(session, timetable_id, form.since.data)
        except Invalid as invalid:
            form.take(invalid)
        except Forbidden:
            return _refused(N_("A version of the whole school is published by a deputy for all grade levels."))
        else:
            if job_id is not None:
                queue.enqueue(job_id)
                return redirect(url_for("jobs.page", job_id=job_id))
            flash(_("The timetable is published: it holds from %(day)s.", day=f"{form.since.data:%d.%m.%Y}"), "ok")
            return redirect(url_for("timetable.week", on=form.since.data.isoformat()))
    return _draft(timetable_id, form), 422


def _asked_to_publish(session: PolicySession, timetable_id: int, since: date) -> int:
    version = drafts.draft(session, timetable_id)
    subject = _("Publishing of «%(name)s» from %(day)s", name=version.name, day=f"{since:%d.%m.%Y}")
    return jobs.ask(session, "publish-timetable", subject, {"timetable": timetable_id, "since": since.isoformat()}).id


@screen.page("/drafts/<int:timetable_id>/throw-away", to=PLANNERS, methods=("POST",))
def throw_away(timetable_id: int) -> Any:
    """Delete a draft."""
    try:
        with unit_of_work() as session:
            drafts.throw_away(session, timetable_id)
    except Forbidden:
        return _refused(N_("Drafts of the whole school are made by a deputy for all grade levels."))
    flash(_("The draft is thrown away."), "ok")
    return redirect(url_for("timetable.drafts_page"))


def _refused(text: str) -> Any:
    flash(_(text), "bad")
    return redirect(url_for("timetable.drafts_page"))


@screen.page("/compare", to=PLANNERS)
def compare() -> str:
    """What differs between two versions."""
    session = current()
    versions = drafts.listed(session, _year_id())
    ids = [request.args.get(name, type=int) for name in ("a", "b")]
    chosen = [next((one for one in versions if one.id == key), None) for key in ids]
    if any(key is not None and one is None for key, one in zip(ids, chosen, strict=True)):
        raise Missing
    first, second = chosen
    found = drafts.compare(session, first.id, second.id) if first and second else None
    return render_template(
        "timetable/compare.html",
        versions=versions,
        first=first,
        second=second,
        found=found,
        title=_title,
        course_name=course_name,
    )
