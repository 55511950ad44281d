"""One lesson on one page: works without a script, on a phone too."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from journal.access.actor import Role
from journal.kit import clock
from journal.schema import AbsenceReason, Lesson, WorkType
from journal.schema.marks import MARKS
from journal.services import agenda, gradebook, lessons, locks, rollcall
from journal.services.refusals import Invalid, Said, Stale
from journal.web.database import current, unit_of_work
from journal.web.forms import Form
from journal.web.i18n import say
from journal.web.screen import STAFF, Screen
from journal.web.session import actor

screen = Screen("lessons", __name__, url_prefix="/lessons")


class LessonForm(Form):
    """What a teacher writes about a lesson."""

    topic = StringField(lazy_gettext("Topic"), [Length(max=500)])
    work_type_id = SelectField(lazy_gettext("Work type"), coerce=lambda text: int(text) if text else None)
    homework = TextAreaField(lazy_gettext("Homework"), [Length(max=2000)])
    attendance_taken = BooleanField(lazy_gettext("Attendance taken"))


@screen.page("/<int:lesson_id>", to=STAFF, methods=("GET", "POST"))
def page(lesson_id: int) -> Any:
    """Read and fill a lesson."""
    session = current()
    lesson = lessons.get(session, lesson_id)
    given = lessons.homework_of(session, lesson_id)
    form = LessonForm(data=_data(lesson, given.text if given else ""))
    kinds = session.scalars(select(WorkType).order_by(WorkType.position, WorkType.name))
    form.work_type_id.choices = [("", "—"), *((str(kind.id), kind.name) for kind in kinds)]
    pupils = rollcall.pupils(session, lesson_id)
    why = _why_not(lesson)
    if why and request.method == "POST":
        form.form_errors.append(say(why))
    elif form.validate_on_submit():
        try:
            conflicts = _save(lesson_id, form, pupils)
        except Stale as stale:
            form.form_errors.append(_(stale.text))
        except Invalid as invalid:
            form.take(invalid)
        else:
            flash(_("Saved."), "ok")
            if conflicts:
                names = ", ".join(pupil.name for pupil in pupils if pupil.id in conflicts)
                flash(_("Changed by somebody else meanwhile, left as it is: %(names)s", names=names), "bad")
            return redirect(url_for("lessons.page", lesson_id=lesson_id))
    return _render(lesson_id, form, pupils, why)


def _data(lesson: Lesson, homework: str) -> dict[str, Any]:
    return {
        "topic": lesson.topic,
        "work_type_id": str(lesson.work_type_id or ""),
        "homework": homework,
        "attendance_taken": lesson.attendance_taken,
    }


def _save(lesson_id: int, form: LessonForm, pupils: list[rollcall.Pupil]) -> list[int]:
    """The whole page in one transaction; fields that somebody else changed since are not overwritten."""
    wanted, seen = {}, {}
    for pupil in pupils:
        parts = [
            part for part in (request.form.get(f"mark-{pupil.id}", ""), request.form.get(f"absence-{pupil.id}", "")) if part
        ]
        wanted[pupil.id] = "/".join(parts)
        seen[pupil.id] = request.form.get(f"seen-{pupil.id}", "")
    values = {
        "topic": form.topic.data or "",
        "work_type_id": form.work_type_id.data,
        "homework": form.homework.data or "",
        "attendance_taken": form.attendance_taken.data,
    }
    with unit_of_work() as session:
        planned = lessons.next_planned(session, lessons.get(session, lesson_id)) if "take" in request.form else None
        if planned is not None:
            values |= {"topic": planned.topic, "planned_lesson_id": planned.id}
        lessons.write(
            session,
            lesson_id,
            values,
            seen={"topic": request.form.get("seen-topic", ""), "homework": request.form.get("seen-homework", "")},
        )
        return rollcall.take(session, lesson_id, wanted, seen)


def _why_not(lesson: Lesson) -> Said | str | None:
    person = actor()
    assert person is not None
    course = gradebook.course(current(), lesson.assignment_id)
    if person.staff_id not in (course.staff_id, lesson.substitute_id) and not person.has(Role.ADMINISTRATOR):
        return str(_("Only the teacher of the subject writes here."))
    return locks.lock(current(), lesson)


def _render(lesson_id: int, form: LessonForm, pupils: list[rollcall.Pupil], why: Said | str | None) -> str:
    session = current()
    lesson = lessons.get(session, lesson_id)
    course = gradebook.course(session, lesson.assignment_id)
    reasons = list(session.scalars(select(AbsenceReason).order_by(AbsenceReason.position)))
    bell = agenda.bells(session).get((None, lesson.number))
    given = lessons.homework_of(session, lesson_id)
    person = actor()
    assert person is not None
    return render_template(
        "lessons/page.html",
        lesson=lesson,
        course=course,
        form=form,
        pupils=pupils,
        why=why,
        reasons=reasons,
        values=[code for code in MARKS if course.has_marks],
        bell=bell,
        today=clock.today(),
        suggestion=None if lesson.topic else lessons.next_planned(session, lesson),
        seen_homework=given.text if given else "",
        mine=person.staff_id in (course.staff_id, lesson.substitute_id),
        remarks=person.has(Role.DEPUTY, Role.CONTROL, Role.DIRECTOR),
    )
