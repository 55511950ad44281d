"""The next year prepared from this one: dates, classes a grade higher, subgroups, journals, and each pupil's own way."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import (
    AcademicYear,
    Enrolment,
    GradeLevel,
    GradingPeriod,
    Holiday,
    SchoolClass,
    Student,
    Subgroup,
    SubgroupMember,
    TeachingAssignment,
)
from journal.services import records
from journal.services.refusals import Invalid, said

UP, STAY, OUT = FATES = ("up", "stay", "out")
PRIMARY_ENDS = 4
"""After this grade the class gets another class teacher."""


@dataclass(frozen=True)
class Pupil:
    """A pupil of this year with the enrolment that is open."""

    student_id: int
    name: str
    enrolment: Enrolment


@dataclass
class Klass:
    """A class of this year and what becomes of it."""

    row: SchoolClass
    grade: int
    to_name: str
    """Empty: nobody is taught after it."""
    pupils: list[Pupil] = field(default_factory=list)

    @property
    def usual(self) -> str:
        """What becomes of its pupils unless said otherwise."""
        return UP if self.to_name else OUT


@dataclass
class Preview:
    """Everything that would be made."""

    year: AcademicYear
    name: str
    begins_on: date
    ends_on: date
    classes: list[Klass]
    first: list[str]
    """New classes of the first grade, after those of this year."""
    periods: list[GradingPeriod]
    holidays: list[Holiday]
    assignments: list[TeachingAssignment]
    subgroups: list[Subgroup]
    is_prepared: bool


@dataclass(frozen=True)
class Wanted:
    """What the administrator has chosen."""

    begins_on: date
    ends_on: date
    order: str = ""
    with_first: bool = True
    with_assignments: bool = True
    fates: Mapping[int, str] = field(default_factory=dict)
    """Student -> `up`, `stay`, `out`; who is not in it goes the usual way."""


def preview(session: PolicySession, year: AcademicYear) -> Preview:
    """What the next year would be. A fixed number of queries."""
    numbers = {row.id: row.number for row in session.scalars(select(GradeLevel))}
    rows = session.scalars(select(SchoolClass).where(SchoolClass.academic_year_id == year.id)).all()
    found = {row.id: Klass(row, numbers[row.grade_level_id], _name_after(row, numbers)) for row in rows}
    asked = (
        select(Enrolment, Student)
        .join(Student, Student.id == Enrolment.student_id)
        .where(Enrolment.school_class_id.in_(found), or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= year.ends_on))
        .order_by(Student.last_name, Student.first_name, Student.id)
    )
    for enrolment, student in session.execute(asked):
        name = " ".join(part for part in (student.last_name, student.first_name, student.middle_name) if part)
        found[enrolment.school_class_id].pupils.append(Pupil(student.id, name, enrolment))
    ordered = sorted(found.values(), key=lambda one: (one.grade, one.row.letter))
    begins_on, ends_on = _later(year.begins_on), _later(year.ends_on)
    name = f"{begins_on.year}/{ends_on.year % 100:02}"
    moving = [one.row.id for one in ordered if one.to_name]
    open_ = or_(TeachingAssignment.ends_on.is_(None), TeachingAssignment.ends_on >= year.ends_on)
    return Preview(
        year,
        name,
        begins_on,
        ends_on,
        ordered,
        [one.row.name for one in ordered if one.grade == 1],
        list(session.scalars(select(GradingPeriod).where(GradingPeriod.academic_year_id == year.id))),
        list(session.scalars(select(Holiday).where(Holiday.academic_year_id == year.id))),
        list(
            session.scalars(
                select(TeachingAssignment)
                .where(TeachingAssignment.school_class_id.in_(moving), open_)
                .order_by(TeachingAssignment.id)
            )
        ),
        list(session.scalars(select(Subgroup).where(Subgroup.school_class_id.in_(moving)).order_by(Subgroup.id))),
        session.scalar(select(AcademicYear.id).where(AcademicYear.begins_on > year.ends_on).limit(1)) is not None,
    )


def _name_after(row: SchoolClass, numbers: dict[int, int]) -> str:
    grade = numbers[row.grade_level_id] + 1
    if grade not in numbers.values():
        return ""
    return f"{grade}{row.letter}"[:20] if row.name == f"{grade - 1}{row.letter}" else f"{grade} {row.letter}"[:20]


def _later(on: date) -> date:
    """The same day a year later."""
    try:
        return on.replace(year=on.year + 1)
    except ValueError:  # 29 February
        return date(on.year + 1, 2, 28)


def carry_out(session: PolicySession, year: AcademicYear, wanted: Wanted) -> Counter[str]:
    """Make the next year in this transaction; gives how many rows of each kind. Raises `Invalid`, `Forbidden`."""
    seen = preview(session, year)
    _require(seen, wanted)
    made: Counter[str] = Counter()
    name = f"{wanted.begins_on.year}/{wanted.ends_on.year % 100:02}"
    after = records.create(
        session,
        AcademicYear,
        {"name": name, "begins_on": wanted.begins_on, "ends_on": wanted.ends_on, "is_current": False},
    )
    _calendar(session, seen, wanted, after, made)
    targets, again = _classes(session, seen, wanted, after, made)
    _pupils(session, seen, wanted, targets, again, made)
    groups = _subgroups(session, seen, wanted, targets, made)
    if wanted.with_assignments:
        _assignments(session, seen, wanted, targets, groups, made)
    return made


def _require(seen: Preview, wanted: Wanted) -> None:
    errors = {}
    if seen.is_prepared:
        errors[""] = said(N_("A later year is there already."))
    if wanted.begins_on <= seen.year.ends_on:
        errors["begins_on"] = said(N_("The next year begins after this one ends."))
    if not 200 <= (wanted.ends_on - wanted.begins_on).days <= 400:
        errors["ends_on"] = said(N_("An academic year lasts from 200 to 400 days."))
    if not wanted.order.strip():
        errors["order"] = said(N_("Number and date of the order are needed."))
    if errors:
        raise Invalid(errors)


def _calendar(session: PolicySession, seen: Preview, wanted: Wanted, after: AcademicYear, made: Counter[str]) -> None:
    """Periods and days off on the same dates a year later, as far as they are inside the new year."""

    def inside(on: date) -> date:
        return min(max(_later(on), wanted.begins_on), wanted.ends_on)

    for period in seen.periods:
        whole = period.kind == "year"
        begins, ends = (wanted.begins_on, wanted.ends_on) if whole else (inside(period.begins_on), inside(period.ends_on))
        values = {"academic_year_id": after.id, "name": period.name, "kind": period.kind}
        if begins < ends:
            records.create(session, GradingPeriod, {**values, "begins_on": begins, "ends_on": ends})
            made["periods"] += 1
    for holiday in seen.holidays:
        begins, ends = _later(holiday.begins_on), _later(holiday.ends_on)
        if begins >= wanted.begins_on and ends <= wanted.ends_on:
            values = {"academic_year_id": after.id, "name": holiday.name, "kind": holiday.kind}
            dates = {"begins_on": begins, "ends_on": ends, "grade_level_id": holiday.grade_level_id}
            records.create(session, Holiday, {**values, **dates})
            made["holidays"] += 1


def _classes(
    session: PolicySession, seen: Preview, wanted: Wanted, after: AcademicYear, made: Counter[str]
) -> tuple[dict[int, SchoolClass], dict[tuple[int, str], SchoolClass]]:
    """Class of this year -> class of the next; (grade, letter) -> class of the next, for those who repeat."""
    levels = {row.number: row.id for row in session.scalars(select(GradeLevel))}
    targets: dict[int, SchoolClass] = {}
    again: dict[tuple[int, str], SchoolClass] = {}
    for one in seen.classes:
        kept = {"letter": one.row.letter, "room_id": one.row.room_id, "bell_schedule_id": one.row.bell_schedule_id}
        kept |= {"days_a_week": one.row.days_a_week, "shift": one.row.shift, "academic_year_id": after.id}
        if one.to_name:
            teacher = one.row.class_teacher_id if one.grade != PRIMARY_ENDS else None
            values = {**kept, "grade_level_id": levels[one.grade + 1], "name": one.to_name, "class_teacher_id": teacher}
            targets[one.row.id] = records.create(session, SchoolClass, values)
            again[one.grade + 1, one.row.letter] = targets[one.row.id]
            made["classes"] += 1
        if one.grade == 1 and wanted.with_first:
            values = {**kept, "grade_level_id": levels[1], "name": one.row.name}
            again[1, one.row.letter] = records.create(session, SchoolClass, values)
            made["classes"] += 1
    return targets, again


def _pupils(
    session: PolicySession,
    seen: Preview,
    wanted: Wanted,
    targets: dict[int, SchoolClass],
    again: dict[tuple[int, str], SchoolClass],
    made: Counter[str],
) -> None:
    """End the enrolments of this year and begin those of the next; who leaves has the order of it."""
    fresh = []
    for one in seen.classes:
        for pupil in one.pupils:
            fate = wanted.fates.get(pupil.student_id, one.usual)
            to = targets.get(one.row.id) if fate == UP else _again(again, one) if fate == STAY else None
            if fate != OUT and to is None:
                text = N_("There is no class of the next year for %(name)s: choose another way.")
                raise Invalid({f"fate-{pupil.student_id}": said(text, name=pupil.name)})
            last = wanted.begins_on - timedelta(days=1) if to is not None else seen.year.ends_on
            if pupil.enrolment.ends_on is None:
                ended: dict[str, Any] = {"ends_on": max(last, pupil.enrolment.starts_on)}
                records.change(session, pupil.enrolment, ended if to is not None else {**ended, "order_out": wanted.order})
            if to is not None:
                place = {"student_id": pupil.student_id, "school_class_id": to.id}
                fresh.append({**place, "starts_on": wanted.begins_on, "order_in": wanted.order})
            made[fate] += 1
    records.create_all(session, Enrolment, fresh)


def _again(again: dict[tuple[int, str], SchoolClass], one: Klass) -> SchoolClass | None:
    """Where a pupil of a class repeats the grade: the class of the same letter, else the first of the grade."""
    return again.get((one.grade, one.row.letter)) or next((again[key] for key in sorted(again) if key[0] == one.grade), None)


def _subgroups(
    session: PolicySession, seen: Preview, wanted: Wanted, targets: dict[int, SchoolClass], made: Counter[str]
) -> dict[int, Subgroup]:
    """Subgroup of this year -> of the next, with those of its members who move up."""
    moved = {
        pupil.student_id: one.row.id
        for one in seen.classes
        for pupil in one.pupils
        if wanted.fates.get(pupil.student_id, one.usual) == UP
    }
    members: dict[int, list[int]] = {}
    asked = select(SubgroupMember.subgroup_id, SubgroupMember.student_id).where(
        SubgroupMember.subgroup_id.in_([group.id for group in seen.subgroups]),
        or_(SubgroupMember.ends_on.is_(None), SubgroupMember.ends_on >= seen.year.ends_on),
    )
    for group_id, student_id in session.execute(asked):
        members.setdefault(group_id, []).append(student_id)
    found = {}
    for group in seen.subgroups:
        place = {"school_class_id": targets[group.school_class_id].id, "subject_id": group.subject_id}
        found[group.id] = records.create(session, Subgroup, {**place, "name": group.name})
        made["subgroups"] += 1
    rows = [
        {"subgroup_id": found[group.id].id, "student_id": student_id, "starts_on": wanted.begins_on}
        for group in seen.subgroups
        for student_id in members.get(group.id, ())
        if moved.get(student_id) == group.school_class_id
    ]
    records.create_all(session, SubgroupMember, rows)
    return found


def _assignments(
    session: PolicySession,
    seen: Preview,
    wanted: Wanted,
    targets: dict[int, SchoolClass],
    groups: dict[int, Subgroup],
    made: Counter[str],
) -> None:
    """The same teachers go on with their classes; from the primary school nobody does."""
    going = {one.row.id for one in seen.classes if one.grade != PRIMARY_ENDS}
    rows = [
        {
            "staff_id": one.staff_id,
            "subject_id": one.subject_id,
            "school_class_id": targets[one.school_class_id].id,
            "subgroup_id": groups[one.subgroup_id].id if one.subgroup_id else None,
            "hours_a_week": one.hours_a_week,
            "starts_on": wanted.begins_on,
            "stream": one.stream,
        }
        for one in seen.assignments
        if one.school_class_id in going
    ]
    made["assignments"] += len(records.create_all(session, TeachingAssignment, rows))
