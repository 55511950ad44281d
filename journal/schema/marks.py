"""Marks, final marks, debts and absences."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql

from journal.kit.text import N_
from journal.schema.base import Authored, Entity, Mapped, choice, day, flag, in_order, line, moment, ref, whole

MARKS = {
    "5": N_("5"),
    "4": N_("4"),
    "3": N_("3"),
    "2": N_("2"),
    "1": N_("1"),
    "pass": N_("mark|PASS"),
    "fail": N_("mark|FAIL"),
    "exempt": N_("mark|EXEMPT"),
    "none": N_("mark|N/A"),
}
SCALES = {"five": N_("five-point"), "pass": N_("pass or fail")}
FINALS = {"period": N_("period"), "year": N_("year"), "exam": N_("exam"), "final": N_("final")}

NOTICE_STATES = {"open": N_("waits|notice"), "accepted": N_("accepted"), "declined": N_("declined")}


class GradingScale(Entity):
    __tablename__ = "grading_scale"
    area = "marks"
    label = (N_("Grading scale"), N_("Grading scales"))
    title = ("name",)

    name: Mapped[str] = line(60, N_("Name"), unique=True, search=True)
    kind: Mapped[str] = choice("kind", N_("Kind"), SCALES, default="five")


class AbsenceReason(Entity):
    __tablename__ = "absence_reason"
    area = "marks"
    label = (N_("Absence reason"), N_("Absence reasons"))
    title = ("letter", "name")
    title_joint = " — "
    sort = ("position",)

    letter: Mapped[str] = line(4, N_("Letter"), N_("What the teacher types into the cell."), unique=True, search=True)
    keys: Mapped[str] = line(
        20, N_("Keys"), N_("What may be typed for it, separated by spaces; both keyboard layouts."), default="", listed=False
    )
    name: Mapped[str] = line(80, N_("Name"), search=True)
    is_absence: Mapped[bool] = flag(N_("Counts as missed"), N_("Being late is not an absence."), default=True)
    is_excused: Mapped[bool] = flag(N_("Excused"))
    is_default: Mapped[bool] = flag(N_("No reason given"), N_("Turned into another reason by a document."))
    position: Mapped[int] = whole("position", N_("Order"), low=0, high=99, default=0, listed=False)
    __table_args__ = (
        Index(
            "uq_absence_reason_default",
            "is_default",
            unique=True,
            sqlite_where=sql("is_default"),
            postgresql_where=sql("is_default"),
        ),
    )


class LessonWork(Entity):
    __tablename__ = "lesson_work"
    area = "journal"
    label = (N_("Work in a lesson"), N_("Works in a lesson"))
    help = N_("One more column of a lesson: the grammar task beside the dictation, or a work judged by criteria.")
    title = ("name",)
    sort = ("lesson_id", "position")

    lesson_id: Mapped[int] = ref("lesson", N_("Lesson"), index=False)
    assignment_id: Mapped[int] = ref("teaching_assignment", N_("Teaching assignment"), index=False, automatic=True)
    position: Mapped[int] = whole("position", N_("Order"), low=1, high=3, default=1, listed=False)
    name: Mapped[str] = line(120, N_("What work"), search=True)
    work_type_id: Mapped[int] = ref("work_type", N_("Work type"), facet=True)
    __table_args__ = (
        UniqueConstraint("lesson_id", "position"),
        ForeignKeyConstraint(
            ["lesson_id", "assignment_id"], ["lesson.id", "lesson.assignment_id"], name="fk_lesson_work_lesson_assignment"
        ),
        Index("ix_lesson_work_assignment", "assignment_id"),
    )


class Criterion(Entity):
    __tablename__ = "criterion"
    area = "journal"
    label = (N_("Criterion"), N_("Criteria"))
    help = N_("What a work is judged by, and the most points for it.")
    title = ("name",)
    sort = ("work_id", "position")
    part_of = "work_id"
    ordered_by = "position"

    work_id: Mapped[int] = ref("lesson_work", N_("Work in a lesson"), on_delete="CASCADE", index=False)
    position: Mapped[int] = whole("position", N_("Order"), low=1, high=12, default=1, listed=False)
    name: Mapped[str] = line(120, N_("Criterion"), search=True)
    most_points: Mapped[int] = whole("most_points", N_("Points, at most"), low=1, high=100)
    __table_args__ = (UniqueConstraint("work_id", "position"),)


class CriterionScore(Authored, Entity):
    __tablename__ = "criterion_score"
    area = "journal"
    label = (N_("Points for a criterion"), N_("Points for criteria"))
    title = ("student_id", "points")
    title_joint = ": "
    sort = ("id",)

    criterion_id: Mapped[int] = ref("criterion", N_("Criterion"), on_delete="CASCADE", index=False)
    student_id: Mapped[int] = ref("student", N_("Student"))
    points: Mapped[int] = whole("points", N_("Points"), low=0, high=100)
    __table_args__ = (UniqueConstraint("criterion_id", "student_id"),)


class Published:
    """What reaches families after a delay: typing is not publishing."""

    shown_at: Mapped[datetime | None] = moment(
        N_("Shown to families from"),
        N_("Empty: at once."),
        nullable=True,
        automatic=True,
        listed=False,
        sort_order=9,
    )


class Mark(Published, Authored, Entity):
    __tablename__ = "mark"
    area = "journal"
    label = (N_("Mark"), N_("Marks"))
    title = ("student_id", "value")
    title_joint = ": "
    sort = ("id",)

    lesson_id: Mapped[int] = ref("lesson", N_("Lesson"), index=False)
    assignment_id: Mapped[int] = ref("teaching_assignment", N_("Teaching assignment"), index=False, automatic=True)
    student_id: Mapped[int] = ref("student", N_("Student"), index=False)
    position: Mapped[int] = whole(
        "position", N_("Place in the cell"), N_("The second mark of a lesson has 1."), low=0, high=7, default=0, listed=False
    )
    value: Mapped[str] = choice("value", N_("Mark"), MARKS)
    work_type_id: Mapped[int | None] = ref(
        "work_type", N_("Work type"), N_("Empty: that of the lesson."), nullable=True, index=False
    )
    work_id: Mapped[int | None] = ref(
        "lesson_work", N_("Work in a lesson"), N_("Empty: the lesson itself."), nullable=True, index=False, listed=False
    )
    comment: Mapped[str | None] = line(300, N_("Comment"), nullable=True)
    __table_args__ = (
        Index(
            "ix_mark_work",
            "work_id",
            sqlite_where=sql("work_id IS NOT NULL"),
            postgresql_where=sql("work_id IS NOT NULL"),
        ),
        UniqueConstraint("lesson_id", "student_id", "position"),
        ForeignKeyConstraint(
            ["lesson_id", "assignment_id"], ["lesson.id", "lesson.assignment_id"], name="fk_mark_lesson_assignment"
        ),
        Index("ix_mark_student", "student_id", "lesson_id"),
        Index("ix_mark_assignment", "assignment_id", "id"),
        Index("ix_mark_comment", "id", sqlite_where=sql("comment IS NOT NULL"), postgresql_where=sql("comment IS NOT NULL")),
    )


class Absence(Published, Authored, Entity):
    __tablename__ = "absence"
    area = "journal"
    label = (N_("Absence"), N_("Absences"))
    title = ("student_id", "reason_id")
    title_joint = ": "
    sort = ("id",)

    lesson_id: Mapped[int] = ref("lesson", N_("Lesson"), index=False)
    assignment_id: Mapped[int] = ref("teaching_assignment", N_("Teaching assignment"), index=False, automatic=True)
    student_id: Mapped[int] = ref("student", N_("Student"), index=False)
    reason_id: Mapped[int] = ref("absence_reason", N_("Reason"), facet=True, index=False)
    minutes: Mapped[int | None] = whole("minutes", N_("Minutes late"), low=1, high=90, nullable=True)
    document_id: Mapped[int | None] = ref("excuse_document", N_("Document"), nullable=True, on_delete="SET NULL")
    __table_args__ = (
        UniqueConstraint("lesson_id", "student_id"),
        ForeignKeyConstraint(
            ["lesson_id", "assignment_id"], ["lesson.id", "lesson.assignment_id"], name="fk_absence_lesson_assignment"
        ),
        Index("ix_absence_student", "student_id", "lesson_id"),
        Index("ix_absence_assignment", "assignment_id", "id"),
    )


class ExcuseDocument(Entity):
    __tablename__ = "excuse_document"
    area = "journal"
    label = (N_("Excuse document"), N_("Excuse documents"))
    help = N_("A certificate or a note for days missed. Never a diagnosis: only dates, number and reason.")
    title = ("student_id", "begins_on")
    title_joint = " · "
    sort = ("begins_on",)

    student_id: Mapped[int] = ref("student", N_("Student"))
    reason_id: Mapped[int] = ref("absence_reason", N_("Reason"), facet=True)
    begins_on: Mapped[date] = day(N_("From"))
    ends_on: Mapped[date] = day(N_("To"))
    document_number: Mapped[str | None] = line(60, N_("Document number"), nullable=True)
    __table_args__ = (in_order("begins_on", "ends_on"),)


class AbsenceNotice(Authored, Entity):
    __tablename__ = "absence_notice"
    area = "journal"
    label = (N_("Announced absence"), N_("Announced absences"))
    help = N_("A guardian says beforehand that the pupil won't come. Never a diagnosis: only dates and reason.")
    title = ("student_id", "begins_on")
    title_joint = " · "
    sort = ("begins_on",)

    student_id: Mapped[int] = ref("student", N_("Student"))
    reason_id: Mapped[int] = ref("absence_reason", N_("Reason"), facet=True)
    begins_on: Mapped[date] = day(N_("From"))
    ends_on: Mapped[date] = day(N_("To"))
    text: Mapped[str | None] = line(300, N_("To the class teacher"), nullable=True)
    state: Mapped[str] = choice("state", N_("State"), NOTICE_STATES, default="open")
    answer: Mapped[str | None] = line(300, N_("Answer"), nullable=True, listed=False)
    __table_args__ = (in_order("begins_on", "ends_on"),)


class PendingMark(Authored, Entity):
    __tablename__ = "pending_mark"
    area = "journal"
    label = (N_("Pending mark"), N_("Pending marks"))
    help = N_("A debt: work that the pupil owes until a date.")
    title = ("student_id", "due_on")
    title_joint = " · "
    sort = ("due_on",)

    lesson_id: Mapped[int] = ref("lesson", N_("Lesson"), index=False)
    student_id: Mapped[int] = ref("student", N_("Student"))
    due_on: Mapped[date] = day(N_("Due"))
    note: Mapped[str | None] = line(200, N_("Note"), nullable=True)
    is_settled: Mapped[bool] = flag(N_("Settled"))
    __table_args__ = (UniqueConstraint("lesson_id", "student_id"),)


class FinalMark(Authored, Entity):
    __tablename__ = "final_mark"
    area = "journal"
    label = (N_("Final mark"), N_("Final marks"))
    title = ("student_id", "value")
    title_joint = ": "

    assignment_id: Mapped[int] = ref("teaching_assignment", N_("Teaching assignment"), index=False)
    student_id: Mapped[int] = ref("student", N_("Student"), index=False)
    period_id: Mapped[int] = ref("grading_period", N_("Period"), facet=True, index=False)
    kind: Mapped[str] = choice("kind", N_("Kind"), FINALS, default="period")
    value: Mapped[str] = choice("value", N_("Mark"), MARKS)
    reason: Mapped[str | None] = line(300, N_("Why it differs"), nullable=True, listed=False)
    __table_args__ = (
        UniqueConstraint("assignment_id", "student_id", "period_id", "kind"),
        Index("ix_final_mark_student", "student_id", "period_id"),
        CheckConstraint("kind <> 'exam' OR value <> 'exempt'", name="exam_has_mark"),
    )
