"""The marks of a list: given at lessons that the timetable has laid. A mark that stands there already is never changed."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Enrolment, Lesson, Mark, SchoolClass, Student, SubgroupMember, Subject, TeachingAssignment
from journal.services import rules
from journal.services.exchange import reading
from journal.services.exchange.lists.known import Classes, People
from journal.services.exchange.plan import Field, ListKind, Options, Row
from journal.services.refusals import Invalid, said

NEEDED = ("full_name", "school_class", "subject", "held_on", "value")
NO_LESSON = N_("No such lesson on %(day)s.")
MANY_LESSONS = N_("There are several such lessons on %(day)s: give the number.")
NO_PUPIL = N_("No pupil of %(class_name)s is called so.")
MANY_PUPILS = N_("Several pupils of %(class_name)s are called so.")


class Reader:
    """Knows the lessons of the year's classes, who is in which subgroup, and the marks of the lessons that are asked for."""

    def __init__(self, session: PolicySession, _: Options) -> None:
        self.session, self.classes = session, Classes(session)
        self.subjects = {reading.plain(one.name): one.id for one in session.scalars(select(Subject))}
        self.pupils: dict[int, People[Student]] = {}
        self.lessons: dict[tuple[int, int], dict[date, list[tuple[int, int, int, int | None]]]] = {}
        self.groups: dict[int, set[int]] = defaultdict(set)
        for student_id, group_id in session.execute(select(SubgroupMember.student_id, SubgroupMember.subgroup_id)):
            self.groups[student_id].add(group_id)
        self.marks: dict[int, dict[int, list[str]]] = {}

    def take(self, row: Row) -> None:
        """A new mark, or one that is there already."""
        for name in NEEDED:
            if not row.text(name):
                row.refuse(name, said(N_("This field is required.")))
        on, value = row.read("held_on", reading.day), row.read("value", reading.mark)
        number = row.read("number", reading.whole)
        klass = self.classes.one(row, "school_class") if row.text("school_class") else None
        if not row.is_refused and isinstance(klass, SchoolClass) and on is not None and value is not None:
            student = self._student(row, klass)
            lesson = self._lesson(row, klass, student, on, number) if student is not None else None
            if student is not None and lesson is not None:
                self._take(row, lesson, student, value)
        row.done(
            " · ".join(row.text(name) for name in ("full_name", "school_class", "subject", "held_on") if row.text(name))
        )

    def _student(self, row: Row, klass: SchoolClass) -> Student | None:
        if klass.id not in self.pupils:
            inside = select(Student).join(Enrolment, Enrolment.student_id == Student.id)
            asked = inside.where(Enrolment.school_class_id == klass.id).distinct()
            self.pupils[klass.id] = People(self.session.scalars(asked).all())
        found = self.pupils[klass.id].find_written(row.text("full_name"))
        if len(found) == 1:
            return found[0]
        text = (
            N_("Several pupils of %(class_name)s are called so.")
            if found
            else N_("No pupil of %(class_name)s is called so.")
        )
        row.refuse("full_name", said(text, class_name=klass.name))
        return None

    def _lesson(
        self, row: Row, klass: SchoolClass, student: Student, on: date, number: int | None
    ) -> tuple[int, int] | None:
        """(lesson, assignment) of the day; several, or none, refuse the row."""
        subject = self.subjects.get(reading.plain(row.text("subject")))
        if subject is None:
            row.refuse("subject", said(N_("There is no subject “%(name)s”."), name=row.text("subject")[:60]))
            return None
        found = [
            (lesson_id, assignment_id)
            for lesson_id, assignment_id, place, group in self._days(klass.id, subject).get(on, [])
            if number in (None, place) and (group is None or group in self.groups[student.id])
        ]
        if len(found) == 1:
            return found[0]
        text = (
            N_("There are several such lessons on %(day)s: give the number.") if found else N_("No such lesson on %(day)s.")
        )
        row.refuse("held_on", said(text, day=on))
        return None

    def _days(self, class_id: int, subject_id: int) -> dict[date, list[tuple[int, int, int, int | None]]]:
        if (class_id, subject_id) not in self.lessons:
            days: dict[date, list[tuple[int, int, int, int | None]]] = defaultdict(list)
            asked = (
                select(Lesson.held_on, Lesson.id, TeachingAssignment.id, Lesson.number, TeachingAssignment.subgroup_id)
                .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
                .where(TeachingAssignment.school_class_id == class_id, TeachingAssignment.subject_id == subject_id)
            )
            for on, lesson_id, assignment_id, number, group in self.session.execute(asked):
                days[on].append((lesson_id, assignment_id, number, group))
            self.lessons[class_id, subject_id] = days
        return self.lessons[class_id, subject_id]

    def _there(self, lesson_id: int, student_id: int) -> list[str]:
        if lesson_id not in self.marks:
            kept: dict[int, list[str]] = defaultdict(list)
            asked: Any = select(Mark.student_id, Mark.value).where(Mark.lesson_id == lesson_id).order_by(Mark.position)
            for pupil, value in self.session.execute(asked):
                kept[pupil].append(value)
            self.marks[lesson_id] = kept
        return self.marks[lesson_id][student_id]

    def _take(self, row: Row, lesson: tuple[int, int], student: Student, value: str) -> None:
        there = self._there(lesson[0], student.id)
        if value in there:
            return
        if there:
            row.refuse("value", said(N_("Another mark stands there already: change it in the journal.")))
            return
        values = {"lesson_id": lesson[0], "assignment_id": lesson[1], "student_id": student.id, "value": value}
        values |= {"position": 0, "comment": row.text("comment")[:300] or None}
        try:
            rules.check_entity(self.session, Mark(**values), "create")
        except Invalid as invalid:
            row.refuse("value", next(iter(invalid.errors.values())))
            return
        row.make(Mark, values)
        there.append(value)


KIND = ListKind(
    "marks",
    N_("Marks"),
    N_("Marks by pupil, subject and day; the lessons must be in the timetable."),
    (
        Field("full_name", N_("Student"), True),
        Field("school_class", N_("Class"), True),
        Field("subject", N_("Subject"), True),
        Field("held_on", N_("Date"), True),
        Field("number", N_("Lesson number")),
        Field("value", N_("Mark"), True),
        Field("comment", N_("Comment")),
    ),
    Reader,
)
