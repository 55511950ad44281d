"""Takes the school of a .fet file into an installation: classes, subjects, staff, assignments, and a timetable."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_, short_name
from journal.schema import (
    AcademicYear,
    GradeLevel,
    GradingPeriod,
    ImportRun,
    Room,
    SchoolClass,
    Staff,
    Subgroup,
    Subject,
    TeachingAssignment,
    Timetable,
    TimetableEntry,
    Unavailability,
)
from journal.services import calendar, records, reference
from journal.services.exchange.fet import SEPARATOR, Activity, Group, School
from journal.services.refusals import Said, said
from journal.services.timetable import laying
from journal.services.timetable.placing import Activity as ToPlace
from journal.services.timetable.placing import Slot, place

MOST_GRADES = 13


@dataclass
class Report:
    """What an import does, or would do."""

    made: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    problems: list[Said] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        return {
            "made": dict(self.made),
            "same": dict(self.same),
            "problems": [str(p) for p in self.problems],
            "unmapped": dict(self.unmapped),
        }


@dataclass(frozen=True)
class Part:
    """One activity's share of one class: an assignment and where its lessons stand."""

    activity: Activity
    assignment_id: int


class Taking:
    """One import; everything happens in the session's transaction."""

    def __init__(self, session: PolicySession, school: School, file_name: str, source: str = "FET") -> None:
        self.session, self.school, self.file_name, self.source = session, school, file_name, source
        self.report = Report(unmapped=school.unmapped, problems=list(school.problems))
        self.where: dict[str, tuple[SchoolClass, Subgroup | None]] = {}
        self._people: dict[str, Staff] | None = None

    def run(self) -> Report:
        """Make what is missing; the same file twice changes nothing."""
        year = calendar.current_year(self.session) or self._year()
        reference.load_basics(self.session, year.begins_on)
        subjects = {name: self._subject(name) for name in self.school.subjects}
        staff = {name: self._staff(name) for name in self.school.teachers}
        rooms = {name: self._get(Room, {"number": name[:20]}, {}) for name in self.school.rooms}
        self._classes(year)
        parts = self._assignments(year, subjects, staff)
        self._times(staff, rooms)
        self._timetable(year, parts, rooms)
        records.create(
            self.session,
            ImportRun,
            {
                "source": self.source,
                "file_name": self.file_name[:200],
                "happened_at": clock.now(),
                "state": "applied",
                "report": self.report.as_json(),
            },
        )
        return self.report

    def _get(self, entity: type[Any], key: dict[str, Any], values: dict[str, Any]) -> Any:
        """The row with this key, made when it isn't there."""
        found = self.session.scalars(
            select(entity)
            .where(
                *(
                    getattr(entity, name).is_(None) if value is None else getattr(entity, name) == value
                    for name, value in key.items()
                )
            )
            .limit(1)
        ).first()
        (self.report.same if found else self.report.made)[entity.__name__] += 1
        return found or records.create(self.session, entity, {**key, **values})

    def _year(self) -> AcademicYear:
        begins = clock.today().year - (clock.today().month < 9)
        year: AcademicYear = self._get(
            AcademicYear,
            {"name": f"{begins}/{(begins + 1) % 100:02}"},
            {
                "begins_on": date(begins, 9, 1),
                "ends_on": date(begins + 1, 5, 31),
                "is_current": True,
            },
        )
        return year

    def _subject(self, name: str) -> Subject:
        words = re.findall(r"\w+", name) or [name]
        code = "".join(word[0].upper() for word in words)[:4] if len(words) > 1 else name[:3]
        colour = 1 + self.school.subjects.index(name) % 8
        subject: Subject = self._get(Subject, {"name": name[:120]}, {"code": code, "colour": colour})
        return subject

    def _staff(self, name: str) -> Staff:
        """A teacher is one string: somebody who is known by that name, else what stands after the first blank is the
        first name."""
        known = self._known_staff().get(_plain(name))
        if known is not None:
            self.report.same["Staff"] += 1
            return known
        last, _, first = name.replace("_", " ").partition(" ")
        if "." in last and not first:
            first, _, last = last.rpartition(".")
        staff: Staff = self._get(Staff, {"last_name": (last or name)[:80], "first_name": (first.strip() or "—")[:80]}, {})
        return staff

    def _known_staff(self) -> dict[str, Staff]:
        """Staff by full name and by name with initials; whom two share is nobody's."""
        if self._people is None:
            found: dict[str, list[Staff]] = defaultdict(list)
            for one in self.session.scalars(select(Staff)):
                whole = f"{one.last_name} {one.first_name} {one.middle_name or ''}"
                for name in {_plain(whole), _plain(short_name(one.last_name, one.first_name, one.middle_name))}:
                    found[name].append(one)
            self._people = {name: rows[0] for name, rows in found.items() if len(rows) == 1}
        return self._people

    def _classes(self, year: AcademicYear) -> None:
        self._periods(year)
        years = list(dict.fromkeys(group.year for group in self.school.groups))
        for group in self.school.groups:
            grade = self._grade(group, years)
            row = self._get(
                SchoolClass,
                {"academic_year_id": year.id, "name": group.name[:20]},
                {
                    "grade_level_id": grade.id,
                    "letter": _letter(group.name, grade.number),
                    "days_a_week": min(7, max(5, len(self.school.days))),
                },
            )
            self.where[group.name] = (row, None)
            for name in dict.fromkeys(group.subgroups):
                if name and name not in self.where:
                    self.where[name] = (row, None) if len(set(group.subgroups)) == 1 else (row, self._subgroup(row, name))

    def _subgroup(self, row: SchoolClass, name: str) -> Subgroup:
        label = name.rpartition(SEPARATOR)[2].removeprefix(f"{row.name} ") or name
        found: Subgroup = self._get(Subgroup, {"school_class_id": row.id, "subject_id": None, "name": label[:40]}, {})
        return found

    def _grade(self, group: Group, years: list[str]) -> GradeLevel:
        """The number in the year's or the group's name, else its place in the list."""
        digits = re.search(r"\d{1,2}", group.year) or re.search(r"\d{1,2}", group.name)
        number = int(digits.group()) if digits else years.index(group.year) + 1
        if not 1 <= number <= MOST_GRADES:
            number = min(MOST_GRADES, years.index(group.year) + 1)
        grade: GradeLevel = self._get(GradeLevel, {"number": number}, {"period_kind": "quarter"})
        return grade

    def _periods(self, year: AcademicYear) -> None:
        """A journal page needs a period; a year without any gets itself as one."""
        there = self.session.scalars(
            select(GradingPeriod.id).where(GradingPeriod.academic_year_id == year.id).limit(1)
        ).first()
        if there is None:
            records.create(
                self.session,
                GradingPeriod,
                {
                    "academic_year_id": year.id,
                    "name": year.name,
                    "kind": "year",
                    "begins_on": year.begins_on,
                    "ends_on": year.ends_on,
                },
            )

    def _assignments(self, year: AcademicYear, subjects: dict[str, Subject], staff: dict[str, Staff]) -> list[Part]:
        """One assignment for each teacher, subject and class; activities for several are one stream."""
        hours: Counter[tuple[int, int, int, int | None]] = Counter()
        doubles: Counter[tuple[int, int, int, int | None]] = Counter()
        wanted: list[tuple[Activity, tuple[int, int, int, int | None], str | None]] = []
        for activity in self.school.activities:
            places = [self.where[name] for name in activity.students if name in self.where]
            if not places or not activity.teachers or activity.subject not in subjects:
                self.report.problems.append(
                    said(N_("Activity %(id)d has no known class, teacher or subject: left out."), id=activity.id)
                )
                continue
            stream = f"FET {min(activity.id, 10**9)}" if len(places) * len(activity.teachers) > 1 else None
            for row, subgroup in places:
                for teacher in activity.teachers:
                    key = (staff[teacher].id, subjects[activity.subject].id, row.id, subgroup.id if subgroup else None)
                    hours[key] += activity.length
                    doubles[key] += activity.length // 2
                    wanted.append((activity, key, stream))
        streams = {key: stream for _, key, stream in reversed(wanted)}
        made = {}
        for key in hours:
            facts = {"doubles": min(doubles[key], 10), "stream": self._stream(streams[key], key, wanted)}
            made[key] = self._assignment(year, key, hours[key], facts)
        return [Part(activity, made[key].id) for activity, key, _ in wanted]

    @staticmethod
    def _stream(stream: str | None, key: tuple[Any, ...], wanted: list[tuple[Activity, Any, str | None]]) -> str | None:
        """Only an assignment all of whose activities are shared is of a stream."""
        own = [other for _, k, other in wanted if k == key]
        return stream if all(own) else None

    def _assignment(
        self, year: AcademicYear, key: tuple[int, int, int, int | None], hours: int, facts: dict[str, Any]
    ) -> TeachingAssignment:
        names = ("staff_id", "subject_id", "school_class_id", "subgroup_id")
        made: TeachingAssignment = self._get(
            TeachingAssignment,
            dict(zip(names, key, strict=True)),
            {
                "hours_a_week": hours,
                "starts_on": year.begins_on,
                **facts,
            },
        )
        return made

    def _times(self, staff: dict[str, Staff], rooms: dict[str, Room]) -> None:
        """Unavailable times of teachers, classes and rooms, a whole day as one row."""
        for names, column, owners in (
            (self.school.unavailable, "staff_id", {name: row.id for name, row in staff.items()}),
            (self.school.closed, "school_class_id", {name: row.id for name, (row, part) in self.where.items() if not part}),
            (self.school.shut, "room_id", {name: row.id for name, row in rooms.items()}),
        ):
            for name, slots in names.items():
                if name in owners:
                    self._away(column, owners[name], slots)

    def _away(self, column: str, owner_id: int, slots: set[Slot]) -> None:
        hours = range(self.school.first, self.school.first + len(self.school.hours))
        for day in sorted({weekday for weekday, _ in slots}):
            whole = all((day, hour) in slots for hour in hours)
            for number in (None,) if whole else sorted(hour for weekday, hour in slots if weekday == day):
                self._get(Unavailability, {column: owner_id, "weekday": day, "number": number}, {})

    def _timetable(self, year: AcademicYear, parts: list[Part], rooms: dict[str, Room]) -> None:
        """A published version with the file's placements; what it leaves open is placed without conflicts."""
        of_year = select(Timetable).where(Timetable.academic_year_id == year.id)
        there = self.session.scalars(of_year.limit(1)).first()
        if self.session.scalars(of_year.where(Timetable.name == self.file_name[:80]).limit(1)).first() is not None:
            self.report.problems.append(said(N_("A version of this file is there already: nothing was added to it.")))
            return
        if there is not None:
            self.report.problems.append(said(N_("The year has a timetable already: the file's becomes a draft.")))
        state = "published" if there is None else "draft"
        starts = self._place(parts)
        version = records.create(
            self.session,
            Timetable,
            {
                "academic_year_id": year.id,
                "name": self.file_name[:80],
                "valid_from": year.begins_on,
                "valid_to": year.ends_on,
                "state": state,
            },
        )
        rows = {}
        for part in parts:
            start = starts.get(part.activity.id)
            for step in range(part.activity.length) if start else ():
                assert start is not None
                weeks = self.school.weeks.get(part.activity.id, "every")
                key = (start[0], start[1] + step, weeks, part.assignment_id)
                room = rooms.get(self.school.in_room.get(part.activity.id, ""))
                rows[key] = (room.id if room else None, part.activity.id in self.school.locked)
        self.report.made["TimetableEntry"] += records.create_many(
            self.session,
            TimetableEntry,
            (
                {
                    "timetable_id": version.id,
                    "weekday": weekday,
                    "number": number,
                    "parity": weeks,
                    "assignment_id": assignment,
                    "room_id": room,
                    "is_locked": is_locked,
                }
                for (weekday, number, weeks, assignment), (room, is_locked) in sorted(rows.items())
            ),
        )
        if state == "published":
            self.report.made["Lesson"] += laying.lay(self.session, year.begins_on).made

    def _place(self, parts: list[Part]) -> dict[int, Slot]:
        of_class: dict[int, set[str]] = defaultdict(set)
        for row, subgroup in self.where.values():
            of_class[row.id].add(f"g{subgroup.id}" if subgroup else f"c{row.id}")
        asked = {}
        for part in parts:
            activity = part.activity
            takes = {f"t{name}" for name in activity.teachers}
            for name in activity.students:
                if name in self.where:
                    row, subgroup = self.where[name]
                    takes |= {f"g{subgroup.id}"} if subgroup else of_class[row.id]
            spread = f"{activity.subject}:{','.join(activity.students)}"
            asked[activity.id] = ToPlace(activity.id, frozenset(takes), self._starts(activity), spread, activity.length)
        placed, unplaced = place(asked.values())
        if unplaced:
            self.report.problems.append(
                said(N_("%(count)d lessons found no place without a conflict."), count=len(unplaced))
            )
        return placed

    def _starts(self, activity: Activity) -> list[Slot]:
        """Where an activity may begin: as the file fixes it, else wherever its teachers are there."""
        if activity.id in self.school.placed:
            return [self.school.placed[activity.id]]
        away = set().union(*(self.school.unavailable.get(name, set()) for name in activity.teachers))
        last = len(self.school.hours) - activity.length + 1
        away = away.union(*(self.school.closed.get(name, set()) for name in activity.students))
        return [
            (day, hour)
            for day in range(1, len(self.school.days) + 1)
            for hour in range(self.school.first, last + self.school.first)
            if not any((day, hour + step) in away for step in range(activity.length))
        ]


def _plain(name: str) -> str:
    return re.sub(r"[\s._]+", " ", name).strip().casefold()


def _letter(name: str, grade: int) -> str:
    """What is left of a class's name without its grade."""
    return (re.sub(rf"^\D*{grade}\s*[-.]?\s*", "", name).strip() or name)[:15]
