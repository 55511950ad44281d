"""Subjects, who teaches what to whom, and the plans."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Index, Numeric, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import mapped_column

from journal.kit.text import N_
from journal.schema.base import Entity, Mapped, choice, day, field, flag, in_order, line, ref, whole

PLAN_STATES = {"draft": N_("draft"), "submitted": N_("submitted"), "approved": N_("approved")}


class Subject(Entity):
    __tablename__ = "subject"
    area = "teaching"
    label = (N_("Subject"), N_("Subjects"))
    title = ("name",)

    name: Mapped[str] = line(120, N_("Name"), unique=True, search=True)
    code: Mapped[str] = line(12, N_("Short name"), N_("Two to four letters for the week of the whole school."), search=True)
    colour: Mapped[int] = whole("colour", N_("Colour in the timetable"), low=1, high=8, default=7, listed=False)
    grading_scale_id: Mapped[int | None] = ref("grading_scale", N_("Grading scale"), facet=True, nullable=True)
    is_physical: Mapped[bool] = flag(N_("Physical education"), N_("Norms allow one more lesson a day for it."), listed=False)
    final_threshold: Mapped[Decimal] = mapped_column(
        Numeric(3, 2),
        default=Decimal("0.5"),
        info=field(
            N_("Rounding threshold"),
            N_("An average of 3.5 becomes 4 at 0.5, and 3.6 at 0.6."),
            check=("final_threshold_bounds", "final_threshold >= 0 AND final_threshold <= 1"),
            low=0,
            high=1,
        ),
    )


class WorkType(Entity):
    __tablename__ = "work_type"
    area = "teaching"
    label = (N_("Work type"), N_("Work types"))
    title = ("name",)
    sort = ("position", "name")

    name: Mapped[str] = line(60, N_("Name"), search=True)
    code: Mapped[str] = line(4, N_("Letters in the journal"), default="")
    weight: Mapped[Decimal] = mapped_column(
        Numeric(4, 2),
        default=Decimal(1),
        info=field(
            N_("Weight"),
            N_("In the weighted average."),
            check=("weight_bounds", "weight >= 0 AND weight <= 10"),
            low=0,
            high=10,
        ),
    )
    is_control: Mapped[bool] = flag(N_("Control work"))
    position: Mapped[int] = whole("position", N_("Order"), low=0, high=999, default=0, listed=False)
    staff_id: Mapped[int | None] = ref("staff", N_("Teacher's own"), N_("Empty: of the whole school."), nullable=True)
    __table_args__ = (
        UniqueConstraint("name", "staff_id"),
        Index(
            "uq_work_type_school",
            "name",
            unique=True,
            sqlite_where=sql("staff_id IS NULL"),
            postgresql_where=sql("staff_id IS NULL"),
        ),
    )


class TeachingAssignment(Entity):
    __tablename__ = "teaching_assignment"
    area = "teaching"
    label = (N_("Teaching assignment"), N_("Teaching assignments"))
    help = N_("A teacher, a subject and a class or a subgroup: one journal page.")
    title = ("school_class_id", "subject_id", "staff_id")
    title_joint = " · "
    groups = {
        N_("How many lessons"): ("hours_a_week", "doubles"),
        N_("In the timetable"): ("room_id", "stream"),
        N_("Term of validity"): ("starts_on", "ends_on"),
    }

    staff_id: Mapped[int] = ref("staff", N_("Teacher"))
    subject_id: Mapped[int] = ref("subject", N_("Subject"))
    school_class_id: Mapped[int] = ref("school_class", N_("Class"))
    subgroup_id: Mapped[int | None] = ref("subgroup", N_("Subgroup"), nullable=True)
    hours_a_week: Mapped[Decimal] = mapped_column(
        Numeric(4, 1),
        default=Decimal(1),
        info=field(
            N_("Hours a week"), check=("hours_a_week_bounds", "hours_a_week >= 0 AND hours_a_week <= 40"), low=0, high=40
        ),
    )
    doubles: Mapped[int] = whole("doubles", N_("Double lessons a week"), low=0, high=10, default=0, listed=False)
    room_id: Mapped[int | None] = ref(
        "room", N_("Room"), N_("Where it is usually taught."), nullable=True, on_delete="SET NULL", listed=False
    )
    starts_on: Mapped[date] = day(N_("From"), listed=False)
    ends_on: Mapped[date | None] = day(N_("To"), nullable=True, listed=False)
    stream: Mapped[str | None] = line(
        40,
        N_("Stream"),
        N_("Assignments of one stream are taught in one room at one time: no conflict."),
        nullable=True,
        listed=False,
    )
    __table_args__ = (
        in_order("starts_on", "ends_on"),
        UniqueConstraint("staff_id", "subject_id", "school_class_id", "subgroup_id", "starts_on"),
        UniqueConstraint("id", "school_class_id"),
        Index(
            "uq_teaching_assignment_whole_class",
            "staff_id",
            "subject_id",
            "school_class_id",
            "starts_on",
            unique=True,
            sqlite_where=sql("subgroup_id IS NULL"),
            postgresql_where=sql("subgroup_id IS NULL"),
        ),
    )


class SchemeOfWork(Entity):
    __tablename__ = "scheme_of_work"
    area = "teaching"
    label = (N_("Scheme of work"), N_("Schemes of work"))
    help = N_("The calendar-thematic plan of a subject for a grade level.")
    title = ("name",)

    name: Mapped[str] = line(160, N_("Name"), search=True)
    subject_id: Mapped[int] = ref("subject", N_("Subject"))
    grade_level_id: Mapped[int] = ref("grade_level", N_("Grade level"), facet=True)
    assignment_id: Mapped[int | None] = ref(
        "teaching_assignment", N_("Bound to"), N_("The journal whose lessons it plans."), nullable=True, on_delete="SET NULL"
    )
    staff_id: Mapped[int] = ref("staff", N_("Author"))
    state: Mapped[str] = choice("state", N_("State"), PLAN_STATES, default="draft")
    version_of_id: Mapped[int | None] = ref(
        "scheme_of_work",
        N_("Version of"),
        N_("A copy of a plan as it was approved."),
        nullable=True,
        on_delete="CASCADE",
        listed=False,
    )
    approved_on: Mapped[date | None] = day(N_("Approved on"), nullable=True, listed=False)


class PlannedLesson(Entity):
    __tablename__ = "planned_lesson"
    area = "teaching"
    label = (N_("Planned lesson"), N_("Planned lessons"))
    has_search_index = True
    title = ("number", "topic")
    title_joint = ". "
    sort = ("scheme_of_work_id", "number")
    part_of = "scheme_of_work_id"
    ordered_by = "number"

    scheme_of_work_id: Mapped[int] = ref("scheme_of_work", N_("Scheme of work"), on_delete="CASCADE", index=False)
    number: Mapped[int] = whole("number", N_("No."), low=1, high=999)
    section: Mapped[str | None] = line(200, N_("Section"), nullable=True)
    topic: Mapped[str] = line(500, N_("Topic"), search=True)
    hours: Mapped[int] = whole("hours", N_("Hours"), low=1, high=40, default=1)
    homework: Mapped[str | None] = line(500, N_("Homework"), nullable=True)
    work_type_id: Mapped[int | None] = ref("work_type", N_("Work type"), facet=True, nullable=True)
    __table_args__ = (UniqueConstraint("scheme_of_work_id", "number"),)


class AssessmentSchedule(Entity):
    __tablename__ = "assessment_schedule"
    area = "teaching"
    label = (N_("Scheduled control work"), N_("Assessment schedule"))
    help = N_("Control works planned for the year; the school publishes them.")
    title = ("assignment_id", "planned_on")
    title_joint = " · "
    sort = ("planned_on",)

    assignment_id: Mapped[int] = ref("teaching_assignment", N_("Teaching assignment"), on_delete="CASCADE")
    planned_on: Mapped[date] = day(N_("Date"), index=True)
    work_type_id: Mapped[int] = ref("work_type", N_("Work type"), facet=True)
    topic: Mapped[str | None] = line(300, N_("Topic"), nullable=True)
    __table_args__ = (UniqueConstraint("assignment_id", "planned_on"),)


class TimetableNorm(Entity):
    __tablename__ = "timetable_norm"
    area = "timetable"
    label = (N_("Load norm"), N_("Load norms"))
    help = N_("The most lessons a week and a day by grade, as the sanitary rules have it from a date.")
    title = ("grade_level_id", "days_a_week")
    title_joint = " · "

    grade_level_id: Mapped[int] = ref("grade_level", N_("Grade level"), facet=True)
    days_a_week: Mapped[int] = whole("days_a_week", N_("Days a week"), low=5, high=7)
    week_max: Mapped[int] = whole("week_max", N_("Lessons a week, at most"), low=1, high=60)
    day_max: Mapped[int] = whole("day_max", N_("Lessons a day, at most"), low=1, high=14)
    valid_from: Mapped[date] = day(N_("In force from"))
    source: Mapped[str | None] = line(120, N_("Source"), nullable=True)
    __table_args__ = (UniqueConstraint("grade_level_id", "days_a_week", "valid_from"),)


class SubjectDifficulty(Entity):
    __tablename__ = "subject_difficulty"
    area = "timetable"
    label = (N_("Difficulty of a subject"), N_("Difficulty of subjects"))
    help = N_("Points of the difficulty scale by grade.")
    title = ("subject_id", "grade_level_id")
    title_joint = " · "

    subject_id: Mapped[int] = ref("subject", N_("Subject"), on_delete="CASCADE")
    grade_level_id: Mapped[int] = ref("grade_level", N_("Grade level"), facet=True)
    points: Mapped[int] = whole("points", N_("Points"), low=1, high=15)
    valid_from: Mapped[date] = day(N_("In force from"))
    __table_args__ = (
        UniqueConstraint("subject_id", "grade_level_id", "valid_from"),
        Index("ix_subject_difficulty_grade", "grade_level_id"),
    )
