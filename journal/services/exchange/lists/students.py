"""The pupils of a list, with their classes and guardians."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Enrolment, Guardian, Guardianship, SchoolClass, Student
from journal.services.exchange import reading
from journal.services.exchange.lists.known import NAME_FIELDS, Classes, People, id_or_new, key_of, name_of
from journal.services.exchange.plan import Field, ListKind, New, Options, Row
from journal.services.refusals import said

Name = tuple[str, str, str | None]
KIN = {"mother": "mother", "father": "father", "guardian": "guardian"}


@dataclass(frozen=True)
class Pupil:
    """What a row says of the pupil."""

    name: Name
    values: dict[str, Any]

    @property
    def born_on(self) -> date | None:
        born_on: date | None = self.values["born_on"]
        return born_on


class Reader:
    """Knows the pupils by file number and name, their open enrolments and their guardians."""

    def __init__(self, session: PolicySession, options: Options) -> None:
        self.classes = Classes(session)
        self.starts_on = options.starts_on or self.classes.year.begins_on
        students = session.scalars(select(Student)).all()
        self.people: People[Student] = People(students)
        self.by_file = {one.file_number: one for one in students if one.file_number}
        self.enrolled = {
            row.student_id: row.school_class_id
            for row in session.scalars(select(Enrolment).where(Enrolment.ends_on.is_(None)))
        }
        self.class_names = {row[0]: row[1] for row in session.execute(select(SchoolClass.id, SchoolClass.name))}
        self.guardians: dict[int, list[Guardian]] = defaultdict(list)
        self.by_phone: dict[tuple[str, ...], Guardian | New] = {}
        pairs = select(Guardianship.student_id, Guardian).join(Guardian, Guardian.id == Guardianship.guardian_id)
        for student_id, guardian in session.execute(pairs):
            self.guardians[student_id].append(guardian)
            if guardian.phone:
                self.by_phone[key_of(guardian.last_name, guardian.first_name, guardian.phone)] = guardian
        self.seen: dict[tuple[Any, ...], int] = {}

    def take(self, row: Row) -> None:
        """A new pupil, or new values of a known one; a class and guardians where they are missing."""
        name = name_of(row)
        values = {part: row.text(part) or None for part in ("phone", "email", "file_number")}
        read: dict[str, Any] = {"born_on": row.read("born_on", reading.day), "sex": row.read("sex", reading.sex)}
        if name is not None:
            pupil = Pupil(name, {**values, **read})
            found = self._find(row, pupil)
            if not row.is_refused:
                self._take(row, pupil, found)
        row.done(" ".join(part for part in name or () if part))

    def _find(self, row: Row, pupil: Pupil) -> Student | None:
        """Whom the row means; a row that could mean several is refused."""
        number = pupil.values["file_number"]
        key = (number,) if number else (*key_of(*pupil.name), pupil.born_on)
        if key in self.seen:
            row.refuse("", said(N_("The same as row %(row)d of the file."), row=self.seen[key]))
            return None
        self.seen[key] = row.number
        if number in self.by_file:
            return self.by_file[number]
        same = [one for one in self.people.find(*pupil.name) if not (number and one.file_number)]
        alike = [one for one in same if not pupil.born_on or not one.born_on or one.born_on == pupil.born_on]
        sure = [one for one in alike if pupil.born_on and one.born_on == pupil.born_on]
        if sure or len(alike) == 1:
            return (sure or alike)[0]
        if alike:
            row.refuse("", said(N_("Several pupils have this name: give the date of birth or the file number.")))
        elif same:
            row.warn(
                "born_on", said(N_("There is a pupil of this name with another date of birth: this is taken for another."))
            )
        return None

    def _take(self, row: Row, pupil: Pupil, found: Student | None) -> None:
        last, first, middle = pupil.name
        student: Student | New
        if found is None:
            student = row.make(Student, {"last_name": last, "first_name": first, "middle_name": middle, **pupil.values})
        else:
            student = found
            row.change(found, {**pupil.values, "middle_name": middle})
        self._enrol(row, student)
        for who, kinship in KIN.items():
            if row.text(f"{who}_name"):
                self._tie(row, student, who, kinship)

    def _enrol(self, row: Row, student: Student | New) -> None:
        klass = self.classes.one(row, "school_class", may_make=True)
        if klass is None:
            if isinstance(student, New) and not row.is_refused:
                row.warn("school_class", said(N_("No class is given: the pupil will be in none.")))
            return
        present = None if isinstance(student, New) else self.enrolled.get(student.id)
        if present is not None:
            if isinstance(klass, New) or klass.id != present:
                text = N_("The pupil is in %(name)s now: a move is made in the class, with its order.")
                row.warn("school_class", said(text, name=self.class_names[present]))
            return
        values = {
            "starts_on": row.read("starts_on", reading.day) or self.starts_on,
            "order_in": row.text("order_in") or None,
        }
        row.make(Enrolment, values, student_id=id_or_new(student), school_class_id=id_or_new(klass))

    def _tie(self, row: Row, student: Student | New, who: str, kinship: str) -> None:
        """The guardian of these columns: one of the pupil's, one of the same name and phone, or a new one."""
        name = row.read(f"{who}_name", reading.name)
        if name is None:
            return
        phone, email = row.text(f"{who}_phone") or None, row.text(f"{who}_email") or None
        own = [] if isinstance(student, New) else self.guardians[student.id]
        for guardian in own:
            if key_of(guardian.last_name, guardian.first_name) == key_of(*name[:2]):
                row.change(guardian, {"phone": phone, "email": email, "middle_name": name[2]})
                return
        key = key_of(*name[:2], phone or "")
        known = self.by_phone.get(key) if phone else None
        if known is None:
            values = {"last_name": name[0], "first_name": name[1], "middle_name": name[2], "phone": phone, "email": email}
            known = row.make(Guardian, values)
            if phone and not row.is_refused:
                self.by_phone[key] = known
        row.make(Guardianship, {"kinship": kinship}, guardian_id=id_or_new(known), student_id=id_or_new(student))


KIND = ListKind(
    "students",
    N_("Students with guardians"),
    N_("Pupils, the classes they are in, their parents. A class that is missing is made."),
    (
        *NAME_FIELDS,
        Field("school_class", N_("Class")),
        Field("born_on", N_("Date of birth")),
        Field("sex", N_("Sex")),
        Field("file_number", N_("Personal file number")),
        Field("phone", N_("Phone")),
        Field("email", N_("E-mail")),
        Field("starts_on", N_("Enrolled from")),
        Field("order_in", N_("Order of enrolment")),
        Field("mother_name", N_("Mother: full name")),
        Field("mother_phone", N_("Mother: phone")),
        Field("mother_email", N_("Mother: e-mail")),
        Field("father_name", N_("Father: full name")),
        Field("father_phone", N_("Father: phone")),
        Field("father_email", N_("Father: e-mail")),
        Field("guardian_name", N_("Guardian: full name")),
        Field("guardian_phone", N_("Guardian: phone")),
        Field("guardian_email", N_("Guardian: e-mail")),
    ),
    Reader,
)
