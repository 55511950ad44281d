"""The school in the shape of OneRoster 1.1 (IMS Global, CSV, bulk): sessions, courses, classes, people, enrolments, marks.

A class as pupils sit in it is a `homeroom`, a journal is a `scheduled` class; a course is a subject of a grade. Passwords,
addresses and reasons of absences are not in it.
"""

import csv
import io
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import (
    AcademicYear,
    Account,
    Enrolment,
    GradeLevel,
    GradingPeriod,
    Guardian,
    Guardianship,
    Lesson,
    Mark,
    SchoolClass,
    Staff,
    Student,
    Subgroup,
    SubgroupMember,
    Subject,
    TeachingAssignment,
    WorkType,
)
from journal.services import calendar, settings
from journal.services.refusals import Invalid, said

ORG = "school"
BASE = ("sourcedId", "status", "dateLastModified")
HEADS: dict[str, tuple[str, ...]] = {
    "orgs": (*BASE, "name", "type", "identifier", "parentSourcedId"),
    "academicSessions": (*BASE, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    "courses": (*BASE, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes"),
    "classes": (*BASE, "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId",
                "termSourcedIds", "subjects", "subjectCodes", "periods"),
    "users": (*BASE, "enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName", "familyName", "middleName",
              "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password"),
    "enrollments": (*BASE, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate"),
    "categories": (*BASE, "title"),
    "lineItems": (*BASE, "title", "description", "assignDate", "dueDate", "classSourcedId", "categorySourcedId",
                  "gradingPeriodSourcedId", "resultValueMin", "resultValueMax"),
    "results": (*BASE, "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate", "comment"),
}  # fmt: skip
ABSENT = ("classResources", "courseResources", "demographics", "resources")
Tell = Callable[[int, int], None]


def write(session: PolicySession, path: Path, tell: Tell) -> dict[str, int]:
    """Write the current year into a new zip; gives rows by file. Raises `Invalid` where there is no year."""
    year = calendar.current_year(session)
    if year is None:
        raise Invalid({"": said(N_("Choose the current year among the academic years."))})
    counts: dict[str, int] = {}
    part = path.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        os.chmod(part, 0o600)
        for number, (name, head) in enumerate(HEADS.items()):
            rows = [dict(zip(head, [*row[:1], "", "", *row[1:]], strict=True)) for row in MAKERS[name](session, year)]
            archive.writestr(f"{name}.csv", _csv(head, rows))
            counts[name] = len(rows)
            tell(number + 1, len(HEADS))
        archive.writestr("manifest.csv", _csv(("propertyName", "value"), _manifest(session)))
    os.replace(part, path)
    return counts


def _csv(head: Iterable[str], rows: Iterable[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(head), lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _plain(value) for name, value in row.items()})
    return out.getvalue()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _manifest(session: PolicySession) -> Iterator[dict[str, str]]:
    facts = {"manifest.version": "1.0", "oneroster.version": "1.1"}
    facts |= {f"file.{name}": "bulk" for name in HEADS} | {f"file.{name}": "absent" for name in ABSENT}
    facts |= {"source.systemName": "Journal", "source.systemCode": settings.value(session, "school_name")}
    for name, value in facts.items():
        yield {"propertyName": name, "value": value}


Rows = Iterator[list[Any]]
PEOPLE: tuple[tuple[str, Any, str], ...] = (
    ("staff", Staff, "teacher"),
    ("student", Student, "student"),
    ("guardian", Guardian, "parent"),
)


def _orgs(session: PolicySession, year: AcademicYear) -> Rows:
    yield [ORG, settings.value(session, "school_name"), "school", "", ""]


def _sessions(session: PolicySession, year: AcademicYear) -> Rows:
    ends_in = year.ends_on.year
    yield [f"year-{year.id}", year.name, "schoolYear", year.begins_on, year.ends_on, "", ends_in]
    asked = select(GradingPeriod).where(GradingPeriod.academic_year_id == year.id, GradingPeriod.kind != "year")
    for one in session.scalars(asked.order_by(GradingPeriod.begins_on, GradingPeriod.id)):
        yield [f"period-{one.id}", one.name, "gradingPeriod", one.begins_on, one.ends_on, f"year-{year.id}", ends_in]


def _journals(session: PolicySession, year: AcademicYear) -> list[Any]:
    return list(
        session.execute(
            select(TeachingAssignment, SchoolClass, GradeLevel.number, Subject, Subgroup.name)
            .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
            .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
            .join(Subject, Subject.id == TeachingAssignment.subject_id)
            .outerjoin(Subgroup, Subgroup.id == TeachingAssignment.subgroup_id)
            .where(SchoolClass.academic_year_id == year.id)
            .order_by(TeachingAssignment.id)
        )
    )


def _classes_of(session: PolicySession, year: AcademicYear) -> list[Any]:
    return list(
        session.execute(
            select(SchoolClass, GradeLevel.number)
            .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
            .where(SchoolClass.academic_year_id == year.id)
            .order_by(GradeLevel.number, SchoolClass.letter)
        )
    )


def _courses(session: PolicySession, year: AcademicYear) -> Rows:
    for grade in sorted({number for _, number in _classes_of(session, year)}):
        yield [f"course-home-{grade}", f"year-{year.id}", f"Homeroom {grade}", "", grade, ORG, "", ""]
    seen = {(grade, subject.id): subject for _, _, grade, subject, _ in _journals(session, year)}
    for (grade, id_), subject in sorted(seen.items()):
        yield [f"course-{id_}-{grade}", f"year-{year.id}", subject.name, subject.code, grade, ORG, subject.name, ""]


def _classes(session: PolicySession, year: AcademicYear) -> Rows:
    term = f"year-{year.id}"
    for klass, grade in _classes_of(session, year):
        place = f"course-home-{grade}"
        yield [f"class-{klass.id}", klass.name, grade, place, klass.name, "homeroom", "", ORG, term, "", "", ""]
    for one, klass, grade, subject, group in _journals(session, year):
        title = " ".join(part for part in (klass.name, subject.name, group) if part)
        place = f"course-{subject.id}-{grade}"
        yield [f"journal-{one.id}", title, grade, place, subject.code, "scheduled", "", ORG, term, subject.name, "", ""]


def _users(session: PolicySession, year: AcademicYear) -> Rows:
    logins: dict[tuple[str, int], Account] = {}
    for account in session.scalars(select(Account)):
        for kind in ("staff", "student", "guardian"):
            if getattr(account, f"{kind}_id"):
                logins[kind, getattr(account, f"{kind}_id")] = account
    agents: dict[int, list[str]] = {}
    for student_id, guardian_id in session.execute(select(Guardianship.student_id, Guardianship.guardian_id)):
        agents.setdefault(student_id, []).append(f"guardian-{guardian_id}")
    grades = {
        student_id: number
        for student_id, number in session.execute(
            select(Enrolment.student_id, GradeLevel.number)
            .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
            .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
            .where(SchoolClass.academic_year_id == year.id)
            .order_by(Enrolment.starts_on)
        )
    }
    for kind, entity, role in PEOPLE:
        for person in session.scalars(select(entity).order_by(entity.id)):
            known = logins.get((kind, person.id))
            tied = ",".join(agents.get(person.id, ())) if kind == "student" else ""
            number = getattr(person, "file_number", None)
            yield [f"{kind}-{person.id}", known is not None and known.is_active, ORG, role, known.login if known else "", "",
                   person.first_name, person.last_name, person.middle_name, number, person.email, "", person.phone, tied,
                   grades.get(person.id, "") if kind == "student" else "", ""]  # fmt: skip


def _enrolments(session: PolicySession, year: AcademicYear) -> Rows:
    inside = select(Enrolment).join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
    sitting: dict[int, list[Enrolment]] = {}
    for one in session.scalars(inside.where(SchoolClass.academic_year_id == year.id).order_by(Enrolment.id)):
        sitting.setdefault(one.school_class_id, []).append(one)
        place = (f"class-{one.school_class_id}", ORG, f"student-{one.student_id}", "student", False)
        yield [f"enrolment-{one.id}", *place, one.starts_on, one.ends_on]
    members: dict[int, list[SubgroupMember]] = {}
    for member in session.scalars(select(SubgroupMember).order_by(SubgroupMember.id)):
        members.setdefault(member.subgroup_id, []).append(member)
    for journal, klass, *_ in _journals(session, year):
        teacher = (f"journal-{journal.id}", ORG, f"staff-{journal.staff_id}", "teacher", True)
        yield [f"teaching-{journal.id}", *teacher, journal.starts_on, journal.ends_on]
        those: Iterable[Any] = members.get(journal.subgroup_id, ()) if journal.subgroup_id else sitting.get(klass.id, ())
        for pupil in those:
            place = (f"journal-{journal.id}", ORG, f"student-{pupil.student_id}", "student", False)
            yield [f"learning-{journal.id}-{pupil.id}", *place, pupil.starts_on, pupil.ends_on]


def _categories(session: PolicySession, year: AcademicYear) -> Rows:
    yield ["kind-0", "Lesson"]
    for one in session.scalars(select(WorkType).order_by(WorkType.id)):
        yield [f"kind-{one.id}", one.name]


def _lessons_with_marks(session: PolicySession, year: AcademicYear) -> Any:
    marked = select(Mark.lesson_id)
    asked = select(Lesson).join(SchoolClass, SchoolClass.id == Lesson.school_class_id)
    return session.scalars(asked.where(SchoolClass.academic_year_id == year.id, Lesson.id.in_(marked)).order_by(Lesson.id))


def _line_items(session: PolicySession, year: AcademicYear) -> Rows:
    kinds = {number: kind for number, kind in session.execute(select(GradeLevel.id, GradeLevel.period_kind))}
    grades = {row[0]: kinds[row[1]] for row in session.execute(select(SchoolClass.id, SchoolClass.grade_level_id))}
    periods = {kind: calendar.periods(session, year.id, kind) for kind in set(kinds.values())}
    for one in _lessons_with_marks(session, year):
        period = calendar.period_at(periods[grades[one.school_class_id]], one.held_on)
        kind, span = f"kind-{one.work_type_id or 0}", f"period-{period.id}" if period and period.kind != "year" else ""
        title = one.topic or one.held_on.isoformat()
        yield [f"lesson-{one.id}", title, "", one.held_on, one.held_on, f"journal-{one.assignment_id}", kind, span, 1, 5]


def _results(session: PolicySession, year: AcademicYear) -> Rows:
    asked = select(Mark, Lesson.held_on).join(Lesson, Lesson.id == Mark.lesson_id)
    inside = asked.join(SchoolClass, SchoolClass.id == Lesson.school_class_id).where(SchoolClass.academic_year_id == year.id)
    for mark, held_on in session.execute(inside.order_by(Mark.id)):
        graded = mark.value.isdigit()
        status = "fully graded" if graded else "exempt" if mark.value == "exempt" else "not submitted"
        score, comment = mark.value if graded else "", mark.comment or ("" if graded else mark.value)
        yield [f"mark-{mark.id}", f"lesson-{mark.lesson_id}", f"student-{mark.student_id}", status, score, held_on, comment]


MAKERS: dict[str, Callable[[PolicySession, AcademicYear], Rows]] = {
    "orgs": _orgs,
    "academicSessions": _sessions,
    "courses": _courses,
    "classes": _classes,
    "users": _users,
    "enrollments": _enrolments,
    "categories": _categories,
    "lineItems": _line_items,
    "results": _results,
}
