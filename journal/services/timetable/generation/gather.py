"""The problem of a school: its assignments as courses, with all that the reference data say about times and rooms."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Any

from sqlalchemy import or_, select

from journal.access.session import PolicySession
from journal.schema import (
    AcademicYear,
    Room,
    SchoolClass,
    SubjectRoom,
    TeachingAssignment,
    Timetable,
    Unavailability,
)
from journal.services import bells
from journal.services.timetable import board as boards
from journal.services.timetable import norms
from journal.services.timetable.board import Course as Known
from journal.services.timetable.board import Placed
from journal.services.timetable.generation import rules
from journal.solver.problem import Course, Klass, Overlap, Part, Problem, Slot, Stand

NUMBERS = (1, 8)
"""First and last lesson where no bells are known."""
PRIMARY = 4
FEW_MOVES = 1000
"""A repair moves a lesson only for what is worth more than any wish."""


def of_school(
    session: PolicySession, year: AcademicYear, on: date, base: Timetable | None = None, *, repair: bool = False
) -> Problem:
    """The problem of a year as from a date. `base`: a version whose locked lessons stay; `repair`: and the others too, if
    they can."""
    known = _courses(session, year, on)
    board = boards.load(session, base.id, known) if base else []
    weighed = norms.in_force(session, on)
    pools = _pools(session)
    bands = list(_bands(known.values()))
    courses = _with_every_atom([_course(number, band, pools, weighed) for number, band in enumerate(bands, 1)])
    stands = [_stands(band, board) for band in bands]
    fixed = [_stands(band, [placed for placed in board if placed.is_locked]) for band in bands]
    never, unwanted = _times(session)
    ringing = bells.load(session)
    classes = _classes(session, ringing, known, courses, weighed)
    for who, slot in _silent(ringing, classes):
        never[who].add(slot)
    problem = Problem(
        [_with_locked(course, own) for course, own in zip(courses, fixed, strict=True)],
        classes,
        {one.staff_id: one.teacher for one in known.values()},
        dict(session.execute(select(Room.id, Room.number)).tuples().all()),
        {who: _slots(times, classes) for who, times in never.items()},
        {who: _slots(times, classes) for who, times in unwanted.items()},
        _overlaps(ringing, classes),
        rules.chosen(session),
    )
    if repair:
        problem.rules["moves"] = FEW_MOVES
        problem.base = {course.id: own for course, own in zip(courses, stands, strict=True) if own}
    else:
        problem.rules.pop("moves", None)
    return problem


def _courses(session: PolicySession, year: AcademicYear, on: date) -> dict[int, Known]:
    """The assignments that are taught on the date."""
    open_ = set(
        session.scalars(
            select(TeachingAssignment.id).where(
                TeachingAssignment.starts_on <= on,
                or_(TeachingAssignment.ends_on.is_(None), TeachingAssignment.ends_on >= on),
                TeachingAssignment.hours_a_week > 0,
            )
        )
    )
    return {key: one for key, one in boards.courses(session, year_id=year.id).items() if key in open_}


# --- what stands together


def _bands(known: Iterable[Known]) -> Iterable[list[Known]]:
    """Assignments that are taught at one time: a stream of classes, or the subgroups of a class in a subject.

    Those with more hours than the others of their band stand alone for the rest.
    """
    streams: dict[Any, list[Known]] = defaultdict(list)
    for one in known:
        if one.stream:
            streams["stream", one.stream].append(one)
        elif one.subgroup_id:
            streams["split", one.class_id, one.subject_id].append(one)
        else:
            streams["alone", one.assignment_id].append(one)
    for key, members in streams.items():
        if key[0] != "split" or _side_by_side(members):
            yield members
        else:
            yield from ([one] for one in members)


def _side_by_side(members: Sequence[Known]) -> bool:
    """Whether subgroups can be taught at one time: no pupil and no teacher twice, and equally many hours."""
    atoms = Counter(atom for one in members for atom in one.atoms)
    teachers = {one.staff_id for one in members}
    return len(teachers) == len(members) and len({one.hours for one in members}) == 1 and max(atoms.values(), default=1) == 1


def _course(number: int, band: list[Known], pools: dict[int, tuple[int, ...]], weighed: norms.Norms) -> Course:
    first = band[0]
    hours = max(one.hours for one in band)
    points = weighed.points.get((first.subject_id, first.grade_level_id), 0)
    hard = norms.HARD_FROM_PRIMARY if first.grade <= PRIMARY else norms.HARD_FROM
    return Course(
        number,
        f"{', '.join(dict.fromkeys(one.class_name for one in band))} {first.subject}",
        first.subject_id,
        tuple(Part(one.assignment_id, one.staff_id, one.class_id, _pool(one, pools), one.room_id) for one in band),
        tuple(dict.fromkeys(atom for one in band for atom in _atoms(one))),
        int(hours),
        hours % 1 >= 0.5,
        min(max(one.doubles for one in band), int(hours) // 2),
        first.bells,
        points,
        points >= hard,
        first.grade <= PRIMARY and not first.is_physical,
    )


def _pool(one: Known, pools: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    return pools.get(one.subject_id, ())


def _atoms(one: Known) -> list[str]:
    """A whole class takes every group of its pupils: which there are, `_with_every_atom` knows."""
    return [f"{one.class_id}/{atom}" for atom in sorted(one.atoms)] if one.subgroup_id else [f"{one.class_id}/*"]


def _with_every_atom(courses: list[Course]) -> list[Course]:
    every: dict[str, set[str]] = defaultdict(set)
    for course in courses:
        for atom in course.atoms:
            every[atom.split("/")[0]].add(atom)
    full = []
    for course in courses:
        atoms = {one for atom in course.atoms for one in (every[atom[:-2]] if atom.endswith("/*") else {atom})}
        full.append(_replaced(course, atoms=tuple(sorted(atoms))))
    return full


def _replaced(course: Course, **values: Any) -> Course:
    return Course(**{**vars(course), **values})


def _with_locked(course: Course, locked: list[Stand]) -> Course:
    return _replaced(course, locked=tuple(locked))


def _stands(band: list[Known], board: list[Placed]) -> list[Stand]:
    """Where a band stands in a version; halves that are not of the course's own kind are left to be placed anew."""
    ids = {one.assignment_id for one in band}
    own = {(placed.weekday, placed.number, placed.parity) for placed in board if placed.course.assignment_id in ids}
    return sorted(own)


