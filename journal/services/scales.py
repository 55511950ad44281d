"""Which marks a journal takes: by the grading scale of its subject, and none in a grade without marks."""

from collections.abc import Iterable

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import FinalMark, GradeLevel, GradingScale, Mark, SchoolClass, Subject, TeachingAssignment
from journal.schema.marks import MARKS
from journal.services.refusals import Invalid, said
from journal.services.rules import rule

ALWAYS = ("exempt", "none")
SCALE_MARKS = {"five": ("5", "4", "3", "2", "1", *ALWAYS), "pass": ("pass", "fail", *ALWAYS)}


def marks_of(kind: str | None, has_marks: bool) -> tuple[str, ...]:
    """The codes that a journal takes, the usual first; a subject without a scale takes all."""
    if not has_marks:
        return ()
    return SCALE_MARKS[kind] if kind else tuple(MARKS)


def of_journal(session: PolicySession, assignment_id: int) -> tuple[str, ...]:
    """The codes that a journal takes, asked of the database once a session."""
    kept: dict[int, tuple[str, ...]] = session.info.setdefault("scales", {})
    if assignment_id not in kept:
        kept[assignment_id] = _asked(session, assignment_id)
    return kept[assignment_id]


def require_in_scale(session: PolicySession, assignment_id: int, values: Iterable[str]) -> None:
    """Raises `Invalid` when a journal doesn't take one of these marks."""
    taken = of_journal(session, assignment_id)
    if not taken and any(values):
        raise Invalid({"value": said(N_("There are no marks in this grade."))})
    if any(value not in taken for value in values):
        raise Invalid({"value": said(N_("This mark is not in the grading scale of the subject."))})


def _asked(session: PolicySession, assignment_id: int) -> tuple[str, ...]:
    found = session.execute(
        select(GradingScale.kind, GradeLevel.has_marks)
        .select_from(TeachingAssignment)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .outerjoin(GradingScale, GradingScale.id == Subject.grading_scale_id)
        .where(TeachingAssignment.id == assignment_id)
    ).one_or_none()
    return marks_of(*found) if found else ()


@rule(Mark, FinalMark)
def _in_the_scale(session: PolicySession, mark: Mark | FinalMark, act: str) -> None:
    if act != "delete":
        require_in_scale(session, mark.assignment_id, [mark.value])
