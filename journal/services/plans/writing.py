"""What is done to a plan: begun, copied, its rows written and moved, submitted, approved, returned."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from journal.access.actor import Actor
from journal.access.session import PolicySession, changed_fields
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Lesson, PlannedLesson, SchemeOfWork, SchoolClass, TeachingAssignment
from journal.services import locks, records
from journal.services.plans.reading import get, rows_of
from journal.services.refusals import Invalid, Locked, Missing, said
from journal.services.rules import rule

FIELDS = ("section", "topic", "hours", "homework", "work_type_id")
MOST_ROWS = 400
ASIDE = 999
"""A number that no row of a plan has: where a row waits while two change places."""


def begin(session: PolicySession, assignment_id: int, name: str) -> SchemeOfWork:
    """An empty plan bound to a journal. Raises `Missing`, and `Invalid` where it has one."""
    row = session.execute(
        select(TeachingAssignment, SchoolClass.grade_level_id)
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .where(TeachingAssignment.id == assignment_id)
    ).one_or_none()
    if row is None:
        raise Missing
    assignment, grade_level_id = row
    if session.scalar(select(SchemeOfWork.id).where(SchemeOfWork.assignment_id == assignment_id).limit(1)) is not None:
        raise Invalid({"": said(N_("This journal has a plan already."))})
    values = {
        "name": name.strip()[:160],
        "subject_id": assignment.subject_id,
        "grade_level_id": grade_level_id,
        "assignment_id": assignment_id,
        "staff_id": assignment.staff_id,
    }
    return records.create(session, SchemeOfWork, values)


def copy(session: PolicySession, source_id: int, assignment_id: int, name: str) -> SchemeOfWork:
    """A plan for a journal with the rows of another plan: last year's, or a colleague's."""
    rows = rows_of(session, get(session, source_id).id)
    made = begin(session, assignment_id, name)
    append(session, made.id, [{field: getattr(row, field) for field in FIELDS} for row in rows])
    return made


def append(session: PolicySession, scheme_id: int, rows: Sequence[Mapping[str, Any]]) -> int:
    """Rows after the last one; gives how many. Raises `Invalid` when there would be too many."""
    last = session.scalar(
        select(func.max(PlannedLesson.number)).where(PlannedLesson.scheme_of_work_id == get(session, scheme_id).id)
    )
    if (last or 0) + len(rows) > MOST_ROWS:
        raise Invalid({"": said(N_("A plan has at most %(count)d rows."), count=MOST_ROWS)})
    for number, values in enumerate(rows, (last or 0) + 1):
        records.create(session, PlannedLesson, {**values, "scheme_of_work_id": scheme_id, "number": number})
    return len(rows)


def replace(session: PolicySession, scheme_id: int, rows: Sequence[Mapping[str, Any]]) -> int:
    """These rows instead of those there are. Raises `Invalid` when lessons have taken some: they would lose their row."""
    present = rows_of(session, get(session, scheme_id).id)
    ids = [row.id for row in present]
    if ids and session.scalar(select(Lesson.id).where(Lesson.planned_lesson_id.in_(ids)).limit(1)) is not None:
        raise Invalid({"": said(N_("Lessons have taken rows of this plan already: add the new rows after them."))})
    for row in present:
        records.delete(session, row)
    return append(session, scheme_id, rows)


def row_of(session: PolicySession, scheme_id: int, row_id: int) -> PlannedLesson:
    """A row of this very plan. Raises `Missing`."""
    found = session.get(PlannedLesson, row_id)
    if found is None or found.scheme_of_work_id != scheme_id:
        raise Missing
    return found


def put(session: PolicySession, scheme_id: int, row_id: int, values: Mapping[str, Any], version: int) -> PlannedLesson:
    """New values for a row. Raises `Stale` when it is not the version that was seen."""
    row = row_of(session, scheme_id, row_id)
    if not set(values) <= set(FIELDS):
        raise Invalid({"": said(N_("This field can't be written."))})
    return records.change(session, row, values, version_seen=version)


def remove(session: PolicySession, scheme_id: int, row_id: int) -> None:
    """Take a row away; the rows after it move up. Raises `Invalid` when a lesson has taken it."""
    row = row_of(session, scheme_id, row_id)
    if session.scalar(select(Lesson.id).where(Lesson.planned_lesson_id == row_id).limit(1)) is not None:
        raise Invalid({"": said(N_("A lesson has taken this row: it stays."))})
    number = row.number
    records.delete(session, row)
    for later in _from(session, scheme_id, number + 1):
        records.change(session, later, {"number": later.number - 1})


def insert_after(session: PolicySession, scheme_id: int, row_id: int, topic: str) -> PlannedLesson:
    """A row after another; the rows after it move down."""
    row = row_of(session, scheme_id, row_id)
    later = _from(session, scheme_id, row.number + 1)
    if row.number + len(later) + 1 > MOST_ROWS:
        raise Invalid({"": said(N_("A plan has at most %(count)d rows."), count=MOST_ROWS)})
    for one in reversed(later):
        records.change(session, one, {"number": one.number + 1})
    values = {"scheme_of_work_id": scheme_id, "number": row.number + 1, "topic": topic, "section": row.section}
    return records.create(session, PlannedLesson, values)


def _from(session: PolicySession, scheme_id: int, number: int) -> Sequence[PlannedLesson]:
    asked = select(PlannedLesson).where(PlannedLesson.scheme_of_work_id == scheme_id, PlannedLesson.number >= number)
    return session.scalars(asked.order_by(PlannedLesson.number)).all()


def move(session: PolicySession, scheme_id: int, row_id: int, by: int) -> None:
    """Swap a row with its neighbour, up (-1) or down (1)."""
    row = row_of(session, scheme_id, row_id)
    asked = select(PlannedLesson).where(
        PlannedLesson.scheme_of_work_id == scheme_id, PlannedLesson.number * by > row.number * by
    )
    other = session.scalars(asked.order_by(PlannedLesson.number * by).limit(1)).first()
    if other is None:
        return
    mine, theirs = row.number, other.number
    records.change(session, other, {"number": ASIDE})
    records.change(session, row, {"number": theirs})
    records.change(session, other, {"number": mine})


def merge(session: PolicySession, scheme_id: int, row_id: int) -> PlannedLesson:
    """Put the next row's topic into this row's hours: one lesson less. Raises `Invalid` when it can't be."""
    row = row_of(session, scheme_id, row_id)
    later = _from(session, scheme_id, row.number + 1)
    if not later:
        raise Invalid({"": said(N_("There is no row after this one."))})
    topic = f"{row.topic.rstrip('.')}. {later[0].topic}"
    homework = "; ".join(text for text in (row.homework, later[0].homework) if text) or None
    kind = row.work_type_id or later[0].work_type_id
    values = {"topic": topic[:500], "homework": homework and homework[:500], "work_type_id": kind}
    remove(session, scheme_id, later[0].id)
    return records.change(session, row, values)


