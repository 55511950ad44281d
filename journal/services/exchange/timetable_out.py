"""A version of the timetable as files of other programs: FET with its placements locked, aSc Timetables XML."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.schema import Timetable, Unavailability
from journal.schema.calendar import WEEKDAYS
from journal.services import bells, settings
from journal.services.timetable import board as boards
from journal.services.timetable.board import Course, Placed

Activity = tuple[int, list[Course], list[Placed], int]
"""Number, the assignments that stand together, where (one for each of them), length."""


class Written:
    """What both shapes need: the version's lessons, together where they are taught together."""

    def __init__(self, session: PolicySession, version: Timetable, days: Sequence[str]) -> None:
        self.session, self.day_names = session, days
        self.name = settings.value(session, "school_name") or version.name
        self.known = boards.courses(session, year_id=version.academic_year_id)
        self.board = boards.load(session, version.id, self.known)
        self.locked = {placed.id for placed in self.board if placed.is_locked}
        self.days = list(range(1, max([5, *(p.weekday for p in self.board)]) + 1))
        used = [p.number for p in self.board]
        self.numbers = list(range(min([1, *used]), max([7, *used]) + 1))
        self.times = session.scalars(select(Unavailability).where(Unavailability.strength == "never")).all()

    def activities(self) -> Iterable[Activity]:
        """The lessons of the week; a stream of classes is one, two in a row of an assignment with doubles are one."""
        together: dict[tuple[Any, int, int, str], list[Placed]] = defaultdict(list)
        for placed in self.board:
            course = placed.course
            owner: Any = course.stream or course.assignment_id
            together[owner, placed.weekday, placed.number, placed.parity].append(placed)
        number, done = 0, set()
        for key, stands in sorted(together.items(), key=lambda one: (one[1][0].weekday, one[1][0].number, one[1][0].id)):
            if key in done:
                continue
            number += 1
            who, weekday, at, parity = key
            following = (who, weekday, at + 1, parity)
            double = following in together and stands[0].course.doubles > 0
            if double:
                done.add(following)
            yield number, [placed.course for placed in stands], stands, 1 + double


# --- FET


ENGLISH = tuple(WEEKDAYS.values())


def fet(session: PolicySession, version: Timetable, days: Sequence[str] = ENGLISH) -> bytes:
    """The version as a .fet file; what has no place there (weeks, weights) is left out."""
    written = Written(session, version, days)
    root = Element("fet", version="6.8.5")
    _text(root, "Institution_Name", written.name)
    _text(root, "Comments", "")
    _list(root, "Days_List", "Number_of_Days", "Day", [written.day_names[day - 1] for day in written.days])
    _list(root, "Hours_List", "Number_of_Hours", "Hour", [str(number) for number in written.numbers])
    courses = list(written.known.values())
    for holder, tag, names in (
        ("Subjects_List", "Subject", _names(course.subject for course in courses)),
        ("Activity_Tags_List", "Activity_Tag", []),
        ("Teachers_List", "Teacher", _names(course.teacher for course in courses)),
    ):
        _list(root, holder, None, tag, names)
    _fet_students(SubElement(root, "Students_List"), courses)
    _fet_activities(root, written)
    return _bytes(root, "UTF-8")


def _fet_students(holder: Element, courses: list[Course]) -> None:
    inside: dict[str, dict[str, None]] = {}
    for course in sorted(courses, key=lambda one: (one.grade, one.class_name)):
        subgroups = inside.setdefault(course.class_name, {})
        if course.subgroup:
            subgroups[_subgroup(course)] = None
    grades = {course.class_name: course.grade for course in courses}
    years: dict[int, Element] = {}
    for name, subgroups in inside.items():
        year = years.get(grades[name])
        if year is None:
            year = years[grades[name]] = SubElement(holder, "Year")
            _text(year, "Name", f"{grades[name]} ")
            _text(year, "Number_of_Students", "0")
        group = SubElement(year, "Group")
        _text(group, "Name", name)
        _text(group, "Number_of_Students", "0")
        for subgroup in subgroups:
            node = SubElement(group, "Subgroup")
            _text(node, "Name", subgroup)
            _text(node, "Number_of_Students", "0")


def _subgroup(course: Course) -> str:
    return f"{course.class_name} {course.subgroup}"


