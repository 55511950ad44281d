"""Classes and their subgroups."""

from datetime import date

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql

from journal.kit.text import N_
from journal.schema.base import Entity, Mapped, day, in_order, line, ref, whole


class SchoolClass(Entity):
    __tablename__ = "school_class"
    area = "classes"
    label = (N_("Class"), N_("Classes"))
    title = ("name",)
    sort = ("academic_year_id", "grade_level_id", "letter")
    groups = {
        N_("How it is taught"): ("room_id", "bell_schedule_id", "days_a_week", "shift"),
    }

    academic_year_id: Mapped[int] = ref("academic_year", N_("Academic year"))
    grade_level_id: Mapped[int] = ref("grade_level", N_("Grade level"), facet=True)
    letter: Mapped[str] = line(15, N_("Letter"), N_("A letter or a short name, at most 15 characters."))
    name: Mapped[str] = line(20, N_("Name"), N_("As people write it: the grade and the letter."), search=True)
    class_teacher_id: Mapped[int | None] = ref(
        "staff", N_("Class teacher"), N_("May see and keep everything of this class."), nullable=True, on_delete="SET NULL"
    )
    room_id: Mapped[int | None] = ref("room", N_("Home room"), nullable=True, on_delete="SET NULL")
    bell_schedule_id: Mapped[int | None] = ref(
        "bell_schedule", N_("Bell schedule"), nullable=True, on_delete="SET NULL", listed=False
    )
    days_a_week: Mapped[int] = whole("days_a_week", N_("Days a week"), low=5, high=7, default=5)
    shift: Mapped[int] = whole("shift", N_("Shift"), low=1, high=3, default=1)
    __table_args__ = (UniqueConstraint("academic_year_id", "grade_level_id", "letter"),)


class Subgroup(Entity):
    __tablename__ = "subgroup"
    area = "classes"
    label = (N_("Subgroup"), N_("Subgroups"))
    help = N_("A part of a class that is taught apart in a subject.")
    title = ("school_class_id", "name")
    title_joint = ", "

    school_class_id: Mapped[int] = ref("school_class", N_("Class"))
    subject_id: Mapped[int | None] = ref("subject", N_("Subject"), nullable=True)
    name: Mapped[str] = line(40, N_("Name"), search=True)
    __table_args__ = (
        UniqueConstraint("school_class_id", "subject_id", "name"),
        Index(
            "uq_subgroup_any_subject",
            "school_class_id",
            "name",
            unique=True,
            sqlite_where=sql("subject_id IS NULL"),
            postgresql_where=sql("subject_id IS NULL"),
        ),
    )


class SubgroupMember(Entity):
    __tablename__ = "subgroup_member"
    area = "classes"
    label = (N_("Subgroup member"), N_("Subgroup members"))
    title = ("subgroup_id", "student_id")
    title_joint = " · "
    part_of = "subgroup_id"

    subgroup_id: Mapped[int] = ref("subgroup", N_("Subgroup"), on_delete="CASCADE", index=False)
    student_id: Mapped[int] = ref("student", N_("Student"))
    starts_on: Mapped[date] = day(N_("From"))
    ends_on: Mapped[date | None] = day(N_("To"), nullable=True)
    __table_args__ = (
        in_order("starts_on", "ends_on"),
        UniqueConstraint("subgroup_id", "student_id", "starts_on"),
        Index("ix_subgroup_member_dates", "subgroup_id", "starts_on", "ends_on", "student_id"),
    )
