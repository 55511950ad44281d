"""Reads and writes aSc Timetables XML: tables of periods, days, subjects, teachers, rooms, classes, groups, lessons, cards.

Its shape is that of the program's own export: days are bit masks, lists of ids are divided by commas, a card's period is a
value and not an index, and a card's room beats the lesson's. Russian exports are in windows-1251.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from journal.kit.text import N_
from journal.services.exchange.fet import SEPARATOR as INSIDE
from journal.services.exchange.fet import Activity, Group, School, Unreadable, parse
from journal.services.refusals import said

KNOWN = frozenset({
    "periods", "daysdefs", "weeksdefs", "termsdefs", "subjects", "teachers", "classrooms", "classes", "groups",
    "lessons", "cards", "grades",
})  # fmt: skip
MOST_PROBLEMS = 200
NOWHERE = {
    "subject": N_("Lesson %(number)d: there is no subject with the id %(id)s."),
    "teacher": N_("Lesson %(number)d: there is no teacher with the id %(id)s."),
    "classroom": N_("Lesson %(number)d: there is no room with the id %(id)s."),
    "class": N_("Lesson %(number)d: there is no class with the id %(id)s."),
    "group": N_("Lesson %(number)d: there is no group with the id %(id)s."),
}


def is_asc(root: Any) -> bool:
    """Whether the XML is of this program."""
    return root is not None and root.tag == "timetable" and root.find("lessons") is not None


def read(data: bytes, name: str) -> School:
    """The school of a file. Raises `Unreadable`."""
    root = parse(data, name)
    if not is_asc(root):
        raise Unreadable(f"{name}: XML, but no file of aSc Timetables")
    return _Reader(root, name).school


class _Reader:
    """Walks the tables once; what points nowhere is said with the number of its lesson or card, and left out."""

    def __init__(self, root: Any, name: str) -> None:
        self.root = root
        subjects, teachers = self._names("subjects/subject"), self._names("teachers/teacher")
        rooms, classes = self._names("classrooms/classroom"), self._names("classes/class")
        self.names = {"subject": subjects, "teacher": teachers, "classroom": rooms, "class": classes}
        self.groups = self._groups(classes)
        days = max([5, *(len(node.get("days") or "") for node in root.findall("daysdefs/daysdef"))])
        self.periods = sorted(
            {int(text) for node in root.findall("periods/period") if (text := node.get("period") or "").isdigit()}
        )
        self.school = School(
            root.get("displayname") or name,
            [str(number) for number in range(1, min(days, 7) + 1)],
            [str(number) for number in self.periods or range(1, 9)],
            _unique(subjects), _unique(teachers), list(self._classes()), _unique(rooms), [],
        )  # fmt: skip
        self.school.first = self.periods[0] if self.periods else 1
        for node in root:
            if node.tag not in KNOWN and len(node):
                self.school.unmapped[node.tag] += len(node)
        self._lessons()

    def _names(self, path: str) -> dict[str, str]:
        """Id -> name: the full one, the short one, or what can be put together."""
        found: dict[str, str] = {}
        for node in self.root.findall(path):
            whole = f"{node.get('lastname') or ''} {node.get('firstname') or ''}".strip()
            name = (node.get("name") or "").strip() or whole or (node.get("short") or "").strip()
            if node.get("id") and name:
                found[node.get("id")] = name
        return found

    def _groups(self, classes: dict[str, str]) -> dict[str, tuple[str, str | None]]:
        """Group id -> class name, and the name of the subgroup (None: the entire class)."""
        found: dict[str, tuple[str, str | None]] = {}
        for node in self.root.findall("groups/group"):
            owner = classes.get(node.get("classid") or "")
            if owner and node.get("id"):
                entire = node.get("entireclass") == "1"
                found[node.get("id")] = (owner, None if entire else f"{owner}{INSIDE}{(node.get('name') or '?').strip()}")
        return found

    def _classes(self) -> Iterable[Group]:
        inside: dict[str, list[str]] = defaultdict(list)
        for owner, name in self.groups.values():
            if name:
                inside[owner].append(name)
        for node in self.root.findall("classes/class"):
            name = self.names["class"].get(node.get("id") or "")
            if name:
                yield Group(name, (node.get("grade") or "").strip() or name, tuple(dict.fromkeys(inside[name])))

    def _lessons(self) -> None:
        cards: dict[str, list[Any]] = defaultdict(list)
        lessons = {node.get("id"): node for node in self.root.findall("lessons/lesson")}
        for number, card in enumerate(self.root.findall("cards/card"), 1):
            if card.get("lessonid") not in lessons:
                self._problem(N_("Card %(number)d points at a lesson that is not there."), number=number)
            else:
                cards[card.get("lessonid")].append(card)
        for number, (key, node) in enumerate(lessons.items(), 1):
            self._lesson(number, node, cards.get(key or "", []))

    def _lesson(self, number: int, node: Any, cards: list[Any]) -> None:
        subject = self._of("subject", node.get("subjectid"), number)
        teachers = tuple(self._of("teacher", node.get("teacherids") or node.get("teacherid"), number))
        students = tuple(self._students(node, number))
        if not subject or not students:
            self._problem(N_("Lesson %(number)d has no known subject or class: left out."), number=number)
            return
        length = max(1, _whole(node.get("periodspercard")))
        weekly = float((node.get("periodsperweek") or "0").replace(",", ".") or 0)
        rooms = list(self._of("classroom", node.get("classroomids"), number))
        placed = list(self._cards(cards, number))
        count = max(len(placed), round(weekly / length) if weekly >= length else int(weekly > 0))
        for index in range(count):
            activity = Activity(len(self.school.activities) + 1, teachers, subject[0], students, length)
            self.school.activities.append(activity)
            if index < len(placed):
                self._place(activity.id, placed[index], rooms)
            elif weekly < 1:
                self.school.weeks[activity.id] = "odd"

    def _place(self, activity_id: int, placed: tuple[tuple[int, int], str, list[str]], rooms: list[str]) -> None:
        slot, weeks, own = placed
        self.school.placed[activity_id] = slot
        if weeks != "every":
            self.school.weeks[activity_id] = weeks
        if own or rooms:
            self.school.in_room[activity_id] = (own or rooms)[0]

    def _cards(self, cards: list[Any], number: int) -> Iterable[tuple[tuple[int, int], str, list[str]]]:
        seen: Counter[tuple[Any, ...]] = Counter()
        for card in cards:
            mask, period = card.get("days") or "", _whole(card.get("period"), -1)
            if "1" not in mask or period not in self.periods:
                self._problem(
                    N_("A card of lesson %(number)d has no day or no known period: it is not placed."), number=number
                )
                continue
            key = (mask, period, card.get("weeks") or "1")
            seen[key] += 1
            if seen[key] > 1:
                self._problem(N_("A card of lesson %(number)d stands twice in one slot."), number=number)
                continue
            rooms = list(self._of("classroom", card.get("classroomids"), number))
            yield (mask.index("1") + 1, period), {"10": "odd", "01": "even"}.get(key[2], "every"), rooms

    def _students(self, node: Any, number: int) -> Iterable[str]:
        """The groups of a lesson; a group that is the entire class is the class."""
        found = []
        for key in _ids(node.get("groupids")):
            if key in self.groups:
                owner, name = self.groups[key]
                found.append(name or owner)
            else:
                self._problem(NOWHERE["group"], number=number, id=key[:20])
        return dict.fromkeys(found or self._of("class", node.get("classids"), number))

    def _of(self, kind: str, ids: str | None, number: int) -> list[str]:
        """The names behind a list of ids; those that point nowhere are said."""
        found = []
        for key in _ids(ids):
            if key in self.names[kind]:
                found.append(self.names[kind][key])
            else:
                self._problem(NOWHERE[kind], number=number, id=key[:20])
        return found

    def _problem(self, text: str, **values: Any) -> None:
        if len(self.school.problems) < MOST_PROBLEMS:
            self.school.problems.append(said(text, **values))


def _unique(names: dict[str, str]) -> list[str]:
    return list(dict.fromkeys(names.values()))


def _ids(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _whole(text: str | None, otherwise: int = 0) -> int:
    cleaned = (text or "").strip()
    return int(cleaned) if cleaned.isascii() and cleaned.isdecimal() else otherwise
