"""Values that follow from others: the class of a lesson, the assignment of a mark, the sender of a message."""

from sqlalchemy import or_, select

from journal.access.actor import Actor
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import (
    Absence,
    Account,
    BellDay,
    CorrectionRequest,
    DiaryReceipt,
    Homework,
    JournalRemark,
    Lesson,
    LessonWork,
    Mark,
    Message,
    RoleGrant,
    SupportRequest,
    TeachingAssignment,
)
from journal.services.records import derives
from journal.services.refusals import Invalid, said
from journal.services.rules import rule


@derives(Lesson)
def class_of_lesson(session: PolicySession, lesson: Lesson) -> None:
    """A lesson is of the class of its assignment."""
    found = session.scalar(select(TeachingAssignment.school_class_id).where(TeachingAssignment.id == lesson.assignment_id))
    if found is not None:
        lesson.school_class_id = found


@derives(Lesson)
def filled_first(_: PolicySession, lesson: Lesson) -> None:
    """When a lesson was filled: the moment of its first topic. Late entry stays visible as late."""
    if not lesson.topic:
        lesson.filled_at = lesson.planned_lesson_id = None
    elif lesson.filled_at is None:
        lesson.filled_at = clock.now()


@derives(Mark, Absence, Homework, LessonWork)
def assignment_of_lesson(session: PolicySession, row: Mark | Absence | Homework | LessonWork) -> None:
    """What hangs on a lesson belongs to the lesson's assignment."""
    if row.lesson_id is None:
        return
    lesson = session.get(Lesson, row.lesson_id)
    if lesson is None:
        raise Invalid({"lesson_id": said(N_("Choose one of the list."))})
    row.assignment_id = lesson.assignment_id


@derives(CorrectionRequest, JournalRemark)
def assignment_of_request(session: PolicySession, row: CorrectionRequest | JournalRemark) -> None:
    """What is said about a lesson is said about the journal that the lesson is in."""
    lesson = session.get(Lesson, row.lesson_id) if row.lesson_id else None
    if lesson is not None:
        row.assignment_id = lesson.assignment_id


@derives(Message)
def sender(session: PolicySession, message: Message) -> None:
    """A message is from whoever writes it."""
    if isinstance(session.principal, Actor):
        message.sender_id = session.principal.account_id
    message.sent_at = message.sent_at or clock.now()


@derives(SupportRequest)
def asker(session: PolicySession, request: SupportRequest) -> None:
    """A request is from whoever writes it first."""
    if isinstance(session.principal, Actor) and request.account_id is None:
        request.account_id = session.principal.account_id


@derives(DiaryReceipt)
def seen_now(_: PolicySession, receipt: DiaryReceipt) -> None:
    """A receipt is given at the moment of the click."""
    receipt.seen_at = receipt.seen_at or clock.now()


@rule(Account)
def _login_is_plain(_: PolicySession, account: Account, act: str) -> None:
    if act != "delete" and not account.login.isascii() or account.login != account.login.strip().lower():
        raise Invalid({"login": said(N_("Only small Latin letters, digits, dots and dashes."))})


@rule(RoleGrant)
def _grades_are_a_deputys(_: PolicySession, grant: RoleGrant, act: str) -> None:
    bounded = grant.first_grade is not None or grant.last_grade is not None
    if act != "delete" and bounded and grant.role != "deputy":
        raise Invalid({"first_grade": said(N_("Only a deputy's role is bounded by grade levels."))})


@rule(BellDay)
def _a_weekday_or_a_date(_: PolicySession, row: BellDay, act: str) -> None:
    if act == "delete":
        return
    if (row.weekday is None) == (row.on_day is None):
        raise Invalid({"weekday": said(N_("A weekday or a date: one of the two."))})
    if row.rings_id == row.bell_schedule_id:
        raise Invalid({"rings_id": said(N_("Another schedule than the one that gives way."))})


@rule(RoleGrant)
def _somebody_administers(session: PolicySession, grant: RoleGrant, act: str) -> None:
    """The last administrator can't be taken away: nobody could give the role back."""
    today = clock.today()
    in_force = grant.role == "administrator" and (grant.ends_on is None or grant.ends_on >= today)
    if act == "create" or (act == "change" and in_force):
        return
    others = session.scalar(
        select(RoleGrant.id)
        .where(
            RoleGrant.role == "administrator",
            RoleGrant.id != grant.id,
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
        )
        .limit(1)
    )
    if others is None:
        raise Invalid({"": said(N_("The last administrator can't be taken away."))})
