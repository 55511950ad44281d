"""The pupils of classes with their guardians, and what of their data is missing or doubtful: a list to work off."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import exists, or_, select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import (
    AcademicYear,
    ConfirmedDoubt,
    Enrolment,
    GradeLevel,
    Guardian,
    Guardianship,
    SchoolClass,
    Student,
)
from journal.services.membership import covers
from journal.services.refusals import Said, said

GAPS = {
    "no-guardian": N_("no guardian"),
    "no-phone": N_("no phone of a guardian"),
    "no-birth": N_("no date of birth"),
    "age": N_("an unlikely age for the grade"),
    "namesake": N_("the same name as another pupil"),
    "ends": N_("the enrolment ends"),
}
AGE_AT_FIRST_GRADE = (6, 9)
"""How old a pupil of grade 1 is on 1 September: from, and less than. Law 273-FZ, article 67: from 6 1/2 to 8."""


@dataclass(frozen=True)
class Gap:
    """One thing about one pupil. `doubt`: it may be right, and somebody can say so."""

    code: str
    detail: Said | None = None
    guardian_id: int | None = None
    """Whose phone is missing."""

    @property
    def is_doubt(self) -> bool:
        return self.code in ("no-guardian", "age", "namesake", "ends")


@dataclass
class Pupil:
    """A pupil of the roster."""

    row: Student
    enrolment: Enrolment
    class_name: str
    guardians: list[tuple[Guardian, str]] = field(default_factory=list)
    """With the kinship."""
    gaps: list[Gap] = field(default_factory=list)

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.row.last_name, self.row.first_name, self.row.middle_name) if part)


@dataclass(frozen=True)
class Roster:
    """Classes with their pupils on a day."""

    pupils: list[Pupil]

    @property
    def counts(self) -> Counter[str]:
        """How many pupils have a gap of each kind."""
        return Counter(gap.code for pupil in self.pupils for gap in pupil.gaps)

    @property
    def whole_count(self) -> int:
        """Pupils whose data are whole."""
        return sum(not pupil.gaps for pupil in self.pupils)

    def by_class(self) -> dict[int, "Roster"]:
        """Class id -> its part of the roster."""
        parts: dict[int, list[Pupil]] = defaultdict(list)
        for pupil in self.pupils:
            parts[pupil.enrolment.school_class_id].append(pupil)
        return {class_id: Roster(pupils) for class_id, pupils in parts.items()}


def load(session: PolicySession, class_ids: Collection[int], on: date) -> Roster:
    """The roster of some classes on a day, by name. Three queries whatever the size."""
    other = Student.__table__.alias("namesake")
    same = exists().where(
        other.c.id != Student.id,
        other.c.last_name == Student.last_name,
        other.c.first_name == Student.first_name,
        or_(other.c.middle_name == Student.middle_name, other.c.middle_name.is_(None), Student.middle_name.is_(None)),
        or_(other.c.born_on == Student.born_on, other.c.born_on.is_(None), Student.born_on.is_(None)),
    )
    rows = session.execute(
        select(Student, Enrolment, SchoolClass.name, GradeLevel.number, AcademicYear.begins_on, AcademicYear.ends_on, same)
        .join(Enrolment, Enrolment.student_id == Student.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .join(AcademicYear, AcademicYear.id == SchoolClass.academic_year_id)
        .where(Enrolment.school_class_id.in_(list(class_ids)), covers(Enrolment.starts_on, Enrolment.ends_on, on))
        .order_by(Student.last_name, Student.first_name, Student.middle_name, Student.id)
    ).all()
    found = {row[0].id: Pupil(row[0], row[1], row[2]) for row in rows}
    present = select(Enrolment.student_id).where(
        Enrolment.school_class_id.in_(list(class_ids)), covers(Enrolment.starts_on, Enrolment.ends_on, on)
    )
    for guardian, student_id, kinship in session.execute(
        select(Guardian, Guardianship.student_id, Guardianship.kinship)
        .join(Guardianship, Guardianship.guardian_id == Guardian.id)
        .where(Guardianship.student_id.in_(present))
        .order_by(Guardianship.id)
    ):
        if student_id in found:
            found[student_id].guardians.append((guardian, kinship))
    confirmed = {
        (row[0], row[1])
        for row in session.execute(
            select(ConfirmedDoubt.student_id, ConfirmedDoubt.doubt).where(ConfirmedDoubt.student_id.in_(present))
        )
    }
    for student, enrolment, _, grade, begins_on, ends_on, has_namesake in rows:
        pupil = found[student.id]
        every = _gaps(pupil, grade, begins_on, enrolment.ends_on and enrolment.ends_on < ends_on, has_namesake)
        pupil.gaps = [gap for gap in every if (student.id, gap.code) not in confirmed]
    return Roster(list(found.values()))


def _gaps(pupil: Pupil, grade: int, year_begins_on: date, ends: Any, has_namesake: bool) -> list[Gap]:
    gaps = []
    if not pupil.guardians:
        gaps.append(Gap("no-guardian"))
    elif not any(guardian.phone for guardian, _ in pupil.guardians):
        gaps.append(Gap("no-phone", guardian_id=pupil.guardians[0][0].id))
    if pupil.row.born_on is None:
        gaps.append(Gap("no-birth"))
    elif not _is_likely(pupil.row.born_on, grade, year_begins_on):
        gaps.append(Gap("age", said(N_("born on %(day)s"), day=pupil.row.born_on)))
    if has_namesake:
        gaps.append(Gap("namesake"))
    if ends:
        gaps.append(Gap("ends", said(N_("on %(day)s"), day=pupil.enrolment.ends_on)))
    return gaps


def _is_likely(born_on: date, grade: int, on: date) -> bool:
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    low, high = AGE_AT_FIRST_GRADE
    return low + grade - 1 <= age < high + grade - 1
