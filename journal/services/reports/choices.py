"""What a person may choose in the form of a report: only what is theirs, so that no report reaches further."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select

from journal.access.actor import Role
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.numbers import number_of
from journal.kit.text import N_
from journal.schema import (
    AbsenceReason,
    AcademicYear,
    Enrolment,
    GradeLevel,
    GradingPeriod,
    SchoolClass,
    Student,
    Subject,
)
from journal.services import calendar, diary, directory, gradebook
from journal.services.refusals import Invalid, said
from journal.services.reports.report import OFFICE, Given, Report

LONGEST_DAYS = 400
MOST_LEAST = 999


@dataclass
class Choices:
    """Pairs of key and label for each thing that a report asks for, and what is chosen now."""

    options: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    chosen: dict[str, Any] = field(default_factory=dict)


def of(session: PolicySession, report: Report, asked: dict[str, str], reasons: list[str]) -> tuple[Choices, Given]:
    """Read what a person asked for. Raises `Invalid` with the errors by field; what is not theirs can't be chosen."""
    every = calendar.years(session)
    year = calendar.chosen(every, number_of(asked.get("year")))
    if year is None:
        raise Invalid({"": said(N_("There is no current academic year yet."))})
    choices = Choices(options={"year": [(one.id, one.name) for one in every]}, chosen={"year": year.id})
    errors: dict[str, Any] = {}
    for name in report.asks:
        if name in OPTIONS:
            choices.options[name] = OPTIONS[name](session, year)
    numbers = {
        name: _picked(report, choices, name, asked.get(name, ""), errors)
        for name in choices.options
        if name not in ("reason_ids", "year")
    }
    period = session.get(GradingPeriod, numbers["period"]) if numbers.get("period") else None
    if period is not None and period.begins_on > clock.today():
        errors["period"] = said(N_("This period has not begun yet."))
        period = None
    since, until = _dates(report, asked, year, period, errors)
    own = {id_ for id_, _ in choices.options.get("reason_ids", [])}
    chosen_reasons = tuple(id_ for id_ in map(number_of, reasons) if id_ in own)
    least = _least(asked.get("least", ""), errors) if "least" in report.asks else 1
    if numbers.get("assignment_id"):
        numbers["school_class_id"] = None
    choices.chosen = {
        **choices.chosen,
        **numbers,
        "since": since,
        "until": until,
        "week": until,
        "reason_ids": chosen_reasons,
        "least": least,
    }
    if errors:
        raise Unfit(errors, choices)
    return choices, Given(
        year,
        clock.today(),
        since,
        until,
        period,
        numbers.get("school_class_id"),
        numbers.get("subject_id"),
        numbers.get("staff_id"),
        numbers.get("student_id"),
        numbers.get("assignment_id"),
        chosen_reasons,
        least,
    )


class Unfit(Invalid):
    """Some of what was asked for can't be used; `choices` keeps what was chosen."""

    def __init__(self, errors: dict[str, Any], choices: Choices) -> None:
        super().__init__(errors)
        self.choices = choices


def _picked(report: Report, choices: Choices, name: str, text: str, errors: dict[str, Any]) -> int | None:
    options = choices.options[name]
    if text and number_of(text) not in {id_ for id_, _ in options}:
        errors[name] = said(N_("Choose one of the list."))
        return None
    if text:
        return int(text)
    if name not in report.needs:
        return None
    if not options:
        errors[name] = said(N_("There is nothing to choose from."))
        return None
    return options[0][0]


def _dates(
    report: Report, asked: dict[str, str], year: AcademicYear, period: GradingPeriod | None, errors: dict[str, Any]
) -> tuple[date, date]:
    """The span: of the period if one is chosen, else from the form, else the last thirty days of the year."""
    today = min(max(clock.today(), year.begins_on), year.ends_on)
    since, until = (
        (period.begins_on, min(period.ends_on, today))
        if period
        else (max(year.begins_on, today - timedelta(days=30)), today)
    )
    if "week" in report.asks:
        until = _day(asked, "week", until, errors)
        return until, until
    if "since" in report.asks:
        since, until = _day(asked, "since", since, errors), _day(asked, "until", until, errors)
    if since > until:
        errors["until"] = said(N_("The end is before the beginning."))
    elif (until - since).days > LONGEST_DAYS:
        errors["until"] = said(N_("At most %(days)d days at once."), days=LONGEST_DAYS)
    return since, until


