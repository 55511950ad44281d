"""Classes, pupils, teachers and who teaches what in the demo school."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.schema import (
    Enrolment,
    GradeLevel,
    Guardian,
    Guardianship,
    Room,
    SchoolClass,
    Staff,
    Student,
    Subgroup,
    SubgroupMember,
    Subject,
    TeachingAssignment,
)
from journal.services import records, reference
from journal.services.demo.people import Names
from journal.services.demo.year import Year

CLASS_SIZES = (22, 23, 24, 25, 26)


@dataclass
class Klass:
    """A class with its pupils."""

    row: SchoolClass
    grade: int
    students: list[int] = field(default_factory=list)


@dataclass
class Teacher:
    """A teacher with hours left to give."""

    row: Staff
    room_id: int
    department: int
    hours: int = 0


@dataclass(frozen=True)
class Course:
    """An assignment; those of one `band` stand side by side in one slot."""

    id: int
    klass: Klass
    subject: str
    subject_id: int
    teacher: Teacher
    hours: int
    band: str
    subgroup_id: int | None


class School:
    """Builds the people and the load of one academic year."""

    def __init__(self, session: PolicySession, names: Names, subjects: dict[str, Subject]) -> None:
        self.session, self.names, self.subjects = session, names, subjects
        self.data = reference.read("demo.toml")
        self.teachers: list[Teacher] = []
        self.courses: list[Course] = []
        self.grades = {grade.number: grade for grade in session.scalars(select(GradeLevel))}

    def hire(self, position: str, department: int, *, female: bool = True) -> Teacher:
        """A member of staff with a room."""
        name = self.names.one(female=female)
        row = records.create(
            self.session,
            Staff,
            {
                **name.values(),
                "position": self.data["positions"][position],
                "phone": self.names.phone(),
            },
        )
        teacher = Teacher(row, self._room(), department)
        self.teachers.append(teacher)
        return teacher

    def _room(self) -> int:
        number = 101 + (len(self.teachers) // 20) * 100 + len(self.teachers) % 20
        return records.create(self.session, Room, {"number": str(number), "capacity": 30}).id

    def classes(self, year: Year, labels: Iterable[tuple[int, str]], big: bool) -> list[Klass]:
        """The classes of a year with their pupils and guardians."""
        made = []
        for index, (grade, letter) in enumerate(labels):
            row = records.create(
                self.session,
                SchoolClass,
                {
                    "academic_year_id": year.row.id,
                    "grade_level_id": self.grades[grade].id,
                    "letter": letter,
                    "name": f"{grade}{letter}",
                },
            )
            size = 30 if big else CLASS_SIZES[index % len(CLASS_SIZES)]
            klass = Klass(row, grade)
            klass.students = self._pupils(row, year, grade, size)
            made.append(klass)
        return made

    def _pupils(self, row: SchoolClass, year: Year, grade: int, size: int) -> list[int]:
        chance, session = self.names.chance, self.session
        first = _next_id(session, Student)
        guardian = _next_id(session, Guardian)
        students, guardians, ties = [], [], []
        for index in range(size):
            family, female = self.names.surname(), chance.random() < 0.5
            born = date(year.begins - 6 - grade, 9, 1) + timedelta(days=chance.randrange(365))
            students.append(
                {
                    "id": first + index,
                    **self.names.one(female=female, surname=family).values(),
                    "born_on": born,
                    "sex": "female" if female else "male",
                    "file_number": f"{row.letter}-{first + index:05}",
                }
            )
            for step, mother in enumerate((True, False)):
                who = guardian + 2 * index + step
                guardians.append(
                    {
                        "id": who,
                        **self.names.one(female=mother, surname=family).values(),
                        "phone": self.names.phone(),
                    }
                )
                ties.append(
                    {
                        "guardian_id": who,
                        "student_id": first + index,
                        "kinship": "mother" if mother else "father",
                    }
                )
        records.load_many(session, Student, students)
        records.load_many(session, Guardian, guardians)
        records.load_many(session, Guardianship, ties)
        ids = [first + index for index in range(size)]
        self.enrol(row, ids, year.first)
        return ids

    def enrol(self, row: SchoolClass, students: list[int], since: date, until: date | None = None) -> None:
        """Put pupils into a class."""
        records.load_many(
            self.session,
            Enrolment,
            [
                {"student_id": student, "school_class_id": row.id, "starts_on": since, "ends_on": until}
                for student in students
            ],
        )

    def load(self, year: Year, classes: list[Klass]) -> list[Course]:
        """Give every class its subjects and teachers."""
        made = []
        for klass in classes:
            primary = self._primary(klass)
            for subject, hours in self.data["curriculum"][str(klass.grade)].items():
                if subject in self.data["split"]:
                    made.extend(self._split(year, klass, subject, hours))
                    continue
                own = primary if primary and subject in self.data["primary_subjects"] else None
                teacher = own or self._teacher(klass, subject, hours)
                made.append(self._assign(year, klass, subject, teacher, hours, None))
        self.courses.extend(made)
        return made

    def _primary(self, klass: Klass) -> Teacher | None:
        if klass.grade > 4:
            return None
        used = {course.teacher.row.id for course in self.courses}
        teacher = next((t for t in self.teachers if t.department == -1 and t.hours == 0 and t.row.id not in used), None)
        return teacher or self.hire("teacher", -1)

    def _teacher(self, klass: Klass, subject: str, hours: int, beside: Teacher | None = None) -> Teacher:
        """Somebody of the department: who teaches the class already, else who has hours left."""
        number = next(i for i, d in enumerate(self.data["departments"]) if subject in d["subjects"])
        most = self.data["departments"][number]["load"]
        fit = [
            t
            for t in self.teachers
            if t.department == number and t.hours + hours <= most and (beside is None or t.row.id != beside.row.id)
        ]
        same = [t for t in fit if any(c.teacher is t and c.klass is klass for c in self.courses)]
        return (same or fit or [self.hire("teacher", number, female=self.names.chance.random() < 0.85)])[0]

    def _split(self, year: Year, klass: Klass, subject: str, hours: int) -> list[Course]:
        """Two subgroups with two teachers at one time."""
        made: list[Course] = []
        half = len(klass.students) // 2
        parts = (klass.students[:half], klass.students[half:])
        for name, members in zip(self.data["subgroups"], parts, strict=True):
            group = records.create(
                self.session,
                Subgroup,
                {
                    "school_class_id": klass.row.id,
                    "subject_id": self.subjects[subject].id,
                    "name": name,
                },
            )
            records.load_many(
                self.session,
                SubgroupMember,
                [{"subgroup_id": group.id, "student_id": student, "starts_on": year.first} for student in members],
            )
            teacher = self._teacher(klass, subject, hours, beside=made[0].teacher if made else None)
            made.append(self._assign(year, klass, subject, teacher, hours, group.id))
        return made

    def _assign(
        self, year: Year, klass: Klass, subject: str, teacher: Teacher, hours: int, subgroup_id: int | None
    ) -> Course:
        teacher.hours += hours
        row = records.create(
            self.session,
            TeachingAssignment,
            {
                "staff_id": teacher.row.id,
                "subject_id": self.subjects[subject].id,
                "school_class_id": klass.row.id,
                "subgroup_id": subgroup_id,
                "hours_a_week": hours,
                "starts_on": year.first,
            },
        )
        return Course(row.id, klass, subject, row.subject_id, teacher, hours, f"{klass.row.id}:{subject}", subgroup_id)


def _next_id(session: PolicySession, entity: Any) -> int:
    return (session.scalar(select(entity.id).order_by(entity.id.desc()).limit(1)) or 0) + 1
