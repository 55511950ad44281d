"""A class with five subjects and a second one beside it, for tests of edits."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from journal import schema as s
from journal.services import records
from tests.personas import School

MONDAY = date(2026, 11, 30)


@dataclass
class Week:
    """The personas' school with a week of 7A: five subjects, each with a teacher, one of them in two subgroups."""

    school: School
    assignments: dict[str, int] = field(default_factory=dict)
    version_id: int = 0

    def entries(self, version_id: int | None = None) -> dict[str, list[tuple[int, int]]]:
        """Subject -> where it stands in a version."""
        session = self.school.system()
        names = {key: name for name, key in self.assignments.items()}
        found: dict[str, list[tuple[int, int]]] = {}
        for row in session.scalars(
            select(s.TimetableEntry).where(s.TimetableEntry.timetable_id == (version_id or self.version_id))
        ):
            if row.assignment_id in names:
                found.setdefault(names[row.assignment_id], []).append((row.weekday, row.number))
        session.close()
        return {name: sorted(slots) for name, slots in found.items()}


@pytest.fixture
def week(school: School) -> Iterator[Week]:
    """Monday of 7A: subject A on 1, then b, c, d on 3, 4, 5; e in two subgroups on Tuesday 1."""
    made = Week(school, version_id=school.ids(s.Timetable, "A")[0])
    with school.acting("admin") as session:
        from_ = date(2026, 9, 1)
        klass = school.id(s.SchoolClass, "A")
        made.assignments["A"] = school.id(s.TeachingAssignment, "A")
        groups = [
            records.create(session, s.Subgroup, {"school_class_id": klass, "name": name}).id
            for name in ("1 group", "2 group")
        ]
        subject_id = 0
        for index, name in enumerate(("b", "c", "d", "e1", "e2")):
            staff = records.create(session, s.Staff, {"last_name": f"Teacher{name}", "first_name": "T"})
            if name != "e2":
                subject_id = records.create(session, s.Subject, {"name": f"Subject {name}", "code": name}).id
            values = {
                "staff_id": staff.id,
                "subject_id": subject_id,
                "school_class_id": klass,
                "starts_on": from_,
                "hours_a_week": Decimal(1),
                "subgroup_id": groups[index - 3] if index > 2 else None,
            }
            assignment = records.create(session, s.TeachingAssignment, values)
            made.assignments[name] = assignment.id
            weekday, number = (1, index + 3) if index < 3 else (2, 1)
            entry = {"weekday": weekday, "number": number, "assignment_id": assignment.id}
            records.create(session, s.TimetableEntry, {"timetable_id": made.version_id, **entry})
    yield made
