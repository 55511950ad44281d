"""Homework, files that hang on it, notes in the diary and the family's signature."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import mapped_column

from journal.kit.text import N_
from journal.schema.base import Authored, Entity, Mapped, choice, day, field, line, moment, ref, whole

NOTE_KINDS = {"praise": N_("praise"), "remark": N_("remark")}


class Homework(Authored, Entity):
    __tablename__ = "homework"
    area = "journal"
    label = (N_("Homework"), N_("Homework"))
    has_search_index = True
    title = ("assignment_id", "due_on")
    title_joint = " · "
    sort = ("id",)

    lesson_id: Mapped[int] = ref("lesson", N_("Given in lesson"), index=False)
    assignment_id: Mapped[int] = ref("teaching_assignment", N_("Teaching assignment"), index=False, automatic=True)
    student_id: Mapped[int | None] = ref("student", N_("Only for"), N_("Empty: for everybody."), nullable=True)
    text: Mapped[str] = line(2000, N_("Homework"), search=True)
    due_on: Mapped[date | None] = day(N_("Due"), N_("Empty: for the next lesson."), nullable=True)
    minutes: Mapped[int | None] = whole("minutes", N_("Minutes it takes"), low=1, high=300, nullable=True, listed=False)
    __table_args__ = (
        ForeignKeyConstraint(
            ["lesson_id", "assignment_id"], ["lesson.id", "lesson.assignment_id"], name="fk_homework_lesson_assignment"
        ),
        Index("ix_homework_lesson", "lesson_id"),
        Index("ix_homework_assignment", "assignment_id", "due_on"),
    )


class Attachment(Entity):
    __tablename__ = "attachment"
    area = "journal"
    label = (N_("Attachment"), N_("Attachments"))
    title = ("file_name",)

    homework_id: Mapped[int] = ref("homework", N_("Homework"), on_delete="CASCADE")
    file_name: Mapped[str] = line(200, N_("File name"), search=True)
    content_type: Mapped[str] = line(100, N_("Type"))
    size: Mapped[int] = whole("size", N_("Bytes"), low=0, high=2_000_000_000)
    digest: Mapped[str] = line(64, N_("SHA-256"), listed=False)
    blob: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, info=field(N_("Content"), secret=True, automatic=True, listed=False)
    )
    """In the database, so that a copy of it has everything; read only when the file is asked for."""


class BehaviourNote(Authored, Entity):
    __tablename__ = "behaviour_note"
    area = "journal"
    label = (N_("Note in the diary"), N_("Notes in the diary"))
    title = ("student_id", "noted_on")
    title_joint = " · "
    sort = ("noted_on",)

    student_id: Mapped[int] = ref("student", N_("Student"))
    noted_on: Mapped[date] = day(N_("Date"))
    lesson_id: Mapped[int | None] = ref("lesson", N_("Lesson"), nullable=True, listed=False)
    kind: Mapped[str] = choice("kind", N_("Kind"), NOTE_KINDS, default="remark")
    text: Mapped[str] = line(1000, N_("Text"), search=True)


class NoteReceipt(Entity):
    __tablename__ = "note_receipt"
    area = "journal"
    label = (N_("Receipt of a note"), N_("Receipts of notes"))
    help = N_("A guardian has seen a note in the diary.")
    title = ("note_id", "guardian_id")
    title_joint = " · "

    note_id: Mapped[int] = ref("behaviour_note", N_("Note in the diary"), on_delete="CASCADE", index=False)
    guardian_id: Mapped[int] = ref("guardian", N_("Guardian"), on_delete="CASCADE")
    seen_at: Mapped[datetime] = moment(N_("Seen"), automatic=True)
    __table_args__ = (UniqueConstraint("note_id", "guardian_id"),)


class DiaryReceipt(Entity):
    __tablename__ = "diary_receipt"
    area = "journal"
    label = (N_("Diary receipt"), N_("Diary receipts"))
    help = N_("A guardian has seen the week.")
    title = ("student_id", "week_on")
    title_joint = " · "

    student_id: Mapped[int] = ref("student", N_("Student"), on_delete="CASCADE", index=False)
    guardian_id: Mapped[int] = ref("guardian", N_("Guardian"), on_delete="CASCADE")
    week_on: Mapped[date] = day(N_("Week from"))
    seen_at: Mapped[datetime] = moment(N_("Seen"), automatic=True)
    __table_args__ = (UniqueConstraint("student_id", "guardian_id", "week_on"),)