def _day(asked: dict[str, str], name: str, default: date, errors: dict[str, Any]) -> date:
    text = asked.get(name, "")
    if not text:
        return default
    try:
        found = date.fromisoformat(text)
    except ValueError:
        errors[name] = said(N_("This is not a date."))
        return default
    if not 2000 <= found.year <= 2100:
        errors[name] = said(N_("This date is out of the calendar."))
        return default
    return found


def _least(text: str, errors: dict[str, Any]) -> int:
    if not text:
        return 5
    found = number_of(text)
    if found is None or not 1 <= found <= MOST_LEAST:
        errors["least"] = said(N_("From %(low)s to %(high)s."), low=1, high=MOST_LEAST)
        return 5
    return found


def _is_office(session: PolicySession) -> bool:
    return not session.actor.roles.isdisjoint(OFFICE)


def _classes(session: PolicySession, year: AcademicYear) -> directory.Pairs:
    return directory.classes(session, year, led_by=None if _is_office(session) else session.actor.staff_id)


def _teachers(session: PolicySession, year: AcademicYear) -> directory.Pairs:
    return directory.teachers(session, year, only=None if _is_office(session) else session.actor.staff_id)


def _subjects(session: PolicySession, year: AcademicYear) -> directory.Pairs:
    return [(row[0], row[1]) for row in session.execute(select(Subject.id, Subject.name).order_by(Subject.name))]


def _students(session: PolicySession, year: AcademicYear) -> list[tuple[int, str]]:
    """The pupils whose papers a person may print: all, the own class's, the own children, oneself."""
    actor = session.actor
    asked = (
        select(Student.id, Student.last_name, Student.first_name, SchoolClass.name)
        .join(Enrolment, Enrolment.student_id == Student.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .where(
            SchoolClass.academic_year_id == year.id,
            or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= min(clock.today(), year.ends_on)),
        )
        .order_by(GradeLevel.number, SchoolClass.letter, Student.last_name, Student.first_name)
    )
    if not _is_office(session):
        own = [child.id for child in diary.children(session, actor.guardian_id)] if actor.guardian_id else []
        own += [actor.student_id] if actor.student_id else []
        led = SchoolClass.class_teacher_id == actor.staff_id if actor.has(Role.CLASS_TEACHER) else None
        mine = Student.id.in_(own)
        asked = asked.where(mine if led is None else or_(mine, led))
    return [(row[0], f"{row[3]} · {row[1]} {row[2]}") for row in session.execute(asked)]


def _periods(session: PolicySession, year: AcademicYear) -> list[tuple[int, str]]:
    """The periods of the year; the present one, else the last that ended, first: it is what people want."""
    found = session.scalars(
        select(GradingPeriod)
        .where(GradingPeriod.academic_year_id == year.id)
        .order_by(GradingPeriod.begins_on, GradingPeriod.kind)
    ).all()
    today = clock.today()
    ended = [period for period in found if period.kind != "year" and period.ends_on < today]
    present = [period for period in found if period.kind != "year" and period.begins_on <= today <= period.ends_on]
    first = (ended[-1:] or present[:1])[:1]
    return [(period.id, period.name) for period in [*first, *(p for p in found if p not in first)]]


def _assignments(session: PolicySession, year: AcademicYear) -> list[tuple[int, str]]:
    """The journals whose pages a person may print."""
    actor = session.actor
    staff_id = None if _is_office(session) else actor.staff_id
    led = {id_ for id_, _ in _classes(session, year)} if actor.has(Role.CLASS_TEACHER) else set()
    found = gradebook.courses(session, year_id=year.id)
    mine = [course for course in found if staff_id is None or course.staff_id == staff_id or course.class_id in led]
    return [
        (
            course.id,
            " · ".join(part for part in (course.class_name, course.subject, course.subgroup, course.teacher) if part),
        )
        for course in mine
    ]


def _reasons(session: PolicySession, year: AcademicYear) -> list[tuple[int, str]]:
    asked = select(AbsenceReason).where(AbsenceReason.is_absence).order_by(AbsenceReason.position)
    return [(reason.id, f"{reason.letter} — {reason.name}") for reason in session.scalars(asked)]


OPTIONS = {
    "period": _periods,
    "school_class_id": _classes,
    "subject_id": _subjects,
    "staff_id": _teachers,
    "student_id": _students,
    "assignment_id": _assignments,
    "reason_ids": _reasons,
}
