"""The demo school's timetable: placed without conflicts, no gaps for any class."""

from collections import defaultdict

from journal.access.session import PolicySession
from journal.schema import Timetable, TimetableEntry
from journal.services import records
from journal.services.demo.school import Course
from journal.services.demo.year import Year
from journal.services.timetable.placing import Activity, Slot, place

DAYS = 5


def make(session: PolicySession, year: Year, courses: list[Course], seed: int) -> None:
    """A published version for the whole year."""
    bands: dict[str, list[Course]] = defaultdict(list)
    for course in courses:
        bands[course.band].append(course)
    week: dict[int, int] = defaultdict(int)
    for band in bands.values():
        week[band[0].klass.row.id] += band[0].hours
    activities: list[Activity] = []
    parts: list[list[Course]] = []
    for band in bands.values():
        klass = band[0].klass.row.id
        starts = _slots(week[klass], klass)
        takes = frozenset({f"c{klass}", *(f"t{course.teacher.row.id}" for course in band)})
        for _ in range(band[0].hours):
            activities.append(Activity(len(parts), takes, starts, spread=band[0].band))
            parts.append(band)
    placed, unplaced = place(activities, seed)
    if unplaced:
        raise RuntimeError(f"{len(unplaced)} lessons of the demo school found no place")
    version = records.create(
        session,
        Timetable,
        {
            "academic_year_id": year.row.id,
            "name": year.row.name,
            "valid_from": year.first,
            "valid_to": year.last,
            "state": "published",
        },
    )
    records.create_many(
        session,
        TimetableEntry,
        (
            {
                "timetable_id": version.id,
                "weekday": weekday,
                "number": number,
                "assignment_id": course.id,
                "room_id": course.teacher.room_id,
            }
            for key, (weekday, number) in sorted(placed.items())
            for course in parts[key]
        ),
    )


def _slots(hours: int, klass: int) -> list[Slot]:
    """The class's own slots: each day begins with lesson 1 and has no gap; the long days differ by class."""
    least, longer = divmod(hours, DAYS)
    long_days = {(klass + 2 * step) % DAYS + 1 for step in range(longer)}
    return [(day, number) for day in range(1, DAYS + 1) for number in range(1, least + (day in long_days) + 1)]
