"""Reads a .fet file of FET (lalescu.ro/liviu/fet): what of it is a school, and what of it we don't keep.

The shape is that of the program's own files, version 5 and later: lists of days, hours, subjects, teachers, students
(year, group, subgroup), rooms and activities, then constraints.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from journal.services.refusals import Said

LARGEST_FILE = 20 * 1024 * 1024
PLACED = "ConstraintActivityPreferredStartingTime"
IN_ROOM = "ConstraintActivityPreferredRoom"
AWAY = {
    "ConstraintTeacherNotAvailableTimes": ("Teacher", "unavailable"),
    "ConstraintStudentsSetNotAvailableTimes": ("Students", "closed"),
    "ConstraintRoomNotAvailableTimes": ("Room", "shut"),
}
SEPARATOR = "\x1f"
"""Between a class and the name of its subgroup, where a subgroup's name is not unique by itself."""
SILENT = frozenset({"ConstraintBasicCompulsoryTime", "ConstraintBasicCompulsorySpace"})


class Unreadable(Exception):
    """The file is no .fet file; the text says why in one line."""


@dataclass(frozen=True)
class Activity:
    """A lesson of the week, `length` hours long."""

    id: int
    teachers: tuple[str, ...]
    subject: str
    students: tuple[str, ...]
    length: int


@dataclass(frozen=True)
class Group:
    """A class with its subgroups."""

    name: str
    year: str
    subgroups: tuple[str, ...]


@dataclass
class School:
    """What the file says."""

    name: str
    days: list[str]
    hours: list[str]
    subjects: list[str]
    teachers: list[str]
    groups: list[Group]
    rooms: list[str]
    activities: list[Activity]
    placed: dict[int, tuple[int, int]] = field(default_factory=dict)
    in_room: dict[int, str] = field(default_factory=dict)
    unavailable: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    """Of teachers."""
    closed: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    """Times at which classes have no lessons."""
    shut: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    """Times at which rooms can't be used."""
    locked: set[int] = field(default_factory=set)
    weeks: dict[int, str] = field(default_factory=dict)
    """Activity -> odd or even weeks; the others stand every week."""
    first: int = 1
    """The number of the first lesson of the day."""
    problems: list[Said] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)


def read(path: Path) -> School:
    """The school of a file. Raises `Unreadable`."""
    return of_bytes(contents(path), path.name)


def contents(path: Path) -> bytes:
    """The bytes of a file that is not too large. Raises `Unreadable`."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Unreadable(f"{path.name}: larger than {LARGEST_FILE // 2**20} MiB")
        return path.read_bytes()
    except FileNotFoundError:
        raise Unreadable(f"{path}: no such file") from None
    except IsADirectoryError:
        raise Unreadable(f"{path}: a folder, not a file") from None


def parse(data: bytes, name: str) -> Any:
    """The root of an XML without document types and entities. Raises `Unreadable`."""
    if len(data) > LARGEST_FILE:
        raise Unreadable(f"{name}: larger than {LARGEST_FILE // 2**20} MiB")
    try:
        return ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable(f"{name}: a document type or an entity is not allowed here") from None
    except (ElementTree.ParseError, UnicodeDecodeError, LookupError, ValueError) as error:
        raise Unreadable(f"{name}: not XML: {error}") from None


def of_bytes(data: bytes, name: str) -> School:
    """The school of a file's bytes. Raises `Unreadable`."""
    root = parse(data, name)
    if root is None or root.tag != "fet" or root.find("Activities_List") is None:
        raise Unreadable(f"{name}: XML, but no FET file")
    return _school(root)


def _school(root: Any) -> School:
    school = School(
        (root.findtext("Institution_Name") or "").strip(),
        _names(root, "Days_List/Day"),
        _names(root, "Hours_List/Hour"),
        _names(root, "Subjects_List/Subject"),
        _names(root, "Teachers_List/Teacher"),
        list(_groups(root)),
        _names(root, "Rooms_List/Room"),
        [activity for node in root.findall("Activities_List/Activity") if (activity := _activity(node))],
    )
    if school.hours and all(hour.isdecimal() for hour in school.hours):
        school.first = int(school.hours[0])
    _constraints(root, school)
    return school


def _names(root: Any, path: str) -> list[str]:
    found = [(node.findtext("Name") or "").strip() for node in root.findall(path)]
    return list(dict.fromkeys(name for name in found if name))


def _groups(root: Any) -> Iterable[Group]:
    """Groups are classes; a year without groups is one class."""
    for year in root.findall("Students_List/Year"):
        name = (year.findtext("Name") or "").strip()
        groups = year.findall("Group")
        for group in groups:
            subgroups = tuple((node.findtext("Name") or "").strip() for node in group.findall("Subgroup"))
            yield Group((group.findtext("Name") or "").strip(), name, subgroups)
        if not groups and name:
            yield Group(name, name, ())


def _activity(node: Any) -> Activity | None:
    if (node.findtext("Active") or "true").strip().lower() == "false":
        return None
    return Activity(
        _whole(node.findtext("Id")),
        tuple(_texts(node, "Teacher")),
        (node.findtext("Subject") or "").strip(),
        tuple(_texts(node, "Students")),
        max(1, _whole(node.findtext("Duration"))),
    )


def _texts(node: Any, tag: str) -> Iterable[str]:
    return (text for found in node.findall(tag) if (text := (found.text or "").strip()))


def _whole(text: str | None) -> int:
    cleaned = (text or "").strip()
    return int(cleaned) if cleaned.isascii() and cleaned.isdecimal() else 0


def _constraints(root: Any, school: School) -> None:
    """Placements, rooms and teachers' unavailable times are kept; the rest is counted by its name."""
    for node in [*root.findall("Time_Constraints_List/*"), *root.findall("Space_Constraints_List/*")]:
        if (node.findtext("Active") or "true").strip().lower() == "false" or node.tag in SILENT:
            continue
        if node.tag == PLACED:
            slot = _slot(school, node.findtext("Preferred_Day"), node.findtext("Preferred_Hour"))
            if slot:
                activity = _whole(node.findtext("Activity_Id"))
                school.placed[activity] = slot
                if (node.findtext("Permanently_Locked") or "").strip().lower() == "true":
                    school.locked.add(activity)
        elif node.tag == IN_ROOM:
            school.in_room[_whole(node.findtext("Activity_Id"))] = (node.findtext("Room") or "").strip()
        elif node.tag in AWAY:
            field, kept = AWAY[node.tag]
            times = {
                slot
                for time in node.findall("Not_Available_Time")
                if (slot := _slot(school, time.findtext("Day"), time.findtext("Hour")))
            }
            getattr(school, kept).setdefault((node.findtext(field) or "").strip(), set()).update(times)
        else:
            school.unmapped[node.tag] += 1


def _slot(school: School, day: str | None, hour: str | None) -> tuple[int, int] | None:
    """Names of a day and an hour as weekday and lesson number, both from 1."""
    day, hour = (day or "").strip(), (hour or "").strip()
    if day not in school.days or hour not in school.hours:
        return None
    return school.days.index(day) + 1, school.hours.index(hour) + school.first
