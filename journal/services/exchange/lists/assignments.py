"""Who teaches what to whom, of a list."""

from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import SchoolClass, Staff, Subgroup, Subject, TeachingAssignment
from journal.services.exchange import reading
from journal.services.exchange.lists.known import Classes, Teachers, id_or_new
from journal.services.exchange.plan import Field, ListKind, New, Options, Row
from journal.services.refusals import said


class Reader:
    """Knows the staff, the subjects, the classes with their subgroups, and the assignments of the year."""

    def __init__(self, session: PolicySession, _: Options) -> None:
        self.teachers, self.classes = Teachers(session), Classes(session)
        self.subjects = {reading.plain(one.name): one for one in session.scalars(select(Subject))}
        self.groups: dict[tuple[int, int | None, str], Subgroup | New] = {
            (one.school_class_id, one.subject_id, reading.plain(one.name)): one for one in session.scalars(select(Subgroup))
        }
        year = self.classes.year
        open_ = or_(TeachingAssignment.ends_on.is_(None), TeachingAssignment.ends_on >= year.begins_on)
        asked = (
            select(TeachingAssignment)
            .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
            .where(SchoolClass.academic_year_id == year.id, open_)
        )
        self.known = {
            (one.staff_id, one.subject_id, one.school_class_id, one.subgroup_id): one for one in session.scalars(asked)
        }
        self.seen: dict[tuple[Any, ...], int] = {}

    def take(self, row: Row) -> None:
        """A new assignment, or other hours of a known one."""
        needed = [name for name in ("teacher", "subject", "school_class") if not row.text(name)]
        for name in needed:
            row.refuse(name, said(N_("This field is required.")))
        hours = row.read("hours", reading.number)
        if not needed:
            teacher, klass = self.teachers.one(row, "teacher"), self.classes.one(row, "school_class")
            subject = self._subject(row)
            if teacher is not None and isinstance(klass, SchoolClass) and subject is not None:
                self._take(row, teacher, subject, klass, hours)
        row.done(" · ".join(row.text(name) for name in ("school_class", "subject", "teacher") if row.text(name)))

    def _subject(self, row: Row) -> Subject | None:
        found = self.subjects.get(reading.plain(row.text("subject")))
        if found is None:
            row.refuse("subject", said(N_("There is no subject “%(name)s”."), name=row.text("subject")[:60]))
        return found

    def _take(self, row: Row, teacher: Staff, subject: Subject, klass: SchoolClass, hours: Decimal | None) -> None:
        name = row.text("subgroup")
        group: Subgroup | New | None = None
        if name:
            place = (klass.id, subject.id, reading.plain(name))
            group = self.groups.get(place) or self.groups.get((klass.id, None, place[2]))
            if group is None:
                group = row.make(Subgroup, {"school_class_id": klass.id, "subject_id": subject.id, "name": name})
                self.groups[place] = group
        key = (teacher.id, subject.id, klass.id, reading.plain(name))
        if key in self.seen:
            row.refuse("", said(N_("The same as row %(row)d of the file."), row=self.seen[key]))
            return
        self.seen[key] = row.number
        group_id = group.id if isinstance(group, Subgroup) else None
        found = None if isinstance(group, New) else self.known.get((teacher.id, subject.id, klass.id, group_id))
        if found is not None:
            row.change(found, {"hours_a_week": hours})
            return
        values = {
            "staff_id": teacher.id,
            "subject_id": subject.id,
            "school_class_id": klass.id,
            "hours_a_week": Decimal(1) if hours is None else hours,
            "starts_on": self.classes.year.begins_on,
        }
        row.make(TeachingAssignment, values, subgroup_id=id_or_new(group) if group is not None else None)


KIND = ListKind(
    "assignments",
    N_("Teaching assignments"),
    N_("Who teaches which subject in which class, and how many hours a week."),
    (
        Field("teacher", N_("Teacher"), True),
        Field("subject", N_("Subject"), True),
        Field("school_class", N_("Class"), True),
        Field("subgroup", N_("Subgroup")),
        Field("hours", N_("Hours a week")),
    ),
    Reader,
)
