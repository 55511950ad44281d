"""The first page: a teacher's day, a family's diary, the office's way to its work."""

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from journal.access.actor import Role
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import AcademicYear, Announcement, Lesson, SchoolClass, Staff, Student, TeachingAssignment
from journal.services import agenda, calendar, lessons
from journal.services import debts as points
from journal.services.control import remarks
from journal.web.database import current, unit_of_work
from journal.web.screen import SIGNED_IN, STAFF, Screen
from journal.web.session import actor

screen = Screen("home", __name__)
screen.entry(N_("Today"), "first", 10, to=STAFF)
OFFICE = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.DEPUTY, Role.CONTROL)


@screen.page("/", to=SIGNED_IN)
def first() -> Any:
    """Each role's own first page."""
    person = actor()
    assert person is not None
    if person.has(Role.STUDENT, Role.GUARDIAN) and not person.staff_id:
        return redirect(url_for("diary.week"))
    session = current()
    today = calendar.school_day(session)
    on = _asked_day(today)
    items = agenda.day(session, person.staff_id, on)
    debts, debt_count = agenda.debts(session, person.staff_id, today) if person.has(Role.TEACHER) else ([], 0)
    return render_template(
        "home/day.html",
        on=on,
        today=today,
        items=items,
        debts=debts,
        debt_count=debt_count,
        owed=points.of_teacher(session, person.staff_id, 8) if person.has(Role.TEACHER) else [],
        now=_now(on, today),
        days=[(_("Yesterday"), today - timedelta(days=1)), (_("Today"), today), (_("Tomorrow"), today + timedelta(days=1))],
        day_off=calendar.days_off(session, on, on).name(on),
        counts=_counts() if person.has(*OFFICE) else None,
        announcements=_announcements(today),
        week=_week(person.staff_id, on),
        monday=calendar.monday(on),
        teaches=person.has(Role.TEACHER),
        behind=agenda.behind(session, today) if person.has(*OFFICE) else [],
        missing=_missing,
        remarks=remarks.of_teacher(session, person.staff_id) if person.has(Role.TEACHER) else [],
    )


@screen.page("/accept-topics", to=frozenset({Role.TEACHER}), methods=("POST",))
def accept() -> Any:
    """Take the topics of the plans into one's lessons that have none: of today and of the days before."""
    person = actor()
    assert person is not None
    with unit_of_work() as session:
        taken = lessons.accept_planned(session, person.staff_id, calendar.school_day(session))
    flash(ngettext("The topic of %(num)d lesson was taken.", "The topics of %(num)d lessons were taken.", taken), "ok")
    return redirect(url_for("home.first"))


def _missing(item: agenda.Item) -> list[str]:
    """What of a lesson is not filled, in words."""
    found = [] if item.topic else [_("no topic")]
    if not item.attendance_taken:
        found.append(_("attendance not taken"))
    if not item.homework and not item.is_control:
        found.append(_("no homework"))
    return found


def _asked_day(today: date) -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today


def _now(on: date, today: date) -> Any:
    return clock.local(clock.now()).time() if on == today else None


def _week(staff_id: int, on: date) -> dict[tuple[int, int], agenda.Item]:
    items = agenda.week(current(), staff_id, calendar.monday(on))
    return {(item.number, (item.held_on - calendar.monday(on)).days): item for item in items}


def _announcements(today: date) -> list[Announcement]:
    shown = select(Announcement).where(
        Announcement.shown_from <= today, (Announcement.shown_to.is_(None)) | (Announcement.shown_to >= today)
    )
    return list(current().scalars(shown.order_by(Announcement.shown_from.desc()).limit(3)))


def _counts() -> list[tuple[str, int, str]]:
    """What the office watches: how big the school is, how many lessons of the last week are not filled."""
    session, today = current(), calendar.school_day(current())
    unfilled = select(func.count(Lesson.id)).where(
        Lesson.held_on < today, Lesson.held_on >= today - timedelta(days=7), Lesson.topic == "", ~Lesson.is_cancelled
    )
    own = (
        select(SchoolClass.id)
        .join(AcademicYear, AcademicYear.id == SchoolClass.academic_year_id)
        .where(AcademicYear.is_current)
    )
    asked = [select(func.count(entity.id)) for entity in (Student, SchoolClass, Staff, TeachingAssignment)]
    asked[1] = asked[1].where(SchoolClass.id.in_(own))
    asked[3] = asked[3].where(TeachingAssignment.school_class_id.in_(own))
    numbers = [session.scalar(statement) or 0 for statement in (*asked, unfilled)]
    labels = [_("Students"), _("Classes"), _("Staff"), _("Teaching assignments"), _("Lessons without a topic, 7 days")]
    names = ("student", "school-class", "staff", "teaching-assignment")
    addresses = [*(f"/admin/{name}/" for name in names), "/control/findings?rule=no-topic"]
    return list(zip(labels, numbers, addresses, strict=True))