def _fet_activities(root: Element, written: Written) -> None:
    activities = SubElement(root, "Activities_List")
    rooms = SubElement(root, "Rooms_List")
    for name in _names(placed.room for placed in written.board if placed.room):
        node = SubElement(rooms, "Room")
        _text(node, "Name", name)
        _text(node, "Building", "")
        _text(node, "Capacity", "30000")
    times, spaces = SubElement(root, "Time_Constraints_List"), SubElement(root, "Space_Constraints_List")
    for holder, tag in ((times, "ConstraintBasicCompulsoryTime"), (spaces, "ConstraintBasicCompulsorySpace")):
        _constraint(holder, tag, [])
    for number, courses, stands, length in written.activities():
        node = SubElement(activities, "Activity")
        for name in _names(course.teacher for course in courses):
            _text(node, "Teacher", name)
        _text(node, "Subject", courses[0].subject)
        for name in _names(_subgroup(course) if course.subgroup else course.class_name for course in courses):
            _text(node, "Students", name)
        for tag, value in (("Duration", length), ("Total_Duration", length), ("Id", number), ("Activity_Group_Id", 0),
                           ("Active", "true")):  # fmt: skip
            _text(node, tag, str(value))
        first = stands[0]
        day = written.day_names[first.weekday - 1]
        is_locked = "true" if first.id in written.locked else "false"
        place = [("Activity_Id", str(number)), ("Preferred_Day", day), ("Preferred_Hour", str(first.number))]
        place.append(("Permanently_Locked", is_locked))
        _constraint(times, "ConstraintActivityPreferredStartingTime", place)
        if first.room:
            _constraint(spaces, "ConstraintActivityPreferredRoom",
                        [("Activity_Id", str(number)), ("Room", first.room), ("Permanently_Locked", "false")])  # fmt: skip
    _fet_times(times, written)


def _fet_times(holder: Element, written: Written) -> None:
    """Unavailable times of teachers and classes."""
    teachers = {course.staff_id: course.teacher for course in written.known.values()}
    classes = {course.class_id: course.class_name for course in written.known.values()}
    gone: dict[tuple[str, str, str], set[tuple[int, int]]] = defaultdict(set)
    for row in written.times:
        for tag, field, name in (
            ("ConstraintTeacherNotAvailableTimes", "Teacher", teachers.get(row.staff_id or 0)),
            ("ConstraintStudentsSetNotAvailableTimes", "Students", classes.get(row.school_class_id or 0)),
        ):
            if name and row.weekday in written.days:
                numbers = written.numbers if row.number is None else [row.number]
                gone[tag, field, name] |= {(row.weekday, one) for one in numbers if one in written.numbers}
    for (tag, field, name), slots in gone.items():
        node = _constraint(holder, tag, [(field, name), ("Number_of_Not_Available_Times", str(len(slots)))])
        for weekday, number in sorted(slots):
            time = SubElement(node, "Not_Available_Time")
            _text(time, "Day", written.day_names[weekday - 1])
            _text(time, "Hour", str(number))


def _constraint(holder: Element, tag: str, facts: list[tuple[str, str]]) -> Element:
    node = SubElement(holder, tag)
    _text(node, "Weight_Percentage", "100")
    for name, value in facts:
        _text(node, name, value)
    _text(node, "Active", "true")
    _text(node, "Comments", "")
    return node


def _list(root: Element, holder: str, counter: str | None, tag: str, names: list[str]) -> None:
    node = SubElement(root, holder)
    if counter:
        _text(node, counter, str(len(names)))
    for name in names:
        _text(SubElement(node, tag), "Name", name)


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = "".join(letter for letter in text if ord(letter) >= 32)


def _bytes(root: Element, encoding: str) -> bytes:
    indent(root, " ")
    written: bytes = tostring(root, encoding=encoding, xml_declaration=True)
    return written


def _names(found: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(name for name in found if name))


# --- aSc


def asc(session: PolicySession, version: Timetable, days: Sequence[str] = ENGLISH, encoding: str = "windows-1251") -> bytes:
    """The version as aSc Timetables XML; letters that the encoding lacks are written as references."""
    written = Written(session, version, days)
    root = Element("timetable", ascttversion="2012.6.1", importtype="database", displayname=written.name)
    _asc_times(root, written)
    courses = list(written.known.values())
    ids = _Ids(root)
    for course in sorted(courses, key=lambda one: (one.grade, one.class_name, one.subject)):
        ids.add("subjects", "subject", course.subject, short=course.code)
        ids.add("teachers", "teacher", course.teacher, short=course.teacher)
        ids.add("classes", "class", course.class_name, short=course.class_name, grade=str(course.grade))
    for room in _names(placed.room for placed in written.board):
        ids.add("classrooms", "classroom", room, short=room)
    _asc_groups(root, courses, ids)
    _asc_lessons(root, written, ids)
    return _bytes(root, encoding)


