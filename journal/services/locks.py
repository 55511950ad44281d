"""When what was taught can't be written: not held yet, too long ago, a closed period; and what a granted request opens."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, or_, select

from journal.access.actor import Actor, Role
from journal.access.asking import NOW
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import AcademicYear, CorrectionRequest, GradingPeriod, Lesson, Setting
from journal.services import settings
from journal.services.refusals import Locked, Said, said

PERIOD, YEAR = 1, 2
OVER = N_("The academic year is closed and in its archive: it can only be read.")


def lock_facts(student: Any = None) -> tuple[Any, Any, Any]:
    """What decides about a lock, as columns beside `Lesson`: the window, a closed year or period, a granted request.

    A request may be granted for the whole lesson, or for the cell of one `student` (a column or an id).
    """
    window = select(Setting.value).where(Setting.name == "edit_window_days").scalar_subquery()
    period = exists().where(
        GradingPeriod.is_closed, GradingPeriod.begins_on <= Lesson.held_on, GradingPeriod.ends_on >= Lesson.held_on
    )
    year = exists().where(
        AcademicYear.closed_at.is_not(None), AcademicYear.begins_on <= Lesson.held_on, AcademicYear.ends_on >= Lesson.held_on
    )
    closed = case((year, YEAR), (period, PERIOD), else_=0)
    whom: Any = CorrectionRequest.student_id.is_(None)
    granted = exists().where(open_now(), whom if student is None else or_(whom, CorrectionRequest.student_id == student))
    return window, closed, granted


def open_now() -> ColumnElement[bool]:
    """Whether a `CorrectionRequest` unlocks something in `Lesson` at this moment."""
    return and_(
        CorrectionRequest.lesson_id == Lesson.id,
        CorrectionRequest.state == "granted",
        CorrectionRequest.open_until > NOW,
    )


def unlocked_pupils() -> Any:
    """The pupils whose single cell of `Lesson` was unlocked, as ids joined by commas."""
    asked = select(func.aggregate_strings(cast(CorrectionRequest.student_id, String), ",")).where(open_now())
    return asked.correlate(Lesson).scalar_subquery()


def why_locked(session: PolicySession, lesson: Lesson, window: str | None, closed: int, granted: bool) -> Said | None:
    """Why a lesson can't be written any more, or not yet; None when it can."""
    today = clock.today()
    if closed == YEAR:
        return said(OVER)
    if lesson.held_on > today:
        return said(N_("The lesson has not been held yet."))
    if lesson.is_cancelled:
        return said(N_("The lesson was cancelled."))
    if granted or above(session):
        return None
    if closed:
        return said(N_("The period is closed. Ask the deputy for a correction."))
    days = settings.as_whole(window, "edit_window_days")
    if lesson.held_on < today - timedelta(days=days):
        return said(N_("The lesson was more than %(days)d days ago. Ask the deputy for a correction."), days=days)
    return None


def above(session: PolicySession) -> bool:
    """The administrator mends what nobody else can; the system loads what was so."""
    return not isinstance(session.principal, Actor) or session.principal.has(Role.ADMINISTRATOR)


def plans(session: PolicySession) -> bool:
    """Whether the person plans for the school; the system loads what was so."""
    return not isinstance(session.principal, Actor) or session.principal.has(Role.ADMINISTRATOR, Role.DEPUTY)


def known(session: PolicySession) -> dict[tuple[int, int | None], Said | None]:
    kept: dict[tuple[int, int | None], Said | None] = session.info.setdefault("locks", {})
    return kept


def lock(session: PolicySession, lesson: Lesson, student_id: int | None = None) -> Said | None:
    """Why a lesson, or one pupil's cell of it, can't be written, or None; asked of the database once a session."""
    kept = known(session)
    if (lesson.id, student_id) not in kept:
        facts = session.execute(select(*lock_facts(student_id)).select_from(Lesson).where(Lesson.id == lesson.id)).one()
        kept[lesson.id, student_id] = why_locked(session, lesson, *facts)
    return kept[lesson.id, student_id]


def require_period_open(session: PolicySession, lesson: Lesson) -> None:
    """Raises `Locked` when the lesson's period is closed: then even the reason of an absence stays as it is."""
    closed = exists().where(
        GradingPeriod.is_closed, GradingPeriod.begins_on <= lesson.held_on, GradingPeriod.ends_on >= lesson.held_on
    )
    require_year_open(session, on=lesson.held_on)
    if not above(session) and session.scalar(select(Lesson.id).where(Lesson.id == lesson.id, closed)) is not None:
        raise Locked(said(N_("The period is closed. Ask the deputy for a correction.")))


def closed_years(session: PolicySession) -> list[AcademicYear]:
    """The years that are closed for good, asked of the database once a session."""
    if "closed_years" not in session.info:
        session.info["closed_years"] = session.scalars(select(AcademicYear).where(AcademicYear.closed_at.is_not(None))).all()
    found: list[AcademicYear] = session.info["closed_years"]
    return found


def require_year_open(session: PolicySession, *, on: date | None = None, year_id: int | None = None) -> None:
    """Raises `Locked` when a date, or a year, is closed for good: nobody writes there any more, not even the system."""
    for year in closed_years(session):
        if year.id == year_id or (on is not None and year.begins_on <= on <= year.ends_on):
            raise Locked(said(OVER))


def require_unlocked(session: PolicySession, lesson: Lesson, student_id: int | None = None) -> None:
    """Raises `Locked` when a lesson, or one pupil's cell of it, can't be written."""
    why = lock(session, lesson, student_id)
    if why is not None:
        raise Locked(why)


def require_open(session: PolicySession, lesson: Lesson, student_id: int | None = None) -> None:
    """As `require_unlocked`, but a lesson to come may be prepared: its topic, kind of work, homework, works."""
    if lesson.held_on <= clock.today():
        require_unlocked(session, lesson, student_id)
    elif lesson.is_cancelled:
        raise Locked(said(N_("The lesson was cancelled.")))
