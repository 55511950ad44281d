"""More works in one lesson: columns of their own, and works judged by criteria, whose points become a mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Criterion, CriterionScore, Lesson, LessonWork, Mark, WorkType
from journal.services import locks, marks, records, rollcall, settings
from journal.services.cells import Operation
from journal.services.refusals import Invalid, Missing, said
from journal.services.rules import rule

MOST_WORKS, MOST_CRITERIA = 3, 12
STEPS = ("5", "4", "3")
"""The marks that the thresholds of the setting lead to, from the highest; below the last one it is a 2."""


def of_lesson(session: PolicySession, lesson_id: int) -> Sequence[LessonWork]:
    """The works of a lesson beside its own column."""
    return session.scalars(select(LessonWork).where(LessonWork.lesson_id == lesson_id).order_by(LessonWork.position)).all()


def get(session: PolicySession, lesson_id: int, work_id: int) -> LessonWork:
    """A work of this very lesson. Raises `Missing`."""
    found = session.get(LessonWork, work_id)
    if found is None or found.lesson_id != lesson_id:
        raise Missing
    return found


def add(session: PolicySession, lesson_id: int, name: str, work_type_id: int | None) -> LessonWork:
    """One more column. Raises `Missing`, `Invalid`, `Locked`."""
    if session.get(Lesson, lesson_id) is None:
        raise Missing
    errors = {}
    if not name.strip():
        errors["name"] = said(N_("This field is required."))
    if work_type_id is None or session.get(WorkType, work_type_id) is None:
        errors["work_type_id"] = said(N_("Choose one of the list."))
    taken = {work.position for work in of_lesson(session, lesson_id)}
    free = [position for position in range(1, MOST_WORKS + 1) if position not in taken]
    if not free:
        errors["name"] = said(N_("At most %(count)d more works in a lesson."), count=MOST_WORKS)
    if errors:
        raise Invalid(errors)
    values = {"lesson_id": lesson_id, "position": free[0], "name": name.strip(), "work_type_id": work_type_id}
    return records.create(session, LessonWork, values)


def remove(session: PolicySession, lesson_id: int, work_id: int) -> None:
    """Take a column away. Raises `Invalid` while marks stand in it."""
    work = get(session, lesson_id, work_id)
    if session.scalar(select(Mark.id).where(Mark.work_id == work_id).limit(1)) is not None:
        raise Invalid({"": said(N_("Marks stand in this column: erase them first."))})
    records.delete(session, work)


# --- criteria


@dataclass
class Judged:
    """A pupil with points by criterion, their sum in per cent, the mark that they lead to and the one that stands."""

    id: int
    name: str
    is_absent: bool
    points: dict[int, int] = field(default_factory=dict)
    percent: int | None = None
    proposal: str | None = None
    value: str = ""


@dataclass(frozen=True)
class Sheet:
    """A work judged by criteria."""

    work: LessonWork
    criteria: Sequence[Criterion]
    pupils: list[Judged]


def sheet(session: PolicySession, lesson_id: int, work_id: int) -> Sheet:
    """The work with its criteria, points and marks. Raises `Missing`."""
    work = get(session, lesson_id, work_id)
    criteria = session.scalars(select(Criterion).where(Criterion.work_id == work_id).order_by(Criterion.position)).all()
    pupils = {one.id: Judged(one.id, one.name, one.reason_id is not None) for one in rollcall.pupils(session, lesson_id)}
    for student_id, criterion_id, points in session.execute(
        select(CriterionScore.student_id, CriterionScore.criterion_id, CriterionScore.points)
        .join(Criterion, Criterion.id == CriterionScore.criterion_id)
        .where(Criterion.work_id == work_id)
    ):
        if student_id in pupils:
            pupils[student_id].points[criterion_id] = points
    for student_id, value in session.execute(
        select(Mark.student_id, Mark.value).where(Mark.work_id == work_id).order_by(Mark.position)
    ):
        if student_id in pupils:
            pupils[student_id].value = "/".join(part for part in (pupils[student_id].value, value) if part)
    most, steps = sum(one.most_points for one in criteria), thresholds(settings.value(session, "criteria_percents"))
    for pupil in pupils.values():
        if pupil.points and len(pupil.points) == len(criteria):
            pupil.percent = round(100 * sum(pupil.points.values()) / most)
            pupil.proposal = mark_of(pupil.percent, steps)
    return Sheet(work, criteria, list(pupils.values()))


def thresholds(text: str) -> list[int]:
    """The setting as per cents for 5, 4 and 3; what can't be read counts as the default."""
    parts = [int(part) for part in text.split() if part.isdigit()]
    is_right = len(parts) == len(STEPS) and parts == sorted(parts, reverse=True)
    return parts if is_right else thresholds(settings.DEFAULTS["criteria_percents"])


