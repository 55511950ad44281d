"""Rooms, dated timetables, substitutions, and the lessons that come of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import mapped_column

from journal.kit.text import N_
from journal.schema.base import Authored, Entity, Mapped, choice, day, field, flag, in_order, line, moment, ref, whole
from journal.schema.calendar import WEEKDAYS

TIMETABLE_STATES = {"draft": N_("draft"), "published": N_("published")}
PARITIES = {"every": N_("every week"), "odd": N_("odd weeks"), "even": N_("even weeks")}
SUBSTITUTION_KINDS = {
    "cancel": N_("cancelled"),
    "teacher": N_("another teacher"),
    "move": N_("moved"),
    "merge": N_("subgroups merged"),
}


class Room(Entity):
    __tablename__ = "room"
    area = "timetable"
    label = (N_("Room"), N_("Rooms"))
    title = ("number",)

    number: Mapped[str] = line(20, N_("Room number"), unique=True, search=True)
    name: Mapped[str | None] = line(80, N_("Name"), nullable=True, search=True)
    capacity: Mapped[int | None] = whole("capacity", N_("Seats"), low=1, high=1000, nullable=True)
    computers: Mapped[str | None] = line(
        300,
        N_("Addresses of its computers"),
        N_("To ask a teacher who signs in elsewhere: 10.0.5.7 or 10.0.5.0/24, divided by commas."),
        nullable=True,
        listed=False,
    )


class Timetable(Entity):
    __tablename__ = "timetable"
    area = "timetable"
    label = (N_("Timetable version"), N_("Timetable versions"))
    help = N_("A dated version: it holds from its first day until the next version begins.")
    title = ("name",)
    sort = ("valid_from",)

    academic_year_id: Mapped[int] = ref("academic_year", N_("Academic year"))
    name: Mapped[str] = line(80, N_("Name"), search=True)
    valid_from: Mapped[date] = day(N_("In force from"))
    valid_to: Mapped[date] = day(N_("In force to"))
    state: Mapped[str] = choice("state", N_("State"), TIMETABLE_STATES, default="draft")
    report: Mapped[dict[str, Any] | None] = mapped_column(
        JSON, info=field(N_("How it was made"), N_("What a generated version costs by rule."), automatic=True, listed=False)
    )
    __table_args__ = (
        in_order("valid_from", "valid_to"),
        Index(
            "uq_timetable_published",
            "academic_year_id",
            "valid_from",
            unique=True,
            sqlite_where=sql("state = 'published'"),
            postgresql_where=sql("state = 'published'"),
        ),
    )


class TimetableEntry(Entity):
    __tablename__ = "timetable_entry"
    area = "timetable"
    label = (N_("Timetable entry"), N_("Timetable entries"))
    title = ("assignment_id", "weekday", "number")
    title_joint = " · "
    sort = ("timetable_id", "weekday", "number")

    timetable_id: Mapped[int] = ref("timetable", N_("Timetable version"), on_delete="CASCADE", index=False)
    weekday: Mapped[int] = whole("weekday", N_("Weekday"), low=1, high=7, names=WEEKDAYS)
    number: Mapped[int] = whole("number", N_("Lesson number"), low=0, high=14)
    parity: Mapped[str] = choice("parity", N_("Weeks"), PARITIES, default="every")
    assignment_id: Mapped[int] = ref("teaching_assignment", N_("Teaching assignment"))
    room_id: Mapped[int | None] = ref("room", N_("Room"), nullable=True)
    is_locked: Mapped[bool] = flag(N_("Locked"), N_("The editor and the generation leave it where it is."), listed=False)
    __table_args__ = (
        UniqueConstraint("timetable_id", "weekday", "number", "parity", "assignment_id"),
        Index("ix_timetable_entry_slot", "timetable_id", "weekday", "number"),
    )


class Lesson(Authored, Entity):
    __tablename__ = "lesson"
    area = "journal"
    label = (N_("Lesson"), N_("Lessons"))
    help = N_("A real lesson on a date. It is laid by the timetable and filled by the teacher.")
    has_search_index = True
    title = ("assignment_id", "held_on")
    title_joint = " · "
    sort = ("held_on", "number")
    groups = {
        N_("What was taught"): ("topic", "work_type_id", "planned_lesson_id"),
        N_("How it was held"): ("room_id", "substitute_id", "is_cancelled", "attendance_taken", "filled_at"),
    }

    assignment_id: Mapped[int] = ref("teaching_assignment", N_("Teaching assignment"), index=False)
    school_class_id: Mapped[int] = ref("school_class", N_("Class"), index=False, automatic=True)
    held_on: Mapped[date] = day(N_("Date"))
    number: Mapped[int] = whole("number", N_("Lesson number"), low=0, high=14)
    room_id: Mapped[int | None] = ref("room", N_("Room"), nullable=True, listed=False)
    topic: Mapped[str] = line(500, N_("Topic"), search=True, default="")
    work_type_id: Mapped[int | None] = ref("work_type", N_("Work type"), facet=True, nullable=True)
    planned_lesson_id: Mapped[int | None] = ref(
        "planned_lesson", N_("Row of the plan"), nullable=True, on_delete="SET NULL", listed=False
    )
    substitute_id: Mapped[int | None] = ref(
        "staff", N_("Taught by"), N_("Only when another teacher took the lesson."), nullable=True
    )
    is_cancelled: Mapped[bool] = flag(N_("Cancelled"), automatic=True, listed=False)
    attendance_taken: Mapped[bool] = flag(N_("Attendance taken"), automatic=True, listed=False)
    filled_at: Mapped[datetime | None] = moment(
        N_("Filled"), N_("When the topic was first written."), nullable=True, automatic=True, listed=False
    )
    __table_args__ = (
        UniqueConstraint("assignment_id", "held_on", "number"),
        UniqueConstraint("id", "assignment_id"),
        Index("ix_lesson_class_day", "school_class_id", "held_on", "number"),
        Index("ix_lesson_day", "held_on", "number"),
        ForeignKeyConstraint(
            ["assignment_id", "school_class_id"],
            ["teaching_assignment.id", "teaching_assignment.school_class_id"],
            name="fk_lesson_assignment_class",
        ),
    )


class Substitution(Authored, Entity):
    __tablename__ = "substitution"
    area = "timetable"
    label = (N_("Substitution"), N_("Substitutions"))
    help = N_("A change of one lesson on one date: cancelled, another teacher, moved, or subgroups merged.")
    title = ("lesson_id", "kind")
    title_joint = " · "
    groups = {
        N_("Another time"): ("moved_to_on", "moved_to_number", "was_on", "was_number"),
    }

    lesson_id: Mapped[int] = ref("lesson", N_("Lesson"), on_delete="CASCADE", unique=True, index=False)
    kind: Mapped[str] = choice("kind", N_("Kind"), SUBSTITUTION_KINDS, default="teacher")
    staff_id: Mapped[int | None] = ref("staff", N_("Substitute teacher"), nullable=True)
    moved_to_on: Mapped[date | None] = day(N_("Moved to"), nullable=True)
    moved_to_number: Mapped[int | None] = whole("moved_to_number", N_("Moved to lesson"), low=0, high=14, nullable=True)
    was_on: Mapped[date | None] = day(N_("Was on"), nullable=True, automatic=True, listed=False)
    was_number: Mapped[int | None] = whole(
        "was_number", N_("Was lesson"), low=0, high=14, nullable=True, automatic=True, listed=False
    )
    room_id: Mapped[int | None] = ref("room", N_("Room"), nullable=True)
    reason: Mapped[str | None] = line(200, N_("Reason"), nullable=True, listed=False)
    __table_args__ = (
        CheckConstraint("kind <> 'teacher' OR staff_id IS NOT NULL", name="teacher_needs_staff"),
        CheckConstraint("kind <> 'move' OR moved_to_on IS NOT NULL", name="move_needs_date"),
    )
