"""Years, periods, days off, grade levels and bells."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import mapped_column

from journal.kit.text import N_
from journal.schema.base import Entity, Mapped, choice, day, field, flag, in_order, line, moment, ref, whole

PERIOD_KINDS = {
    "quarter": N_("quarter"),
    "trimester": N_("trimester"),
    "half": N_("half-year"),
    "year": N_("year"),
}
DAY_OFF_KINDS = {"break": N_("school holidays"), "holiday": N_("public holiday"), "extra": N_("extra day off")}
WEEKDAYS = {
    1: N_("Monday"),
    2: N_("Tuesday"),
    3: N_("Wednesday"),
    4: N_("Thursday"),
    5: N_("Friday"),
    6: N_("Saturday"),
    7: N_("Sunday"),
}


class AcademicYear(Entity):
    __tablename__ = "academic_year"
    area = "classes"
    label = (N_("Academic year"), N_("Academic years"))
    title = ("name",)
    sort = ("begins_on",)

    name: Mapped[str] = line(20, N_("Name"), N_("For example 2026/27."), unique=True, search=True)
    begins_on: Mapped[date] = day(N_("Begins"))
    ends_on: Mapped[date] = day(N_("Ends"))
    is_current: Mapped[bool] = flag(N_("Current"), N_("Only one year is current."))
    closed_at: Mapped[datetime | None] = moment(
        N_("Closed"), N_("A closed year is in its archive and can only be read."), nullable=True, automatic=True
    )
    __table_args__ = (
        in_order("begins_on", "ends_on"),
        Index(
            "uq_academic_year_current",
            "is_current",
            unique=True,
            sqlite_where=sql("is_current"),
            postgresql_where=sql("is_current"),
        ),
    )


class GradingPeriod(Entity):
    __tablename__ = "grading_period"
    area = "classes"
    label = (N_("Grading period"), N_("Grading periods"))
    help = N_("A quarter, trimester, half-year or the whole year. Its kind may differ by grade level.")
    title = ("name",)
    sort = ("academic_year_id", "begins_on")
    part_of = "academic_year_id"

    academic_year_id: Mapped[int] = ref("academic_year", N_("Academic year"))
    name: Mapped[str] = line(40, N_("Name"), search=True)
    kind: Mapped[str] = choice("kind", N_("Kind"), PERIOD_KINDS, default="quarter")
    begins_on: Mapped[date] = day(N_("Begins"))
    ends_on: Mapped[date] = day(N_("Ends"))
    is_closed: Mapped[bool] = flag(N_("Closed"), N_("Marks of a closed period can't be changed."))
    __table_args__ = (
        in_order("begins_on", "ends_on"),
        UniqueConstraint("academic_year_id", "kind", "begins_on"),
    )


class Holiday(Entity):
    __tablename__ = "holiday"
    area = "classes"
    label = (N_("Day off"), N_("Days off"))
    help = N_("School holidays and public holidays: no lessons are laid on these dates.")
    title = ("name",)
    sort = ("begins_on",)
    part_of = "academic_year_id"

    academic_year_id: Mapped[int] = ref("academic_year", N_("Academic year"), on_delete="CASCADE")
    name: Mapped[str] = line(80, N_("Name"), search=True)
    kind: Mapped[str] = choice("kind", N_("Kind"), DAY_OFF_KINDS, default="holiday")
    begins_on: Mapped[date] = day(N_("Begins"))
    ends_on: Mapped[date] = day(N_("Ends"))
    grade_level_id: Mapped[int | None] = ref(
        "grade_level", N_("Only for grade level"), N_("Empty: for the whole school."), nullable=True
    )
    __table_args__ = (in_order("begins_on", "ends_on"),)


class GradeLevel(Entity):
    __tablename__ = "grade_level"
    area = "classes"
    label = (N_("Grade level"), N_("Grade levels"))
    title = ("number",)
    sort = ("number",)

    number: Mapped[int] = whole("number", N_("Grade"), low=1, high=13, unique=True)
    period_kind: Mapped[str] = choice("period_kind", N_("Grading periods"), PERIOD_KINDS, default="quarter")
    has_marks: Mapped[bool] = flag(N_("Has marks"), N_("Grade 1 is taught without marks."), default=True)


class BellSchedule(Entity):
    __tablename__ = "bell_schedule"
    area = "timetable"
    label = (N_("Bell schedule"), N_("Bell schedules"))
    title = ("name",)

    name: Mapped[str] = line(60, N_("Name"), unique=True, search=True)
    is_default: Mapped[bool] = flag(N_("Default"), N_("Used where a class has no schedule of its own."))
    __table_args__ = (
        Index(
            "uq_bell_schedule_default",
            "is_default",
            unique=True,
            sqlite_where=sql("is_default"),
            postgresql_where=sql("is_default"),
        ),
    )


class BellDay(Entity):
    __tablename__ = "bell_day"
    area = "timetable"
    label = (N_("Day with other bells"), N_("Days with other bells"))
    help = N_("On this weekday, or on this date, a schedule gives way to another: short Saturdays, a day before a holiday.")
    title = ("bell_schedule_id", "weekday", "on_day")
    title_joint = " · "
    sort = ("bell_schedule_id", "weekday", "on_day")
    part_of = "bell_schedule_id"

    bell_schedule_id: Mapped[int] = ref("bell_schedule", N_("Bell schedule"), on_delete="CASCADE", index=False)
    weekday: Mapped[int | None] = whole(
        "weekday", N_("Weekday"), N_("Every week; or a date, not both."), low=1, high=7, names=WEEKDAYS, nullable=True
    )
    on_day: Mapped[date | None] = day(N_("Date"), nullable=True)
    rings_id: Mapped[int] = ref("bell_schedule", N_("Rings then"), on_delete="CASCADE")
    __table_args__ = (
        CheckConstraint("(weekday IS NULL) <> (on_day IS NULL)", name="weekday_or_date"),
        CheckConstraint("rings_id <> bell_schedule_id", name="another_schedule"),
        UniqueConstraint("bell_schedule_id", "weekday"),
        UniqueConstraint("bell_schedule_id", "on_day"),
    )


class BellPeriod(Entity):
    __tablename__ = "bell_period"
    area = "timetable"
    label = (N_("Bell"), N_("Bells"))
    title = ("bell_schedule_id", "number")
    title_joint = " · "
    sort = ("bell_schedule_id", "number")
    part_of = "bell_schedule_id"

    bell_schedule_id: Mapped[int] = ref("bell_schedule", N_("Bell schedule"), on_delete="CASCADE")
    number: Mapped[int] = whole("number", N_("Lesson number"), low=0, high=14)
    starts_at: Mapped[time] = mapped_column(info=field(N_("Starts")))
    ends_at: Mapped[time] = mapped_column(info=field(N_("Ends")))
    __table_args__ = (
        UniqueConstraint("bell_schedule_id", "number"),
        CheckConstraint("starts_at < ends_at", name="ends_after_start", info={"order": ("starts_at", "ends_at")}),
    )
