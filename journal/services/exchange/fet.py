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

LARGEST_FILE = 20 * 1024 * 1024
PLACED = "ConstraintActivityPreferredStartingTime"
IN_ROOM = "ConstraintActivityPreferredRoom"
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
    unmapped: Counter[str] = field(default_factory=Counter)


def read(path: Path) -> School:
    """The school of a file. Raises `Unreadable`."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Unreadable(f"{path.name}: larger than {LARGEST_FILE // 2**20} MiB")
        root = ElementTree.parse(path, forbid_dtd=True).getroot()
    except FileNotFoundError:
        raise Unreadable(f"{path}: no such file") from None
    except IsADirectoryError:
        raise Unreadable(f"{path}: a folder, not a file") from None
    except DefusedXmlException:
        raise Unreadable(f"{path.name}: a document type or an entity is not allowed here") from None
    except (ElementTree.ParseError, UnicodeDecodeError, LookupError, ValueError) as error:
        raise Unreadable(f"{path.name}: not XML: {error}") from None
    if root is None or root.tag != "fet" or root.find("Activities_List") is None:
        raise Unreadable(f"{path.name}: XML, but no FET file")
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
                school.placed[_whole(node.findtext("Activity_Id"))] = slot
        elif node.tag == IN_ROOM:
            school.in_room[_whole(node.findtext("Activity_Id"))] = (node.findtext("Room") or "").strip()
        elif node.tag == "ConstraintTeacherNotAvailableTimes":
            times = {
                slot
                for time in node.findall("Not_Available_Time")
                if (slot := _slot(school, time.findtext("Day"), time.findtext("Hour")))
            }
            school.unavailable.setdefault((node.findtext("Teacher") or "").strip(), set()).update(times)
        else:
            school.unmapped[node.tag] += 1


def _slot(school: School, day: str | None, hour: str | None) -> tuple[int, int] | None:
    """Names of a day and an hour as weekday and lesson number, both from 1."""
    day, hour = (day or "").strip(), (hour or "").strip()
    if day not in school.days or hour not in school.hours:
        return None
    return school.days.index(day) + 1, school.hours.index(hour) + 1
