"""Lessons and whole days missed, by pupil and reason: what every report on attendance counts."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.schema import Absence, AbsenceReason, Lesson, SubgroupMember, TeachingAssignment


@dataclass
class Missed:
    """One pupil's absences in a span: counts by reason id; whole days go to the reason of most of their lessons."""

    lessons: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    days: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    late: int = 0
    by_day: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def lesson_count(self) -> int:
        """All lessons missed."""
        return sum(self.lessons.values())

    @property
    def day_count(self) -> int:
        """All days missed whole."""
        return sum(self.days.values())


@dataclass
class Register:
    """The absences of some classes in a span."""

    reasons: list[AbsenceReason]
    """Those that count as missed, in their order."""
    pupils: dict[tuple[int, int], Missed]
    """(class id, pupil id) -> absences."""
    whole: set[tuple[int, date]]
    """(pupil id, day) missed whole."""

    def of(self, class_id: int, student_id: int) -> Missed:
        """A pupil's absences; none is an empty record."""
        return self.pupils.get((class_id, student_id)) or Missed()


def load(session: PolicySession, since: date, until: date, class_ids: Collection[int]) -> Register:
    """Count the absences of classes between two dates. Four queries whatever the size."""
    reasons = list(session.scalars(select(AbsenceReason).order_by(AbsenceReason.position)))
    counted = {reason.id for reason in reasons if reason.is_absence}
    held = _held(session, since, until, class_ids)
    members = _members(session, {group for slots in held.values() for group in slots if group})
    missed: dict[tuple[int, int], Missed] = defaultdict(Missed)
    for class_id, held_on, student_id, reason_id in session.execute(
        select(Lesson.school_class_id, Lesson.held_on, Absence.student_id, Absence.reason_id)
        .join(Lesson, Lesson.id == Absence.lesson_id)
        .where(Lesson.held_on >= since, Lesson.held_on <= until, Lesson.school_class_id.in_(list(class_ids)))
        .where(~Lesson.is_cancelled)
    ):
        one = missed[class_id, student_id]
        if reason_id not in counted:
            one.late += 1
            continue
        one.lessons[reason_id] += 1
        one.by_day[held_on].append(reason_id)
    whole = set()
    for (class_id, student_id), one in missed.items():
        for on, given in one.by_day.items():
            own = [1 for group in held[class_id, on] if group is None or _is_member(members, group, student_id, on)]
            if len(given) >= len(own):
                one.days[max(given, key=given.count)] += 1
                whole.add((student_id, on))
    return Register([reason for reason in reasons if reason.is_absence], dict(missed), whole)


Held = dict[tuple[int, date], list[int | None]]


def _held(session: PolicySession, since: date, until: date, class_ids: Collection[int]) -> Held:
    """(class, day) -> the subgroup of each lesson, None for the whole class."""
    held: Held = defaultdict(list)
    for class_id, held_on, group in session.execute(
        select(Lesson.school_class_id, Lesson.held_on, TeachingAssignment.subgroup_id)
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .where(Lesson.held_on >= since, Lesson.held_on <= until, Lesson.school_class_id.in_(list(class_ids)))
        .where(~Lesson.is_cancelled)
    ):
        held[class_id, held_on].append(group)
    return held


Members = dict[tuple[int, int], list[tuple[date, date | None]]]


def _members(session: PolicySession, groups: set[int]) -> Members:
    """(subgroup, pupil) -> spans of membership."""
    found: Members = defaultdict(list)
    for group, student, starts, ends in session.execute(
        select(
            SubgroupMember.subgroup_id, SubgroupMember.student_id, SubgroupMember.starts_on, SubgroupMember.ends_on
        ).where(SubgroupMember.subgroup_id.in_(groups))
    ):
        found[group, student].append((starts, ends))
    return found


def _is_member(members: Members, group: int, student: int, on: date) -> bool:
    return any(starts <= on and (ends is None or on <= ends) for starts, ends in members.get((group, student), ()))
