"""When families see what a teacher types: some minutes later, or when the lesson is over; a typing error stays at school."""

from datetime import datetime, timedelta

from sqlalchemy import select

from journal.access.actor import Actor
from journal.access.session import PolicySession, changed_fields
from journal.kit import clock
from journal.schema import Absence, Lesson, Mark, SchoolClass
from journal.services import bells, settings
from journal.services.records import derives

SEEN = frozenset({"value", "reason_id", "comment"})
LESSON_END = "lesson"


@derives(Mark, Absence)
def _shown_later(session: PolicySession, row: Mark | Absence) -> None:
    """A new value is shown after the delay; what the system loads has been so and shows at once,
    and so does a reason that a document gives."""
    by_document = isinstance(row, Absence) and row.document_id is not None
    if isinstance(session.principal, Actor) and changed_fields(row) & SEEN and not by_document:
        row.shown_at = _moment(session, row.lesson_id)


def _moment(session: PolicySession, lesson_id: int) -> datetime | None:
    """The moment from which a value typed now is shown; None is at once."""
    kept: dict[int, datetime | None] = session.info.setdefault("shown_at", {})
    if lesson_id not in kept:
        text = settings.value(session, "publish_after")
        kept[lesson_id] = _lesson_end(session, lesson_id) if text == LESSON_END else _minutes(text)
    return kept[lesson_id]


def _minutes(text: str) -> datetime | None:
    minutes = settings.as_whole(text, "publish_after")
    return clock.now() + timedelta(minutes=minutes) if minutes else None


def _lesson_end(session: PolicySession, lesson_id: int) -> datetime | None:
    """The bell that ends the lesson; for a lesson that is over, the usual minutes."""
    asked = select(Lesson.held_on, Lesson.number, SchoolClass.bell_schedule_id)
    held_on, number, schedule_id = session.execute(
        asked.join(SchoolClass, SchoolClass.id == Lesson.school_class_id).where(Lesson.id == lesson_id)
    ).one()
    ends_at = bells.load(session).at(schedule_id, number, on=held_on)[1]
    end = clock.at(held_on, ends_at) if ends_at else None
    return end if end and end > clock.now() else _minutes(settings.DEFAULTS["publish_after"])
