"""Subgroups of a class in a subject: who is in which from a date on; what was before stays in the subgroup of its date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Absence, Lesson, Mark, Subgroup, SubgroupMember, Subject, TeachingAssignment
from journal.services import records
from journal.services.class_room import years
from journal.services.membership import covers
from journal.services.refusals import Invalid, Missing, said
from journal.services.reports import classes


@dataclass(frozen=True)
class Split:
    """A class split in a subject on a day."""

    subject: Subject
    groups: list[Subgroup]
    pupils: list[classes.Pupil]
    member: dict[int, int]
    """Pupil -> subgroup."""
    teachers: dict[int, str]
    """Subgroup -> who teaches it."""

    def count(self, group_id: int | None) -> int:
        return sum(self.member.get(pupil.id) == group_id for pupil in self.pupils)


def subjects(session: PolicySession, class_id: int) -> list[tuple[int, str, bool]]:
    """The subjects of a class: id, name, whether it is split."""
    split = select(Subgroup.subject_id).where(Subgroup.school_class_id == class_id)
    rows = session.execute(
        select(Subject.id, Subject.name, Subject.id.in_(split))
        .where(
            or_(
                Subject.id.in_(split),
                Subject.id.in_(select(TeachingAssignment.subject_id).where(TeachingAssignment.school_class_id == class_id)),
            )
        )
        .order_by(Subject.id.in_(split).desc(), Subject.name)
    )
    return [(row[0], row[1], bool(row[2])) for row in rows]


def load(session: PolicySession, class_id: int, subject_id: int, on: date) -> Split:
    """How a class is split in a subject on a day. Raises `Missing`."""
    subject = session.get(Subject, subject_id)
    if subject is None:
        raise Missing
    groups = list(
        session.scalars(
            select(Subgroup)
            .where(Subgroup.school_class_id == class_id, Subgroup.subject_id == subject_id)
            .order_by(Subgroup.name, Subgroup.id)
        )
    )
    member = {
        row[0]: row[1]
        for row in session.execute(
            select(SubgroupMember.student_id, SubgroupMember.subgroup_id).where(
                SubgroupMember.subgroup_id.in_([group.id for group in groups]),
                covers(SubgroupMember.starts_on, SubgroupMember.ends_on, on),
            )
        )
    }
    _, year = years.of_class(session, class_id)
    taught = {
        one.subgroup_id: one.teacher
        for one in classes.journals(session, year, class_id=class_id, subject_id=subject_id)
        if one.subgroup_id
    }
    return Split(subject, groups, classes.pupils(session, on, [class_id]), member, taught)


def add_group(session: PolicySession, class_id: int, subject_id: int, name: str) -> Subgroup:
    """One more subgroup. Raises `Invalid`, `Forbidden`."""
    if not name.strip():
        raise Invalid({"name": said(N_("Give the subgroup a name."))})
    return records.create(session, Subgroup, {"school_class_id": class_id, "subject_id": subject_id, "name": name.strip()})


def put(session: PolicySession, class_id: int, subject_id: int, wanted: Mapping[int, int | None], on: date) -> int:
    """Put pupils into subgroups from a day on; None is into none. Gives how many were moved.

    Raises `Invalid` when the day is out of the year, or the journal of the old subgroup has something from that day on.
    """
    _, year = years.of_class(session, class_id)
    years.require_inside(year, on=on)
    split = load(session, class_id, subject_id, on)
    known, pupils = {group.id for group in split.groups}, {pupil.id: pupil.name for pupil in split.pupils}
    moved = 0
    for student_id, group_id in wanted.items():
        if student_id not in pupils or group_id not in {None, *known}:
            raise Missing
        if split.member.get(student_id) == group_id:
            continue
        _move(session, known, student_id, pupils[student_id], group_id, on)
        moved += 1
    return moved


def _move(session: PolicySession, known: set[int], student_id: int, name: str, group_id: int | None, on: date) -> None:
    rows = session.scalars(
        select(SubgroupMember).where(
            SubgroupMember.student_id == student_id,
            SubgroupMember.subgroup_id.in_(known),
            or_(SubgroupMember.ends_on.is_(None), SubgroupMember.ends_on >= on),
        )
    ).all()
    for row in rows:
        _require_unwritten(session, row, name, on)
        if row.starts_on >= on:
            records.delete(session, row)
        else:
            records.change(session, row, {"ends_on": on - timedelta(days=1)})
    if group_id is not None:
        values = {"subgroup_id": group_id, "student_id": student_id, "starts_on": on}
        records.create(session, SubgroupMember, values)


def _require_unwritten(session: PolicySession, row: SubgroupMember, name: str, on: date) -> None:
    """What is in the journal of the old subgroup from the day on would hang in the air."""
    own = select(TeachingAssignment.id).where(TeachingAssignment.subgroup_id == row.subgroup_id)
    for entity in (Mark, Absence):
        last = session.scalar(
            select(Lesson.held_on)
            .join(entity, entity.lesson_id == Lesson.id)
            .where(entity.student_id == row.student_id, entity.assignment_id.in_(own), Lesson.held_on >= on)
            .order_by(Lesson.held_on.desc())
            .limit(1)
        )
        if last is not None:
            text = N_("%(name)s has marks or absences in the old subgroup on %(day)s: choose a later day.")
            raise Invalid({"on": said(text, name=name, day=last)})
