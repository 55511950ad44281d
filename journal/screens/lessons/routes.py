"""One lesson on one page: works without a script, on a phone too."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from journal.access.actor import Role
from journal.kit import clock
from journal.schema import AbsenceReason, Lesson
from journal.schema.homework import NOTE_KINDS
from journal.screens.lessons.forms import LessonForm, typed_cells
from journal.services import bells, debts, gradebook, homework, lessons, locks, notes, rollcall, scales, works
from journal.services.class_room import notices
from journal.services.refusals import Invalid, Said, Stale
from journal.services.rollcall import Pupil
from journal.web.database import current, unit_of_work
from journal.web.i18n import say
from journal.web.screen import STAFF, Screen
from journal.web.session import actor

screen = Screen("lessons", __name__, url_prefix="/lessons")


@screen.page("/<int:lesson_id>", to=STAFF, methods=("GET", "POST"))
def page(lesson_id: int) -> Any:
    """Read and fill a lesson; one to come is prepared: topic, kind of work, homework."""
    session = current()
    lesson = lessons.get(session, lesson_id)
    course = gradebook.course(session, lesson.assignment_id)
    pupils = rollcall.pupils(session, lesson_id)
    form = LessonForm(data=_data(lesson, pupils))
    kinds = gradebook.work_types_of(session, course.staff_id)
    form.work_type_id.choices = [("", "—"), *((str(kind.id), kind.name) for kind in kinds)]
    why = why_not(lesson, course)
    if why and request.method == "POST":
        form.form_errors.append(say(why))
    elif form.validate_on_submit():
        try:
            conflicts = _save(lesson_id, form, pupils if lesson.held_on <= clock.today() else [])
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


def _data(lesson: Lesson, pupils: list[Pupil]) -> dict[str, Any]:
    given = lessons.homework_of(current(), lesson.id)
    return {
        "topic": lesson.topic,
        "work_type_id": str(lesson.work_type_id or ""),
        "homework": given.text if given else "",
        "due_on": given.due_on if given else None,
        "minutes": given.minutes if given else None,
        "attendance_taken": lesson.attendance_taken or any(pupil.reason_id for pupil in pupils),
    }


def _save(lesson_id: int, form: LessonForm, pupils: list[Pupil]) -> list[int]:
    """The whole page in one transaction; fields that somebody else changed since are not overwritten."""
    with unit_of_work() as session:
        if "take" in request.form:
            lesson = lessons.get(session, lesson_id)
            row = lessons.planned(session, lesson)
            if row is not None:
                lessons.take_planned(session, lesson_id, row.id)
            return []
        source = request.form.get("copy", type=int)
        if source:
            _copy(session, lesson_id, source)
            return []
        values: dict[str, Any] = {"topic": form.topic.data or "", "work_type_id": form.work_type_id.data}
        if pupils:
            values["attendance_taken"] = form.attendance_taken.data
        seen = {"topic": request.form.get("seen-topic", ""), "homework": request.form.get("seen-homework", "")}
        given = form.homework.data or ""
        lesson = lessons.write(session, lesson_id, {**values, "homework": given}, seen=seen)
        lessons.put_homework(session, lesson, given, more=form.homework_more())
        return rollcall.take(session, lesson_id, *typed_cells(pupils))


def _copy(session: Any, lesson_id: int, source_id: int) -> None:
    """Topic and homework of a lesson of a parallel class, where the person may see it."""
    source = lessons.get(session, source_id)
    given = lessons.homework_of(session, source_id)
    values = {"topic": source.topic, "homework": given.text} if given else {"topic": source.topic}
    lessons.write(session, lesson_id, values)


def why_not(lesson: Lesson, course: gradebook.Course) -> Said | str | None:
    """Why the person can't write here at all; a lesson to come may be prepared."""
    person = actor()
    assert person is not None
    if person.staff_id not in (course.staff_id, lesson.substitute_id) and not person.has(Role.ADMINISTRATOR):
        return str(_("Only the teacher of the subject writes here."))
    if lesson.held_on > clock.today() and not lesson.is_cancelled:
        return None
    return locks.lock(current(), lesson)


def _render(lesson_id: int, form: LessonForm, pupils: list[Pupil], why: Said | str | None) -> str:
    session = current()
    lesson = lessons.get(session, lesson_id)
    course = gradebook.course(session, lesson.assignment_id)
    given = homework.of_lesson(session, lesson_id)
    common = next((one for one in given if one.row.student_id is None), None)
    day = homework.due_on(session, lesson, common.row if common else None)
    person = actor()
    assert person is not None
    return render_template(
        "lessons/page.html",
        lesson=lesson,
        course=course,
        form=form,
        pupils=pupils,
        why=why,
        reasons=list(session.scalars(select(AbsenceReason).order_by(AbsenceReason.position))),
        values=scales.of_journal(session, course.id),
        bell=bells.load(session).at(course.bell_schedule_id, lesson.number, on=lesson.held_on),
        ahead=lesson.held_on > clock.today(),
        suggestion=None if lesson.topic else lessons.planned(session, lesson),
        common=common,
        own=[one for one in given if one.row.student_id is not None],
        load=homework.load(session, course.class_id, day) if day else None,
        sources=homework.parallel(session, lesson) if not why and not lesson.topic else [],
        works=works.of_lesson(session, lesson_id),
        debts=debts.of_lesson(session, lesson_id),
        near=lessons.neighbours(session, lesson),
        announced=notices.on(session, course.class_id, lesson.held_on),
        notes=notes.of_lesson(session, lesson_id),
        note_kinds=NOTE_KINDS,
        mine=person.staff_id in (course.staff_id, lesson.substitute_id),
        remarks=person.has(Role.DEPUTY, Role.CONTROL, Role.DIRECTOR),
    )
