"""Pupils, their guardians and the staff."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql

from journal.kit.text import N_
from journal.schema.base import Authored, Entity, Mapped, choice, day, in_order, line, ref

SEXES = {"male": N_("male"), "female": N_("female")}
KINSHIPS = {
    "mother": N_("mother"),
    "father": N_("father"),
    "grandparent": N_("grandparent"),
    "guardian": N_("legal guardian"),
    "other": N_("other relative"),
}

DOUBTS = {
    "no-guardian": N_("no guardian"),
    "age": N_("an unlikely age for the grade"),
    "namesake": N_("the same name as another pupil"),
    "ends": N_("the enrolment ends"),
}
"""What may be unlikely and yet right: somebody can say so."""


class Person:
    """The columns of a human being's name."""

    last_name: Mapped[str] = line(80, N_("Last name"), search=True, sort_order=-3)
    first_name: Mapped[str] = line(80, N_("First name"), search=True, sort_order=-2)
    middle_name: Mapped[str | None] = line(80, N_("Patronymic"), nullable=True, search=True, sort_order=-1)


class Student(Person, Entity):
    __tablename__ = "student"
    area = "people"
    label = (N_("Student"), N_("Students"))
    help = N_("A pupil of the school. Which class and since when is said by an enrolment.")
    has_search_index = True
    title = ("last_name", "first_name", "middle_name")
    groups = {
        N_("Personal file"): ("born_on", "sex", "file_number"),
        N_("Contacts"): ("phone", "email"),
    }

    born_on: Mapped[date | None] = day(N_("Date of birth"), nullable=True)
    sex: Mapped[str | None] = choice("sex", N_("Sex"), SEXES, nullable=True)
    phone: Mapped[str | None] = line(40, N_("Phone"), nullable=True)
    email: Mapped[str | None] = line(120, N_("E-mail"), nullable=True, listed=False)
    file_number: Mapped[str | None] = line(
        20, N_("Personal file number"), N_("As in the alphabetical register."), nullable=True, unique=True
    )
    __table_args__ = (Index("ix_student_name", "last_name", "first_name", "middle_name", "id"),)


class Guardian(Person, Entity):
    __tablename__ = "guardian"
    area = "people"
    label = (N_("Guardian"), N_("Guardians"))
    help = N_("A parent or another legal representative of a pupil.")
    has_search_index = True
    title = ("last_name", "first_name", "middle_name")
    groups = {
        N_("Contacts"): ("phone", "email"),
    }

    phone: Mapped[str | None] = line(40, N_("Phone"), nullable=True)
    email: Mapped[str | None] = line(120, N_("E-mail"), nullable=True)
    __table_args__ = (Index("ix_guardian_name", "last_name", "first_name", "middle_name", "id"),)


class Guardianship(Entity):
    __tablename__ = "guardianship"
    area = "people"
    label = (N_("Guardianship"), N_("Guardianships"))
    help = N_("Who represents which pupil: it opens the pupil's diary to the guardian.")
    title = ("guardian_id", "student_id")
    title_joint = " → "
    part_of = "student_id"

    guardian_id: Mapped[int] = ref("guardian", N_("Guardian"), on_delete="CASCADE")
    student_id: Mapped[int] = ref("student", N_("Student"), on_delete="CASCADE")
    kinship: Mapped[str] = choice("kinship", N_("Kinship"), KINSHIPS, default="other")
    __table_args__ = (UniqueConstraint("guardian_id", "student_id"),)


class Consent(Entity):
    __tablename__ = "consent"
    area = "people"
    label = (N_("Consent"), N_("Consents"))
    help = N_("A guardian's consent to the processing of a pupil's personal data: on paper, and noted here.")
    title = ("guardian_id", "student_id")
    title_joint = " → "
    sort = ("given_on",)

    guardian_id: Mapped[int] = ref("guardian", N_("Guardian"), on_delete="CASCADE")
    student_id: Mapped[int] = ref("student", N_("Student"), on_delete="CASCADE")
    purpose: Mapped[str] = line(200, N_("Purpose"), N_("As the paper words it."))
    given_on: Mapped[date] = day(N_("Given"))
    withdrawn_on: Mapped[date | None] = day(N_("Withdrawn on"), nullable=True)
    document: Mapped[str | None] = line(120, N_("Document"), N_("Its number, or where the paper lies."), nullable=True)
    __table_args__ = (in_order("given_on", "withdrawn_on"),)


class ConfirmedDoubt(Authored, Entity):
    __tablename__ = "confirmed_doubt"
    area = "people"
    label = (N_("Confirmed doubt"), N_("Confirmed doubts"))
    help = N_("Somebody has looked at an unlikely value of a pupil and said that it is right.")
    title = ("student_id", "doubt")
    title_joint = " · "

    student_id: Mapped[int] = ref("student", N_("Student"), on_delete="CASCADE", index=False)
    doubt: Mapped[str] = choice("doubt", N_("What is doubtful"), DOUBTS)
    __table_args__ = (UniqueConstraint("student_id", "doubt"),)


class Staff(Person, Entity):
    __tablename__ = "staff"
    area = "people"
    label = (N_("Staff member"), N_("Staff"))
    help = N_("A person who works at the school: teachers, deputies, the director.")
    title = ("last_name", "first_name", "middle_name")
    groups = {
        N_("Employment"): ("position", "hired_on", "left_on"),
        N_("Contacts"): ("phone", "email"),
    }

    position: Mapped[str | None] = line(120, N_("Position"), nullable=True)
    phone: Mapped[str | None] = line(40, N_("Phone"), nullable=True)
    email: Mapped[str | None] = line(120, N_("E-mail"), nullable=True)
    hired_on: Mapped[date | None] = day(N_("Employed from"), nullable=True, listed=False)
    left_on: Mapped[date | None] = day(N_("Employed to"), nullable=True, listed=False)
    __table_args__ = (
        in_order("hired_on", "left_on"),
        Index("ix_staff_name", "last_name", "first_name", "middle_name", "id"),
    )


class Enrolment(Entity):
    __tablename__ = "enrolment"
    area = "people"
    label = (N_("Enrolment"), N_("Enrolments"))
    help = N_("A pupil in a class from one date to another. A move or a departure ends this row; a new class is a new row.")
    title = ("student_id", "school_class_id")
    title_joint = " · "

    student_id: Mapped[int] = ref("student", N_("Student"), index=False)
    school_class_id: Mapped[int] = ref("school_class", N_("Class"), index=False)
    starts_on: Mapped[date] = day(N_("From"))
    ends_on: Mapped[date | None] = day(
        N_("To"), N_("The last day in this class; empty while the pupil is in it."), nullable=True
    )
    order_in: Mapped[str | None] = line(60, N_("Order of enrolment"), nullable=True, listed=False)
    order_out: Mapped[str | None] = line(60, N_("Order of departure"), nullable=True, listed=False)
    __table_args__ = (
        in_order("starts_on", "ends_on"),
        CheckConstraint("order_out IS NULL OR ends_on IS NOT NULL", name="order_out_needs_end"),
        UniqueConstraint("student_id", "school_class_id", "starts_on"),
        Index(
            "uq_enrolment_open",
            "student_id",
            unique=True,
            sqlite_where=sql("ends_on IS NULL"),
            postgresql_where=sql("ends_on IS NULL"),
        ),
        Index("ix_enrolment_class", "school_class_id", "starts_on", "ends_on", "student_id"),
    )
