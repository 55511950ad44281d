"""What the demo's teachers wrote: topics, marks, absences, homework, final marks; some are behind, as in life."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select, update

from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import (
    Absence,
    AbsenceReason,
    Account,
    AssessmentSchedule,
    FinalMark,
    GradingPeriod,
    Homework,
    Lesson,
    Mark,
    PendingMark,
    PlannedLesson,
    SchemeOfWork,
    WorkType,
)
from journal.services import formulas, records, reference
from journal.services.demo.school import Course
from journal.services.demo.year import Year

CONTROL_EVERY = 11
QUIZ_EVERY = 5
HOMEWORK_MINUTES = (20, 30, 25, 15)
OWED_FOR = timedelta(days=14)


@dataclass
class Written:
    """Rows that wait for the bulk insert."""

    marks: list[dict[str, Any]] = field(default_factory=list)
    absences: list[dict[str, Any]] = field(default_factory=list)
    homework: list[dict[str, Any]] = field(default_factory=list)
    finals: list[dict[str, Any]] = field(default_factory=list)
    lessons: list[dict[str, Any]] = field(default_factory=list)
    schedule: list[dict[str, Any]] = field(default_factory=list)
    debts: list[dict[str, Any]] = field(default_factory=list)


class Filling:
    """Fills the lessons of one year up to a day."""

    def __init__(self, session: PolicySession, year: Year, until: date, seed: int, density: float) -> None:
        self.session, self.year, self.until, self.density = session, year, until, density
        self.chance = random.Random(seed)
        self.data = reference.read("demo.toml")
        kinds = list(session.scalars(select(WorkType).order_by(WorkType.position)))
        self.kinds = {"plain": kinds[0].id, "quiz": kinds[1].id, "control": kinds[2].id}
        reasons = list(session.scalars(select(AbsenceReason).order_by(AbsenceReason.position)))
        self.unknown, self.excused, self.ill, self.late = reasons[0].id, reasons[1].id, reasons[3].id, reasons[4].id
        self.authors = dict(
            session.execute(select(Account.staff_id, Account.id).where(Account.staff_id.is_not(None))).tuples().all()
        )
        self.ability: dict[int, float] = {}
        self.absent: dict[tuple[int, date], int | None] = {}
        self.out = Written()

    def fill(self, courses: list[Course]) -> None:
        """Write the year's journals, class by class of lessons, in a few bulk inserts."""
        lessons = defaultdict(list)
        for id_, assignment, held_on, number in self.session.execute(
            select(Lesson.id, Lesson.assignment_id, Lesson.held_on, Lesson.number)
            .where(Lesson.held_on >= self.year.first, Lesson.held_on <= self.year.last)
            .order_by(Lesson.held_on, Lesson.number)
        ):
            lessons[assignment].append((id_, held_on, number))
        members = self._members(courses)
        for index, course in enumerate(courses):
            behind = self._behind(course, index)
            plan = self._plan(course, len(lessons[course.id]))
            self._course(course, lessons[course.id], members[course.id], plan, behind)
        self._flush()

    def _behind(self, course: Course, index: int) -> int:
        """How many of the last days this teacher has not filled."""
        slow = course.teacher.row.id % 4
        return {0: 0, 1: 0, 2: 1, 3: 6}[slow] if index % 3 else slow // 2

    def _members(self, courses: list[Course]) -> dict[int, list[int]]:
        found = {}
        for course in courses:
            half = len(course.klass.students) // 2
            students = course.klass.students
            if course.subgroup_id:
                first = course.id == min(c.id for c in courses if c.band == course.band)
                students = students[:half] if first else students[half:]
            found[course.id] = students
        return found

    def _plan(self, course: Course, count: int) -> list[tuple[int, str]]:
        """The scheme of work of a course: as many rows as the year has lessons."""
        topics = self.data["topics"][course.subject]
        scheme = records.create(
            self.session,
            SchemeOfWork,
            {
                "name": f"{self.data['plan_name']}: {course.subject}, {course.klass.row.name}",
                "subject_id": course.subject_id,
                "grade_level_id": course.klass.row.grade_level_id,
                "assignment_id": course.id,
                "staff_id": course.teacher.row.id,
                "state": "approved",
            },
        )
        first = _next_planned(self.session)
        rows: list[dict[str, Any]] = [
            {
                "id": first + n,
                "scheme_of_work_id": scheme.id,
                "number": n + 1,
                "topic": self._topic(topics, n),
                "hours": 1,
                "work_type_id": self.kinds["control"] if _is_control(n) else None,
            }
            for n in range(count)
        ]
        records.load_many(self.session, PlannedLesson, rows)
        return [(row["id"], row["topic"]) for row in rows]

    def _topic(self, topics: list[str], n: int) -> str:
        topic = topics[(n // 3) % len(topics)]
        if _is_control(n):
            return str(self.data["review"] % topic)
        return topic if n % 3 == 0 else str(self.data["repeat"] % topic)

    def _course(
        self,
        course: Course,
        lessons: list[tuple[int, date, int]],
        members: list[int],
        plan: list[tuple[int, str]],
        behind: int,
    ) -> None:
        self.out.schedule += self._scheduled(course, lessons, plan)
        given: dict[int, list[tuple[str, date, Decimal]]] = defaultdict(list)
        author = self.authors.get(course.teacher.row.id)
        for n, (lesson_id, held_on, number) in enumerate(lessons):
            if held_on > self.until or (self.until - held_on).days < behind:
                continue
            kind = "control" if _is_control(n) else "quiz" if (n + 1) % QUIZ_EVERY == 0 else "plain"
            at = self._written_at(held_on, number)
            signed = {"written_at": at, "changed_at": at, "written_by_id": author, "changed_by_id": author}
            self._lesson(lesson_id, plan[n], kind, at, author)
            if kind != "control" and self.chance.random() < 0.85:
                self.out.homework.append(
                    {
                        "lesson_id": lesson_id,
                        "assignment_id": course.id,
                        "text": self._homework(),
                        "minutes": HOMEWORK_MINUTES[n % len(HOMEWORK_MINUTES)],
                        **signed,
                    }
                )
            for student in members:
                reason = self._absence(student, held_on)
                base = {"lesson_id": lesson_id, "assignment_id": course.id, "student_id": student, **signed}
                if reason is not None:
                    self.out.absences.append({**base, "reason_id": reason})
                    self._owes(course, kind, base | {"reason_id": reason}, held_on)
                if (reason is None or reason == self.late) and course.klass.grade > 1 and self._is_asked(kind):
                    value = self._mark(student, course.subject)
                    self.out.marks.append({**base, "position": 0, "value": value})
                    given[student].append((value, held_on, Decimal(2 if kind == "control" else 1)))
        self._finals(course, given, author)
        if len(self.out.marks) > 40_000:
            self._flush()

    def _owes(self, course: Course, kind: str, absence: dict[str, Any], held_on: date) -> None:
        """Who missed one of the last control works owes it."""
        due_on = held_on + OWED_FOR
        missed = kind == "control" and absence["reason_id"] != self.late and course.klass.grade > 1
        if missed and due_on > self.until - OWED_FOR / 4:
            debt = {name: value for name, value in absence.items() if name not in ("assignment_id", "reason_id")}
            self.out.debts.append({**debt, "due_on": due_on, "is_settled": False})

    def _lesson(self, lesson_id: int, planned: tuple[int, str], kind: str, at: datetime, author: int | None) -> None:
        self.out.lessons.append(
            {
                "lesson": lesson_id,
                "topic": planned[1],
                "planned_lesson_id": planned[0],
                "work_type_id": self.kinds[kind],
                "attendance_taken": True,
                "filled_at": at,
                "changed_at": at,
                "changed_by_id": author,
            }
        )

    def _scheduled(
        self, course: Course, lessons: list[tuple[int, date, int]], plan: list[tuple[int, str]]
    ) -> list[dict[str, Any]]:
        """The control works of the plan on the school's calendar; grade 1 has none."""
        return [
            {"assignment_id": course.id, "planned_on": on, "work_type_id": self.kinds["control"], "topic": plan[n][1]}
            for n, (_, on, _) in enumerate(lessons)
            if _is_control(n) and course.klass.grade > 1
        ]

    def _written_at(self, held_on: date, number: int) -> datetime:
        """At the end of the lesson, on the school's clock."""
        local = datetime.combine(held_on, time(8, 30), clock.zone()) + timedelta(minutes=55 * number)
        return local.astimezone(tz=clock.now().tzinfo)

    def _is_asked(self, kind: str) -> bool:
        chances = {"control": 1.0, "quiz": 0.5 * self.density, "plain": 0.125 * self.density}
        return self.chance.random() < chances[kind]

    def _mark(self, student: int, subject: str) -> str:
        able = self.ability.setdefault(student, self.chance.gauss(3.9, 0.55))
        value = round(self.chance.gauss(able + (0.5 if subject == self.data["sport"] else 0), 0.75))
        return str(min(5, max(2, value)))

    def _absence(self, student: int, on: date) -> int | None:
        """Illness lasts some days; a day is missed whole, lateness is of one lesson."""
        key = (student, on)
        if key not in self.absent:
            before = self.absent.get((student, on - timedelta(days=1)))
            stays = before == self.ill and self.chance.random() < 0.6
            falls = self.chance.random() < 0.018
            why = self.chance.choices([self.ill, self.unknown, self.excused], [6, 2, 2])[0]
            self.absent[key] = self.ill if stays else why if falls else None
        if self.absent[key] is None and self.chance.random() < 0.004:
            return self.late
        return self.absent[key]

    def _homework(self) -> str:
        form = self.chance.choice(self.data["homework"]["forms"])
        numbers = sorted(self.chance.randrange(8, 400) for _ in range(form.count("%d")))
        return str(form % tuple(numbers))

    def _finals(self, course: Course, given: dict[int, list[tuple[str, date, Decimal]]], author: int | None) -> None:
        """Final marks of the periods that are over."""
        kind = "half" if course.klass.grade > 9 else "quarter"
        for period in self.session.scalars(
            select(GradingPeriod).where(
                GradingPeriod.academic_year_id == self.year.row.id,
                GradingPeriod.kind == kind,
                GradingPeriod.ends_on < self.until,
            )
        ):
            at = self._written_at(period.ends_on, 1)
            for student, marks in given.items():
                mean = formulas.weighted((v, w) for v, on, w in marks if period.begins_on <= on <= period.ends_on)
                value = formulas.proposal(mean)
                if value:
                    self.out.finals.append(
                        {
                            "assignment_id": course.id,
                            "student_id": student,
                            "period_id": period.id,
                            "kind": "period",
                            "value": str(max(2, value)),
                            "written_at": at,
                            "changed_at": at,
                            "written_by_id": author,
                            "changed_by_id": author,
                        }
                    )

    def _flush(self) -> None:
        out, self.out = self.out, Written()
        if out.lessons:
            table: Any = Lesson.__table__
            values: dict[str, Any] = {name: bindparam(name) for name in out.lessons[0] if name != "lesson"}
            self.session.connection().execute(
                update(table).where(table.c.id == bindparam("lesson")).values(values),
                out.lessons,  # type: ignore[arg-type]
            )
        records.load_many(self.session, Mark, out.marks)
        records.load_many(self.session, Absence, out.absences)
        records.load_many(self.session, Homework, out.homework)
        records.load_many(self.session, FinalMark, out.finals)
        records.load_many(self.session, AssessmentSchedule, out.schedule)
        records.load_many(self.session, PendingMark, out.debts)


def _is_control(n: int) -> bool:
    """Whether the lesson with this index in its journal is a control work."""
    return (n + 1) % CONTROL_EVERY == 0


def _next_planned(session: PolicySession) -> int:
    return (session.scalar(select(PlannedLesson.id).order_by(PlannedLesson.id.desc()).limit(1)) or 0) + 1
