"""What a timetable is made under: who can't come when, which rooms a subject needs, which rules weigh what; feeds."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from journal.kit.text import N_
from journal.schema.base import Entity, Mapped, choice, day, flag, in_order, line, moment, ref, whole
from journal.schema.calendar import WEEKDAYS

ABSENCE_CAUSES = {
    "ill": N_("illness"),
    "leave": N_("leave"),
    "training": N_("training"),
    "trip": N_("business trip"),
    "other": N_("other"),
}
STRENGTHS = {"never": N_("impossible"), "unwanted": N_("undesirable")}


class StaffAbsence(Entity):
    __tablename__ = "staff_absence"
    area = "timetable"
    label = (N_("Absence of a teacher"), N_("Absences of teachers"))
    help = N_("Colleagues and families see only who takes the lessons, never that somebody is ill.")
    title = ("staff_id", "begins_on")
    title_joint = " · "
    sort = ("begins_on",)

    staff_id: Mapped[int] = ref("staff", N_("Teacher"), index=False)
    begins_on: Mapped[date] = day(N_("From"))
    ends_on: Mapped[date] = day(N_("To"))
    cause: Mapped[str] = choice("cause", N_("Reason"), ABSENCE_CAUSES, default="other")
    note: Mapped[str | None] = line(200, N_("Note"), N_("The number of the order, never a diagnosis."), nullable=True)
    __table_args__ = (in_order("begins_on", "ends_on"), Index("ix_staff_absence_days", "staff_id", "begins_on"))


class Unavailability(Entity):
    __tablename__ = "unavailability"
    area = "timetable"
    label = (N_("Unavailable time"), N_("Unavailable times"))
    help = N_("When a teacher, a class or a room can't be in the timetable: a methodical day, another job, a repair.")
    title = ("staff_id", "school_class_id", "room_id", "weekday")
    title_joint = " · "

    staff_id: Mapped[int | None] = ref("staff", N_("Teacher"), nullable=True, on_delete="CASCADE")
    school_class_id: Mapped[int | None] = ref("school_class", N_("Class"), nullable=True, on_delete="CASCADE")
    room_id: Mapped[int | None] = ref("room", N_("Room"), nullable=True, on_delete="CASCADE")
    weekday: Mapped[int] = whole("weekday", N_("Weekday"), low=1, high=7, names=WEEKDAYS)
    number: Mapped[int | None] = whole(
        "number", N_("Lesson number"), N_("Empty: the whole day."), low=0, high=14, nullable=True
    )
    strength: Mapped[str] = choice("strength", N_("How firm"), STRENGTHS, default="never")
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN staff_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN school_class_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN room_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="of_one",
        ),
    )


class SubjectRoom(Entity):
    __tablename__ = "subject_room"
    area = "timetable"
    label = (N_("Room of a subject"), N_("Rooms of subjects"))
    help = N_("A subject with rooms of its own is taught only there: a gym, a laboratory, a workshop.")
    title = ("subject_id", "room_id")
    title_joint = " · "

    subject_id: Mapped[int] = ref("subject", N_("Subject"), on_delete="CASCADE", index=False)
    room_id: Mapped[int] = ref("room", N_("Room"), on_delete="CASCADE")
    __table_args__ = (UniqueConstraint("subject_id", "room_id"),)


class TimetableRule(Entity):
    __tablename__ = "timetable_rule"
    area = "timetable"
    label = (N_("Rule of generation"), N_("Rules of generation"))
    help = N_("Which rules the generated timetable keeps, and how much each weighs.")
    title = ("code",)

    code: Mapped[str] = line(40, N_("Rule"), unique=True, automatic=True)
    is_on: Mapped[bool] = flag(N_("Kept"), default=True)
    weight: Mapped[int] = whole("weight", N_("Weight"), low=0, high=100, default=1)


class CalendarFeed(Entity):
    __tablename__ = "calendar_feed"
    area = "system"
    label = (N_("Calendar feed"), N_("Calendar feeds"))
    help = N_("A secret address at which a person's calendar program finds the lessons; a new one ends the old one.")
    title = ("account_id",)

    account_id: Mapped[int] = ref("account", N_("Account"), on_delete="CASCADE", unique=True, index=False, automatic=True)
    key_hash: Mapped[str] = line(64, N_("Key"), unique=True, secret=True, automatic=True, listed=False)
    made_at: Mapped[datetime] = moment(N_("Made"), automatic=True)