class _Ids:
    """The tables of names with the ids that lessons point at."""

    def __init__(self, root: Element) -> None:
        self.tables = {name: SubElement(root, name) for name in ("subjects", "teachers", "classrooms", "classes")}
        self.known: dict[tuple[str, str], str] = {}

    def add(self, table: str, tag: str, name: str, **facts: str) -> None:
        if (tag, name) not in self.known:
            key = self.known[tag, name] = f"{tag[0].upper()}{len(self.known) + 1}"
            node = SubElement(self.tables[table], tag, id=key, name=name)
            for fact, value in facts.items():
                node.set(fact, value)

    def of(self, tag: str, names: Iterable[str | None]) -> str:
        return ",".join(self.known[tag, name] for name in _names(names))


def _asc_times(root: Element, written: Written) -> None:
    ringing = bells.load(written.session)
    periods = SubElement(root, "periods", columns="period,name,short,starttime,endtime")
    for number in written.numbers:
        starts, ends = ringing.at(None, number)
        node = SubElement(periods, "period", name=str(number), short=str(number), period=str(number))
        if starts and ends:
            node.set("starttime", f"{starts:%H:%M}")
            node.set("endtime", f"{ends:%H:%M}")
    days = SubElement(root, "daysdefs", columns="id,name,short,days")
    for day in written.days:
        SubElement(days, "daysdef", id=f"D{day}", name=written.day_names[day - 1], short=written.day_names[day - 1][:2],
                   days=_mask(day, len(written.days)))  # fmt: skip
    weeks = SubElement(root, "weeksdefs", columns="id,name,short,weeks")
    for key, mask in (("W0", "11"), ("W1", "10"), ("W2", "01")):
        SubElement(weeks, "weeksdef", id=key, name=key, short=key, weeks=mask)


def _mask(day: int, days: int) -> str:
    return "".join("1" if one == day else "0" for one in range(1, days + 1))


def _asc_groups(root: Element, courses: list[Course], ids: _Ids) -> None:
    groups = SubElement(root, "groups", columns="id,name,classid,entireclass,divisiontag")
    for course in courses:
        names = [("group", f"{course.class_name}/", "1", "0")]
        if course.subgroup:
            names.append(("group", f"{course.class_name}/{course.subgroup}", "0", "1"))
        for tag, name, entire, division in names:
            if (tag, name) not in ids.known:
                key = ids.known[tag, name] = f"G{len(ids.known) + 1}"
                SubElement(groups, "group", id=key, name=name.partition("/")[2] or course.class_name, entireclass=entire,
                           classid=ids.of("class", [course.class_name]), divisiontag=division)  # fmt: skip


def _asc_lessons(root: Element, written: Written, ids: _Ids) -> None:
    lessons, cards = SubElement(root, "lessons"), SubElement(root, "cards")
    made: dict[object, str] = {}
    counts: dict[str, float] = defaultdict(float)
    nodes: dict[str, Element] = {}
    for _, courses, stands, length in written.activities():
        who = (tuple(course.assignment_id for course in courses), length)
        if who not in made:
            key = made[who] = f"L{len(made) + 1}"
            nodes[key] = SubElement(
                lessons, "lesson", id=key, subjectid=ids.of("subject", [courses[0].subject]),
                classids=ids.of("class", [course.class_name for course in courses]),
                groupids=ids.of("group", [f"{course.class_name}/{course.subgroup or ''}" for course in courses]),
                teacherids=ids.of("teacher", [course.teacher for course in courses]), periodspercard=str(length),
            )  # fmt: skip
        first, key = stands[0], made[who]
        counts[key] += length * (1 if first.parity == "every" else 0.5)
        SubElement(
            cards, "card", lessonid=key, classroomids=ids.of("classroom", [first.room]), period=str(first.number),
            weeks={"odd": "10", "even": "01"}.get(first.parity, "11"), days=_mask(first.weekday, len(written.days)),
        )  # fmt: skip
    for key, node in nodes.items():
        node.set("periodsperweek", f"{counts[key]:g}")