STEPS = {"submit": ("draft", "submitted"), "approve": ("submitted", "approved"), "return": (None, "draft")}
"""Verb -> (from which state, to which)."""


def step(session: PolicySession, scheme_id: int, verb: str) -> SchemeOfWork:
    """Submit to the deputy, approve, or return to a draft. Raises `Invalid` when it is not its turn.

    What was approved is kept as a version of its own: later drafts don't change it.
    """
    scheme = get(session, scheme_id)
    if verb not in STEPS or scheme.version_of_id is not None:
        raise Missing
    before, after = STEPS[verb]
    if before is not None and scheme.state != before:
        raise Invalid({"": said(N_("Somebody else has changed this row since you opened it."))})
    rows = rows_of(session, scheme_id)
    if verb != "return" and not rows:
        raise Invalid({"": said(N_("The plan has no rows yet."))})
    if verb == "approve":
        _keep(session, scheme, rows)
        return records.change(session, scheme, {"state": after, "approved_on": clock.today()})
    return records.change(session, scheme, {"state": after})


def _keep(session: PolicySession, scheme: SchemeOfWork, rows: Sequence[PlannedLesson]) -> None:
    values = {name: getattr(scheme, name) for name in ("name", "subject_id", "grade_level_id", "staff_id")}
    extra = {"version_of_id": scheme.id, "approved_on": clock.today(), "state": "draft"}
    kept = records.create(session, SchemeOfWork, {**values, **extra})
    append(session, kept.id, [{field: getattr(row, field) for field in FIELDS} for row in rows])
    records.change(session, kept, {"state": "approved"})


@rule(SchemeOfWork)
def _approved_by_the_deputy_alone(session: PolicySession, scheme: SchemeOfWork, act: str) -> None:
    if act == "change" and scheme.state == "approved" and not locks.plans(session):
        if changed_fields(scheme):
            raise Invalid({"state": said(N_("The deputy approves a plan."))})


@rule(PlannedLesson)
def _approved_is_fixed(session: PolicySession, row: PlannedLesson, act: str) -> None:
    """Rows of an approved plan stay as they were approved until the plan is returned to a draft."""
    scheme = session.get(SchemeOfWork, row.scheme_of_work_id)
    if scheme is not None and scheme.state == "approved" and isinstance(session.principal, Actor):
        raise Locked(said(N_("The plan is approved: return it to a draft to change it.")))
