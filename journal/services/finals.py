"""Final marks of one journal and period: the average's proposal, the teacher's mark, and why where they differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import CorrectionRequest, FinalMark, GradingPeriod
from journal.schema.marks import MARKS
from journal.services import formulas, gradebook, locks, records
from journal.services.gradebook import Course, Gradebook
from journal.services.refusals import Invalid, Locked, Missing, Said, said
from journal.services.rules import rule

FEW = 3
"""Fewer marks than this are too few for a final mark in good conscience; a warning, not a ban."""


@dataclass(frozen=True)
class Line:
    """A pupil with what a final mark is decided by."""

    student_id: int
    name: str
    count: int
    missed: int
    plain: Decimal | None
    """The average without weights."""
    average: Decimal | None
    proposal: str | None
    value: str
    reason: str


@dataclass(frozen=True)
class Sheet:
    """The page of final marks."""

    course: Course
    periods: list[GradingPeriod]
    period: GradingPeriod
    kind: str
    kinds: tuple[str, ...]
    lines: list[Line]
    locked: Said | None


def kinds_of(period: GradingPeriod) -> tuple[str, ...]:
    """The kinds of final mark that a period has, the usual first: a year may end with an exam."""
    return ("year", "exam", "final") if period.kind == "year" else ("period",)


def load(session: PolicySession, assignment_id: int, period_id: int | None, kind: str = "") -> Sheet:
    """The sheet. Raises `Missing`.

    A period's proposal is its weighted average; the year's is the average of its periods' marks; the exam has none; the
    final mark's is the average of year and exam.
    """
    book = gradebook.load(session, assignment_id, period_id)
    if book.period is None:
        raise Missing
    kinds = kinds_of(book.period)
    kind = kind if kind in kinds else kinds[0]
    given: dict[str, dict[int, FinalMark]] = {}
    asked = select(FinalMark).where(FinalMark.assignment_id == assignment_id)
    for mark in session.scalars(asked.where(FinalMark.period_id == book.period.id)):
        given.setdefault(mark.kind, {})[mark.student_id] = mark
    means = _means(session, book, kind, given)
    lines = []
    for line in book.lines:
        if line.until is not None and line.until < min(book.period.ends_on, clock.today()):
            continue
        mean, own = means.get(line.id), given.get(kind, {}).get(line.id)
        asks = formulas.proposal(mean, book.course.threshold)
        lines.append(
            Line(
                line.id,
                line.name,
                len(line.weights),
                line.missed,
                formulas.average(value for value, _ in line.weights),
                mean,
                str(max(2, asks)) if asks else None,
                own.value if own else "",
                (own.reason or "") if own else "",
            )
        )
    return Sheet(book.course, book.periods, book.period, kind, kinds, lines, lock(session, book.period, assignment_id))


def _means(
    session: PolicySession, book: Gradebook, kind: str, given: Mapping[str, Mapping[int, FinalMark]]
) -> dict[int, Decimal | None]:
    """What the proposals of a kind are worked out from, by pupil."""
    if kind == "period":
        return {line.id: line.average for line in book.lines}
    if kind == "exam":
        return {}
    if kind == "year":
        return {student: formulas.average(values) for student, values in _of_periods(session, book).items()}
    parts: dict[int, list[str]] = {}
    for one in ("year", "exam"):
        for student, mark in given.get(one, {}).items():
            parts.setdefault(student, []).append(mark.value)
    return {student: formulas.average(values) for student, values in parts.items()}


def _of_periods(session: PolicySession, book: Gradebook) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for student_id, value in session.execute(
        select(FinalMark.student_id, FinalMark.value).where(
            FinalMark.assignment_id == book.course.id, FinalMark.kind == "period"
        )
    ):
        found.setdefault(student_id, []).append(value)
    return found


def lock(session: PolicySession, period: GradingPeriod, assignment_id: int, student_id: int | None = None) -> Said | None:
    """Why final marks of a journal and period can't be written, or None; a granted request opens a closed period."""
    if any(year.id == period.academic_year_id for year in locks.closed_years(session)):
        return said(locks.OVER)
    if period.begins_on > clock.today():
        return said(N_("This period has not begun yet."))
    if not period.is_closed or locks.above(session):
        return None
    granted = select(CorrectionRequest.id).where(
        CorrectionRequest.assignment_id == assignment_id,
        CorrectionRequest.period_id == period.id,
        CorrectionRequest.state == "granted",
        CorrectionRequest.open_until > clock.now(),
    )
    if student_id is not None:
        whose = or_(CorrectionRequest.student_id.is_(None), CorrectionRequest.student_id == student_id)
        granted = granted.where(whose)
    if session.scalar(granted.limit(1)) is not None:
        return None
    return said(N_("The period is closed. Ask the deputy for a correction."))


def put(
    session: PolicySession,
    assignment_id: int,
    period_id: int,
    wanted: Mapping[int, tuple[str, str]],
    seen: Mapping[int, str],
    kind: str = "",
) -> list[int]:
    """Set final marks: pupil -> (mark, reason); gives the pupils whose mark somebody else changed (left as it is).

    Raises `Locked`, and `Invalid` with `reason-<pupil>` or `value-<pupil>` where a mark can't be taken.
    """
    sheet = load(session, assignment_id, period_id, kind)
    if sheet.locked:
        raise Locked(sheet.locked)
    errors: dict[str, Said] = {}
    conflicts = []
    for line in sheet.lines:
        value, reason = wanted.get(line.student_id, (line.value, line.reason))
        if (value, reason) == (line.value, line.reason):
            continue
        if line.value != seen.get(line.student_id, line.value):
            conflicts.append(line.student_id)
            continue
        errors |= _wrong(line, value, reason)
        if not errors:
            _write(session, sheet, line, value, reason)
    if errors:
        raise Invalid(errors)
    return conflicts


def _wrong(line: Line, value: str, reason: str) -> dict[str, Said]:
    if value and value not in MARKS:
        return {f"value-{line.student_id}": said(N_("There is no such mark."))}
    differs = value in formulas.COUNTED and line.proposal is not None and value != line.proposal
    if differs and not reason:
        return {f"reason-{line.student_id}": said(N_("Say why it differs from the average."))}
    return {}


def _write(session: PolicySession, sheet: Sheet, line: Line, value: str, reason: str) -> None:
    present = session.scalar(
        select(FinalMark).where(
            FinalMark.assignment_id == sheet.course.id,
            FinalMark.student_id == line.student_id,
            FinalMark.period_id == sheet.period.id,
            FinalMark.kind == sheet.kind,
        )
    )
    values: dict[str, Any] = {"value": value, "reason": reason or None}
    if present is None and value:
        place = {"assignment_id": sheet.course.id, "student_id": line.student_id, "period_id": sheet.period.id}
        records.create(session, FinalMark, {**place, "kind": sheet.kind, **values})
    elif present is not None and value:
        records.change(session, present, values)
    elif present is not None:
        records.delete(session, present)


@rule(FinalMark)
def _period_is_open(session: PolicySession, mark: FinalMark, act: str) -> None:
    """Whoever writes a final mark — the page, the panel, an import — the period is open."""
    period = session.get(GradingPeriod, mark.period_id)
    why = lock(session, period, mark.assignment_id, mark.student_id) if period is not None else None
    if why is not None:
        raise Locked(why)
