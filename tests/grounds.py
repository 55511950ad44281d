"""A small school that a test lays out as it needs: a class, pupils, a journal, lessons on dates, marks and absences."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, update

from journal import schema as s
from journal.access.actor import System
from journal.access.session import PolicySession
from journal.services import database, records
from journal.services.control import findings, registry

TODAY = date(2026, 11, 23)
YEAR = (date(2026, 9, 1), date(2027, 5, 26))


def days_ago(days: int) -> date:
    """A date before the tests' today."""
    return TODAY - timedelta(days=days)


@dataclass
class Ground:
    """Rows by the words of a school; everything is written by the system, so that old dates are open."""

    engine: Engine
    names: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.session = PolicySession(self.engine, expire_on_commit=False)
        self.session.writing = True
        self.session.act_as(System("test"))
        year = {"name": "2026/27", "begins_on": YEAR[0], "ends_on": YEAR[1], "is_current": True}
        self.year = self.add(s.AcademicYear, **year)
        self.grade = self.add(s.GradeLevel, number=7)
        self.quarter = self.period("1 quarter", date(2026, 9, 1), date(2026, 10, 25))
        self.second = self.period("2 quarter", date(2026, 11, 2), date(2026, 12, 27))
        for letter, more in (("N", {"is_default": True}), ("I", {}), ("L", {"is_absence": False})):
            self.reasons[letter] = self.add(s.AbsenceReason, letter=letter, name=letter, **more).id
        for name, weight, control in (("plain", 1, False), ("test", 2, True)):
            kind = self.add(s.WorkType, name=name, code=name[:1], weight=Decimal(weight), is_control=control)
            self.kinds[name] = kind.id
        self.klass = self.add(
            s.SchoolClass, academic_year_id=self.year.id, grade_level_id=self.grade.id, letter="A", name="7A"
        )
        self.anna = self.staff("Anna")
        self.subject = self.add(s.Subject, name="Algebra", code="AL")
        self.journal = self.assign()

    def add(self, entity: type[Any], /, **values: Any) -> Any:
        """A row of anything."""
        return records.create(self.session, entity, values)

    def done(self) -> "Ground":
        """Keep what was laid out."""
        self.session.commit()
        return self

    def seen(self, statement: Any) -> list[Any]:
        """The rows that another session reads now."""
        with database.reading(self.engine, System("test")) as session:
            return [tuple(row) for row in session.execute(statement)]

    def close(self) -> None:
        """Give the connection back."""
        self.session.close()

    def period(self, name: str, begins: date, ends: date, kind: str = "quarter") -> Any:
        return self.add(s.GradingPeriod, academic_year_id=self.year.id, name=name, kind=kind, begins_on=begins, ends_on=ends)

    def staff(self, name: str) -> Any:
        return self.add(s.Staff, last_name=name, first_name="Teacher")

    def assign(self, **more: Any) -> Any:
        """A journal; of Anna's algebra in 7A unless said otherwise."""
        values = {
            "staff_id": self.anna.id,
            "subject_id": self.subject.id,
            "school_class_id": self.klass.id,
            "hours_a_week": Decimal(3),
            "starts_on": YEAR[0],
        }
        return self.add(s.TeachingAssignment, **{**values, **more})

    def pupil(self, name: str = "", since: date = YEAR[0], until: date | None = None) -> Any:
        """A pupil of the class."""
        self.names += 1
        student = self.add(s.Student, last_name=name or f"Pupil{self.names:02}", first_name="P")
        enrolment = {"student_id": student.id, "school_class_id": self.klass.id, "starts_on": since, "ends_on": until}
        self.add(s.Enrolment, **enrolment)
        return student

    def lesson(self, on: date, number: int = 1, **more: Any) -> Any:
        """A lesson, filled unless said otherwise."""
        values = {"topic": "Lines", "attendance_taken": True, "work_type_id": self.kinds["plain"]}
        place = {"assignment_id": self.journal.id, "held_on": on, "number": number}
        return self.add(s.Lesson, **{**place, **values, **more})

    def homework(self, lesson: Any, text: str = "No. 1", **more: Any) -> Any:
        return self.add(s.Homework, lesson_id=lesson.id, text=text, **more)

    def mark(self, lesson: Any, student: Any, value: str = "4", **more: Any) -> Any:
        return self.add(s.Mark, lesson_id=lesson.id, student_id=student.id, value=value, **more)

    def absence(self, lesson: Any, student: Any, letter: str = "N") -> Any:
        return self.add(s.Absence, lesson_id=lesson.id, student_id=student.id, reason_id=self.reasons[letter])

    def final(self, student: Any, value: str, period: Any = None, **more: Any) -> Any:
        place = {"assignment_id": self.journal.id, "student_id": student.id, "period_id": (period or self.quarter).id}
        return self.add(s.FinalMark, **place, value=value, **more)

    def moment(self, row: Any, **moments: Any) -> None:
        """Set moments past the rules: when something was written."""
        table = type(row).__table__
        self.session.connection().execute(update(table).where(table.c.id == row.id).values(**moments))

    def found(self, code: str) -> list[tuple[Any, ...]]:
        """What a rule finds now: (lesson, pupil, amount), sorted."""
        self.session.commit()
        with database.reading(self.engine, System("job")) as reader:
            rows = findings.look(reader, registry.by_code()[code])
        return sorted(
            ((row["lesson_id"], row["student_id"], None if row["amount"] is None else float(row["amount"])) for row in rows),
            key=str,
        )
