"""What a timetable has to satisfy, as plain data that travels to the solver's process and back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

WEEKS = ("odd", "even")
Slot = tuple[int, int]
"""Weekday (1 is Monday) and lesson number."""
Overlap = tuple[int, tuple[int, int], tuple[int, int]]
"""A weekday, and (bells, number) of two schedules that ring at the same time of it."""
Stand = tuple[int, int, str]
"""Weekday, lesson number, and `every`, `odd` or `even` weeks."""


@dataclass(frozen=True)
class Part:
    """One teaching assignment inside a course. `pool`: the rooms it must be in one of; empty: any room or none."""

    assignment_id: int
    staff_id: int
    class_id: int
    pool: tuple[int, ...] = ()
    room_id: int | None = None
    """Where it usually is; a wish, not a need."""


@dataclass(frozen=True)
class Course:
    """Lessons that stand together: one assignment, subgroups side by side, or a stream of classes."""

    id: int
    name: str
    subject_id: int
    parts: tuple[Part, ...]
    atoms: tuple[str, ...]
    """Groups of pupils of which each can be in one place only."""
    lessons: int
    half: bool = False
    """One lesson more every second week."""
    doubles: int = 0
    bells: int = 0
    points: int = 0
    is_hard: bool = False
    no_doubles: bool = False
    locked: tuple[Stand, ...] = ()

    @property
    def staff(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(part.staff_id for part in self.parts))

    @property
    def classes(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(part.class_id for part in self.parts))


@dataclass(frozen=True)
class Klass:
    """A class: its numbers of lessons, its days, and the most lessons that a day may have."""

    id: int
    name: str
    days: int
    first: int
    last: int
    day_max: int
    bells: int = 0


@dataclass
class Problem:
    """All of it. Times that are forbidden or unwanted are kept by `staff-7`, `class-3`, `room-12`."""

    courses: list[Course]
    classes: list[Klass]
    staff: dict[int, str]
    rooms: dict[int, str]
    never: dict[str, list[Slot]] = field(default_factory=dict)
    unwanted: dict[str, list[Slot]] = field(default_factory=dict)
    overlaps: list[Overlap] = field(default_factory=list)
    rules: dict[str, int] = field(default_factory=dict)
    """Rule -> weight; a hard rule that is kept has 1; a rule that is not here is off."""
    base: dict[int, list[Stand]] = field(default_factory=dict)
    """Where lessons stand now: to be moved as little as can be."""
    seed: int = 1
    effort: float = 60
    """How long to improve, in the solver's own units of work: about a second each."""

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    def klass(self) -> Mapping[int, Klass]:
        """Class id -> class."""
        return {one.id: one for one in self.classes}

    def allowed(self, course: Course, *, heed: bool = True) -> list[Slot]:
        """The slots in which a course may stand at all; `heed` False forgets the times that are forbidden."""
        klass = self.klass()
        own = [klass[class_id] for class_id in course.classes]
        slots = [
            (day, number)
            for day in range(1, min(one.days for one in own) + 1)
            for number in range(max(one.first for one in own), min(one.last for one in own) + 1)
        ]
        gone = set(self.forbidden(course)) if heed and "unavailable" in self.rules else set()
        return [slot for slot in slots if slot not in gone]

    def most_a_day(self, course: Course) -> int:
        """How often a course may stand on one day: once, unless it has more lessons than days on which it can stand. A
        double lesson counts once."""
        days = len({day for day, _ in self.allowed(course)}) or 1
        return -(-(course.lessons + course.half - course.doubles) // days)

    def forbidden(self, course: Course) -> Iterable[Slot]:
        """The times at which one of its people is not there, or the only room that will do is closed."""
        for who in self.whom(course):
            yield from self.never.get(who, ())

    @staticmethod
    def whom(course: Course) -> list[str]:
        """Whose times a course must keep to."""
        alone = [f"room-{part.pool[0]}" for part in course.parts if len(part.pool) == 1]
        return [*(f"staff-{one}" for one in course.staff), *(f"class-{one}" for one in course.classes), *alone]


def of_json(text: str) -> Problem:
    """The problem as `as_json` wrote it."""
    data: dict[str, Any] = json.loads(text)
    data["courses"] = [_course(one) for one in data["courses"]]
    data["classes"] = [Klass(**one) for one in data["classes"]]
    for name in ("staff", "rooms", "base"):
        data[name] = {int(key): value for key, value in data[name].items()}
    data["base"] = {key: [_stand(one) for one in stands] for key, stands in data["base"].items()}
    for name in ("never", "unwanted"):
        data[name] = {key: [(slot[0], slot[1]) for slot in slots] for key, slots in data[name].items()}
    data["overlaps"] = [(day, (a[0], a[1]), (b[0], b[1])) for day, a, b in data["overlaps"]]
    return Problem(**data)


def _course(data: dict[str, Any]) -> Course:
    parts = tuple(Part(**{**part, "pool": tuple(part["pool"])}) for part in data["parts"])
    locked = tuple(_stand(one) for one in data["locked"])
    return Course(**{**data, "parts": parts, "atoms": tuple(data["atoms"]), "locked": locked})


def _stand(data: Any) -> Stand:
    return (data[0], data[1], data[2])


Plan = dict[int, list[Stand]]
"""Course id -> where its lessons stand."""