# --- times and rooms


def _pools(session: PolicySession) -> dict[int, tuple[int, ...]]:
    """Subject id -> its rooms."""
    found: dict[int, list[int]] = defaultdict(list)
    for subject_id, room_id in session.execute(
        select(SubjectRoom.subject_id, SubjectRoom.room_id).order_by(SubjectRoom.room_id)
    ):
        found[subject_id].append(room_id)
    return {subject_id: tuple(rooms) for subject_id, rooms in found.items()}


def _times(session: PolicySession) -> tuple[dict[str, set[tuple[int, int | None]]], dict[str, set[tuple[int, int | None]]]]:
    """Whom -> (weekday, number or the whole day): the impossible and the undesirable times."""
    never: dict[str, set[tuple[int, int | None]]] = defaultdict(set)
    unwanted: dict[str, set[tuple[int, int | None]]] = defaultdict(set)
    for row in session.scalars(select(Unavailability)):
        (never if row.strength == "never" else unwanted)[whom(row)].add((row.weekday, row.number))
    return never, unwanted


def whom(row: Unavailability) -> str:
    """Whose time it is, as the problem names it."""
    if row.staff_id:
        return f"staff-{row.staff_id}"
    return f"class-{row.school_class_id}" if row.school_class_id else f"room-{row.room_id}"


def _slots(times: Iterable[tuple[int, int | None]], classes: list[Klass]) -> list[Slot]:
    numbers = range(min((one.first for one in classes), default=1), max((one.last for one in classes), default=1) + 1)
    found = {(day, one) for day, number in times for one in (numbers if number is None else (number,))}
    return sorted(found)


def _classes(
    session: PolicySession, ringing: bells.Bells, known: dict[int, Known], courses: list[Course], weighed: norms.Norms
) -> list[Klass]:
    hours: Counter[int] = Counter()
    for course in courses:
        for class_id in course.classes:
            hours[class_id] += course.lessons + course.half
    ids = {one.class_id for one in known.values()}
    grades = {one.class_id: one.grade for one in known.values()}
    found = []
    for row in session.scalars(select(SchoolClass).where(SchoolClass.id.in_(ids)).order_by(SchoolClass.id)):
        schedule_id = row.bell_schedule_id or bells.DEFAULT
        days = range(1, row.days_a_week + 1)
        numbers = {number for day in days for number in ringing.of(schedule_id, weekday=day)} or NUMBERS
        most = weighed.day_max.get(row.id, max(numbers))
        more = grades[row.id] <= PRIMARY and hours[row.id] > most * row.days_a_week
        found.append(Klass(row.id, row.name, row.days_a_week, max(1, min(numbers)), max(numbers), most + more, schedule_id))
    return found


def _silent(ringing: bells.Bells, classes: list[Klass]) -> Iterator[tuple[str, Slot]]:
    """The hours that have no bell on a weekday although they have one on others: a class has no lesson then."""
    for one in classes:
        for day in range(1, one.days + 1):
            rings = ringing.of(one.bells, weekday=day)
            for number in range(one.first, one.last + 1) if rings else ():
                if number not in rings:
                    yield f"class-{one.id}", (day, number)


def _overlaps(ringing: bells.Bells, classes: list[Klass]) -> list[Overlap]:
    """Lessons of two bell schedules that are in use and ring at the same time of a weekday."""
    used = sorted({one.bells for one in classes})
    found = []
    for day in range(1, max((one.days for one in classes), default=5) + 1):
        of = {schedule_id: ringing.of(schedule_id, weekday=day) for schedule_id in used}
        for one, other in combinations(used, 2):
            for number, (begins, ends) in of[one].items():
                for another, (starts, stops) in of[other].items():
                    if begins < stops and starts < ends:
                        found.append((day, (one, number), (other, another)))
    return found