def mark_of(percent: int, steps: Sequence[int]) -> str:
    """The mark that a share of the points leads to."""
    return next((mark for mark, step in zip(STEPS, steps, strict=True) if percent >= step), "2")


def add_criterion(session: PolicySession, lesson_id: int, work_id: int, name: str, most_points: int) -> Criterion:
    """One more criterion of a work."""
    get(session, lesson_id, work_id)
    last = session.scalar(select(func.max(Criterion.position)).where(Criterion.work_id == work_id)) or 0
    if last >= MOST_CRITERIA:
        raise Invalid({"name": said(N_("At most %(count)d criteria."), count=MOST_CRITERIA)})
    values = {"work_id": work_id, "position": last + 1, "name": name.strip(), "most_points": most_points}
    return records.create(session, Criterion, values)


def remove_criterion(session: PolicySession, lesson_id: int, work_id: int, criterion_id: int) -> None:
    """Take a criterion and its points away. Raises `Missing`."""
    get(session, lesson_id, work_id)
    found = session.get(Criterion, criterion_id)
    if found is None or found.work_id != work_id:
        raise Missing
    for score in session.scalars(select(CriterionScore).where(CriterionScore.criterion_id == criterion_id)):
        records.delete(session, score)
    records.delete(session, found)


def put_points(
    session: PolicySession, lesson_id: int, work_id: int, wanted: Mapping[tuple[int, int], int | None], *, give: bool
) -> int:
    """Points by (pupil, criterion), None to take them back; with `give` the marks they lead to, where none stands.

    Gives how many marks were given. Raises `Invalid` with `<pupil>-<criterion>` where points are out of bounds.
    """
    before = sheet(session, lesson_id, work_id)
    most = {one.id: one.most_points for one in before.criteria}
    known = {pupil.id: pupil for pupil in before.pupils}
    errors = {}
    for (student_id, criterion_id), points in wanted.items():
        if student_id not in known or criterion_id not in most:
            raise Missing
        if points is not None and not 0 <= points <= most[criterion_id]:
            errors[f"{student_id}-{criterion_id}"] = said(N_("From %(low)s to %(high)s."), low=0, high=most[criterion_id])
    if errors:
        raise Invalid(errors)
    for (student_id, criterion_id), points in wanted.items():
        if known[student_id].points.get(criterion_id) != points:
            _put(session, student_id, criterion_id, points)
    return _give(session, lesson_id, work_id) if give else 0


def _put(session: PolicySession, student_id: int, criterion_id: int, points: int | None) -> None:
    present = session.scalar(
        select(CriterionScore).where(CriterionScore.criterion_id == criterion_id, CriterionScore.student_id == student_id)
    )
    if present is None and points is not None:
        place = {"criterion_id": criterion_id, "student_id": student_id}
        records.create(session, CriterionScore, {**place, "points": points})
    elif present is not None and points is not None:
        records.change(session, present, {"points": points})
    elif present is not None:
        records.delete(session, present)


def _give(session: PolicySession, lesson_id: int, work_id: int) -> int:
    given = 0
    for pupil in sheet(session, lesson_id, work_id).pupils:
        if pupil.proposal and not pupil.value:
            marks.put_cell(session, Operation("", lesson_id, pupil.id, pupil.proposal, "", None, work_id))
            given += 1
    return given


@rule(LessonWork)
def _work_is_open(session: PolicySession, work: LessonWork, act: str) -> None:
    lesson = session.get(Lesson, work.lesson_id)
    if lesson is not None:
        locks.require_open(session, lesson)


@rule(Criterion)
def _criterion_is_open(session: PolicySession, criterion: Criterion, act: str) -> None:
    work = session.get(LessonWork, criterion.work_id)
    if work is not None:
        _work_is_open(session, work, act)


@rule(CriterionScore)
def _points_in_bounds_and_open(session: PolicySession, score: CriterionScore, act: str) -> None:
    criterion = session.get(Criterion, score.criterion_id)
    if criterion is None:
        raise Missing
    _criterion_is_open(session, criterion, act)
    if act != "delete" and score.points > criterion.most_points:
        raise Invalid({"points": said(N_("From %(low)s to %(high)s."), low=0, high=criterion.most_points)})
