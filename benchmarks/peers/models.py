"""The tables of the comparison as plain mapped classes: what a user of Flask-Admin or sqladmin would write."""

from sqlalchemy import Date, ForeignKey, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The peers' own registry."""


class Student(Base):
    """A pupil."""

    __tablename__ = "student"
    id: Mapped[int] = mapped_column(primary_key=True)
    last_name: Mapped[str] = mapped_column(String(80))
    first_name: Mapped[str] = mapped_column(String(80))

    def __str__(self) -> str:
        return f"{self.last_name} {self.first_name}"


class Subject(Base):
    """A subject."""

    __tablename__ = "subject"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))

    def __str__(self) -> str:
        return self.name


class Assignment(Base):
    """Who teaches what to whom."""

    __tablename__ = "teaching_assignment"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"))
    subject: Mapped[Subject] = relationship()

    def __str__(self) -> str:
        return str(self.subject_id)


class Lesson(Base):
    """A lesson."""

    __tablename__ = "lesson"
    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("teaching_assignment.id"))
    held_on: Mapped[object] = mapped_column(Date)
    number: Mapped[int] = mapped_column(Integer)
    topic: Mapped[str] = mapped_column(String(500))
    assignment: Mapped[Assignment] = relationship()

    def __str__(self) -> str:
        return f"{self.held_on} {self.number}"


class Mark(Base):
    """A mark."""

    __tablename__ = "mark"
    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    student_id: Mapped[int] = mapped_column(ForeignKey("student.id"))
    value: Mapped[str] = mapped_column(String(20))
    comment: Mapped[str | None] = mapped_column(String(300))
    lesson: Mapped[Lesson] = relationship()
    student: Mapped[Student] = relationship()
