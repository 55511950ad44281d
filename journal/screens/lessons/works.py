"""More works of a lesson, and the sheet of a work that is judged by criteria."""

from collections import defaultdict
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from journal.screens.lessons.extras import WRITERS
from journal.screens.lessons.forms import CriterionForm, WorkForm, whole
from journal.screens.lessons.routes import screen, why_not
from journal.services import gradebook, lessons, works
from journal.services.refusals import Invalid, Locked
from journal.web.database import current, unit_of_work
from journal.web.i18n import say
from journal.web.screen import STAFF


@screen.page("/<int:lesson_id>/works", to=STAFF, methods=("GET", "POST"))
def index(lesson_id: int) -> Any:
    """The works of a lesson, and one more."""
    session = current()
    lesson = lessons.get(session, lesson_id)
    course = gradebook.course(session, lesson.assignment_id)
    form = WorkForm()
    kinds = gradebook.work_types_of(session, course.staff_id)
    form.work_type_id.choices = [(str(kind.id), kind.name) for kind in kinds]
    why = why_not(lesson, course)
    if not why and form.validate_on_submit():
        try:
            with unit_of_work() as unit:
                works.add(unit, lesson_id, form.name.data or "", form.work_type_id.data)
        except Invalid as invalid:
            form.take(invalid)
        else:
            flash(_("The journal has one more column for this lesson."), "ok")
            return redirect(url_for("lessons.index", lesson_id=lesson_id))
    return render_template(
        "lessons/works.html",
        lesson=lessons.get(current(), lesson_id),
        course=course,
        form=form,
        why=why,
        works=works.of_lesson(current(), lesson_id),
        kinds={kind.id: kind.name for kind in kinds},
    )


@screen.page("/<int:lesson_id>/works/<int:work_id>/remove", to=WRITERS, methods=("POST",))
def remove(lesson_id: int, work_id: int) -> Any:
    """Take a column away while nothing stands in it."""
    try:
        with unit_of_work() as session:
            works.remove(session, lesson_id, work_id)
    except Invalid as invalid:
        flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
    except Locked as locked:
        flash(say(locked.why), "bad")
    return redirect(url_for("lessons.index", lesson_id=lesson_id))


@screen.page("/<int:lesson_id>/works/<int:work_id>", to=STAFF, methods=("GET", "POST"))
def sheet(lesson_id: int, work_id: int) -> Any:
    """Points by criteria; "give" makes marks of them where none stands."""
    session = current()
    lesson = lessons.get(session, lesson_id)
    course = gradebook.course(session, lesson.assignment_id)
    why, errors = why_not(lesson, course), dict[str, Any]()
    form = CriterionForm(formdata=request.form if "most_points" in request.form else None)
    if not why and request.method == "POST":
        try:
            given = _write(lesson_id, work_id, form)
        except Invalid as invalid:
            errors = {**invalid.errors}
        except Locked as locked:
            errors = {"": locked.why}
        else:
            if given is not None:
                if "give" in request.form:
                    flash(ngettext("%(num)d mark was given.", "%(num)d marks were given.", given), "ok")
                else:
                    flash(_("Saved."), "ok")
                return redirect(url_for("lessons.sheet", lesson_id=lesson_id, work_id=work_id))
    return render_template(
        "lessons/sheet.html",
        lesson=lessons.get(current(), lesson_id),
        course=course,
        sheet=works.sheet(current(), lesson_id, work_id),
        form=form,
        why=why,
        errors=defaultdict(str, errors),
        typed=request.form if errors else {},
    )


def _write(lesson_id: int, work_id: int, form: CriterionForm) -> int | None:
    """What the form asks for; gives the number of marks given, or None when the form itself has errors."""
    if "most_points" in request.form:
        if not form.validate():
            return None
        with unit_of_work() as session:
            works.add_criterion(session, lesson_id, work_id, form.name.data or "", form.most_points.data or 0)
        return 0
    gone = whole(request.form.get("gone"))
    with unit_of_work() as session:
        if gone:
            works.remove_criterion(session, lesson_id, work_id, gone)
            return 0
        return works.put_points(session, lesson_id, work_id, _points(), give="give" in request.form)


def _points() -> dict[tuple[int, int], int | None]:
    """The points of the form by (pupil, criterion); what can't be read is out of every bound."""
    found: dict[tuple[int, int], int | None] = {}
    for name, text in request.form.items():
        student, _dash, criterion = name.removeprefix("points-").partition("-")
        student_id, criterion_id = whole(student), whole(criterion)
        if name.startswith("points-") and student_id and criterion_id:
            number = whole(text)
            found[student_id, criterion_id] = number if number is not None or not text.strip() else -1
    return found
