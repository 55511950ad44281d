"""Finds what is new since the last look and writes it down for those whom it concerns.

A mark becomes news when families see it, not when it is typed; one lesson's marks are one piece of news, one day's absences
are one. What a teacher fills in long after the lesson is no news, and nobody is told of the own doings. The same thing
changed again is the same piece, unread once more.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, or_, select

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import (
    Absence,
    AbsenceNotice,
    AbsenceReason,
    Account,
    BehaviourNote,
    Enrolment,
    Guardianship,
    Homework,
    Lesson,
    Mark,
    Message,
    MessageRecipient,
    Notification,
    SchoolClass,
    Student,
    SubgroupMember,
    Subject,
    Subscription,
    Substitution,
    TeachingAssignment,
)
from journal.services import database, records, settings
from journal.services.membership import covers

FIRST_LOOK = timedelta(hours=1)
"""How far back the very first look goes."""
MENDED = timedelta(minutes=10)
"""Homework changed sooner than this after it was given is still being written."""


@dataclass
class Piece:
    """A piece of news about a pupil, or for single accounts."""

    kind: str
    identity: str
    address: str
    facts: dict[str, Any]
    student_id: int | None = None
    accounts: set[int] = field(default_factory=set)
    """For whom; empty: the pupil and the guardians."""
    authors: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Span:
    """What a look looks at: moments after `since` up to `until`; lessons from `oldest` on."""

    since: datetime
    until: datetime
    oldest: date

    def holds(self, moment: Any) -> Any:
        """Whether a moment lies in it, in SQL."""
        return (moment > self.since) & (moment <= self.until)


def look(engine: Engine, at: datetime | None = None) -> int:
    """One look, now or as at a moment; gives how many notifications are new or unread again."""
    with database.work(engine, System("job")) as session:
        now = at or clock.now()
        text = settings.value(session, "news_looked_at")
        since = datetime.fromisoformat(text) if text else now - FIRST_LOOK
        oldest = clock.today() - timedelta(days=settings.whole(session, "news_days"))
        span = Span(since, now, oldest)
        pieces = [*_marks(session, span), *_absences(session, span), *_notes(session, span), *_homework(session, span),
                  *_notices(session, span), *_messages(session, span), *_lessons(session, span)]  # fmt: skip
        count = _keep(session, pieces, now)
        settings.put_quietly(session, "news_looked_at", now.isoformat())
    return count


def _shown(row: Any, span: Span) -> Any:
    """Changed in the span and seen by families, or seen since this span."""
    at_once = span.holds(row.changed_at) & or_(row.shown_at.is_(None), row.shown_at <= span.until)
    return or_(at_once, span.holds(row.shown_at))


def _marks(session: PolicySession, span: Span) -> Iterable[Piece]:
    fresh = (
        select(Mark.lesson_id, Mark.student_id)
        .join(Lesson, Lesson.id == Mark.lesson_id)
        .where(_shown(Mark, span), Lesson.held_on >= span.oldest, Mark.changed_by_id.is_not(None))
        .distinct()
        .subquery()
    )
    pieces: dict[tuple[int, int], Piece] = {}
    for lesson_id, student_id, held_on, subject, value, author in session.execute(
        select(Mark.lesson_id, Mark.student_id, Lesson.held_on, Subject.name, Mark.value, Mark.changed_by_id)
        .join(fresh, (fresh.c.lesson_id == Mark.lesson_id) & (fresh.c.student_id == Mark.student_id))
        .join(Lesson, Lesson.id == Mark.lesson_id)
        .join(TeachingAssignment, TeachingAssignment.id == Mark.assignment_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .where(or_(Mark.shown_at.is_(None), Mark.shown_at <= span.until))
        .order_by(Mark.lesson_id, Mark.position)
    ):
        piece = pieces.setdefault(
            (lesson_id, student_id),
            Piece("mark", f"mark:{lesson_id}:{student_id}", _week(student_id, held_on),
                  {"subject": subject, "day": held_on.isoformat(), "values": []}, student_id),
        )  # fmt: skip
        piece.facts["values"].append(value)
        piece.authors.add(author or 0)
    return pieces.values()


def _absences(session: PolicySession, span: Span) -> Iterable[Piece]:
    fresh = (
        select(Lesson.held_on, Absence.student_id)
        .join(Lesson, Lesson.id == Absence.lesson_id)
        .where(_shown(Absence, span), Lesson.held_on >= span.oldest, Absence.changed_by_id.is_not(None))
        .distinct()
        .subquery()
    )
    pieces: dict[tuple[date, int], Piece] = {}
    for held_on, student_id, letter, author in session.execute(
        select(Lesson.held_on, Absence.student_id, AbsenceReason.letter, Absence.changed_by_id)
        .join(Lesson, Lesson.id == Absence.lesson_id)
        .join(AbsenceReason, AbsenceReason.id == Absence.reason_id)
        .join(fresh, (fresh.c.held_on == Lesson.held_on) & (fresh.c.student_id == Absence.student_id))
        .where(or_(Absence.shown_at.is_(None), Absence.shown_at <= span.until))
        .order_by(Lesson.held_on, Lesson.number)
    ):
        piece = pieces.setdefault(
            (held_on, student_id),
            Piece("absence", f"absence:{held_on.isoformat()}:{student_id}", _week(student_id, held_on),
                  {"day": held_on.isoformat(), "letters": []}, student_id),
        )  # fmt: skip
        piece.facts["letters"].append(letter)
        piece.authors.add(author or 0)
    return pieces.values()


def _notes(session: PolicySession, span: Span) -> Iterable[Piece]:
    for note in session.scalars(
        select(BehaviourNote).where(span.holds(BehaviourNote.written_at), BehaviourNote.noted_on >= span.oldest)
    ):
        facts = {"day": note.noted_on.isoformat(), "praise": note.kind == "praise"}
        address = _week(note.student_id, note.noted_on)
        yield Piece("note", f"note:{note.id}", address, facts, note.student_id, authors={note.written_by_id or 0})


def _homework(session: PolicySession, span: Span) -> Iterable[Piece]:
    """Homework that was changed after it was given: for every pupil of the class, or for the one it is for."""
    rows = session.execute(
        select(Homework, Subject.name, TeachingAssignment.school_class_id)
        .join(TeachingAssignment, TeachingAssignment.id == Homework.assignment_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(Lesson, Lesson.id == Homework.lesson_id)
        .where(span.holds(Homework.changed_at), Lesson.held_on >= span.oldest, Homework.changed_by_id.is_not(None))
    ).all()
    for row, subject, class_id in rows:
        if row.changed_at - row.written_at < MENDED:
            continue
        pupils = [row.student_id] if row.student_id else _pupils_of(session, class_id)
        for student_id in pupils:
            address = _week(student_id, row.due_on or clock.today())
            authors = {row.changed_by_id or 0}
            yield Piece(
                "homework", f"homework:{row.id}:{student_id}", address, {"subject": subject}, student_id, set(), authors
            )


def _pupils_of(session: PolicySession, class_id: int, subgroup_id: int | None = None) -> list[int]:
    present = covers(Enrolment.starts_on, Enrolment.ends_on, clock.today())
    asked = select(Enrolment.student_id).where(Enrolment.school_class_id == class_id, present)
    if subgroup_id is not None:
        inside = covers(SubgroupMember.starts_on, SubgroupMember.ends_on, clock.today())
        mine = select(SubgroupMember.student_id).where(SubgroupMember.subgroup_id == subgroup_id, inside)
        asked = asked.where(Enrolment.student_id.in_(mine))
    return list(session.scalars(asked))


def _notices(session: PolicySession, span: Span) -> Iterable[Piece]:
    """An announced absence is news to the class teacher; the answer is news to who announced it."""
    leader = (
        select(func.max(Account.id))
        .join(SchoolClass, SchoolClass.class_teacher_id == Account.staff_id)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .where(Enrolment.student_id == AbsenceNotice.student_id)
        .where(covers(Enrolment.starts_on, Enrolment.ends_on, AbsenceNotice.begins_on))
        .scalar_subquery()
    )
    rows = session.execute(
        select(AbsenceNotice, leader, Student.last_name, Student.first_name)
        .join(Student, Student.id == AbsenceNotice.student_id)
        .where(span.holds(AbsenceNotice.changed_at))
    ).all()
    for row, teacher, last, first in rows:
        days = {"begins": row.begins_on.isoformat(), "ends": row.ends_on.isoformat()}
        facts = {**days, "name": f"{last} {first}", "state": row.state}
        if row.state == "open" and teacher:
            yield Piece("notice", f"notice:{row.id}", "/class/absences", facts, row.student_id, {teacher},
                        {row.written_by_id or 0})  # fmt: skip
        elif row.state != "open" and row.written_by_id:
            address = f"/diary/absence?student={row.student_id}"
            yield Piece("notice", f"notice:{row.id}", address, facts, row.student_id, {row.written_by_id},
                        {row.changed_by_id or 0})  # fmt: skip


def _messages(session: PolicySession, span: Span) -> Iterable[Piece]:
    name = select(Account.name).where(Account.id == Message.sender_id).scalar_subquery()
    for message, receiver, sender in session.execute(
        select(Message, MessageRecipient.account_id, name)
        .join(MessageRecipient, MessageRecipient.message_id == Message.id)
        .where(span.holds(Message.sent_at), MessageRecipient.read_at.is_(None))
    ):
        root = message.thread_id or message.id
        yield Piece("message", f"message:{root}", f"/messages/{root}", {"from": sender}, accounts={receiver})


def _lessons(session: PolicySession, span: Span) -> Iterable[Piece]:
    """A lesson cancelled, moved or given to another teacher: for both teachers, and for the families of its pupils."""
    rows = session.execute(
        select(Substitution, Lesson, TeachingAssignment, Subject.name, SchoolClass.name)
        .join(Lesson, Lesson.id == Substitution.lesson_id)
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(SchoolClass, SchoolClass.id == Lesson.school_class_id)
        .where(span.holds(Substitution.changed_at), Substitution.was_on >= clock.today())
    ).all()
    for change, lesson, assignment, subject, class_name in rows:
        on = change.was_on or lesson.held_on
        facts = {"subject": subject, "class": class_name, "day": on.isoformat(), "number": change.was_number,
                 "kind": change.kind, "to": [lesson.held_on.isoformat(), lesson.number]}  # fmt: skip
        identity, authors = f"lesson:{lesson.id}", {change.changed_by_id or 0}
        for whom, staff_id in (("substitute", change.staff_id), ("teacher", assignment.staff_id)):
            accounts = set(session.scalars(select(Account.id).where(Account.staff_id == staff_id, Account.is_active)))
            if staff_id and accounts:
                address = f"/timetable/board?on={on.isoformat()}"
                yield Piece("timetable", identity, address, {**facts, "for": whom}, accounts=accounts, authors=authors)
        for student_id in _pupils_of(session, lesson.school_class_id, assignment.subgroup_id):
            address = _week(student_id, on)
            yield Piece(
                "timetable", f"{identity}:{student_id}", address, {**facts, "for": "family"}, student_id, authors=authors
            )


def _week(student_id: int, on: date) -> str:
    return f"/diary/?student={student_id}&day={on.isoformat()}"


# --- for whom


def _keep(session: PolicySession, pieces: Iterable[Piece], now: datetime) -> int:
    """Write the news down, each for everybody whom it concerns and who wants it."""
    found = list(pieces)
    families = _families(session, {piece.student_id for piece in found if piece.student_id and not piece.accounts})
    wanted: dict[tuple[int, str], Piece] = {}
    for piece in found:
        for account in (piece.accounts or families[piece.student_id or 0]) - piece.authors:
            wanted[account, piece.identity] = piece
    choices = _choices(session, {account for account, _ in wanted})
    present = _present(session, {account for account, _ in wanted}, {identity for _, identity in wanted})
    new, changed = [], []
    for (account, identity), piece in wanted.items():
        is_listed, mailing = choices.get((account, piece.kind), (True, "never"))
        if not is_listed and mailing == "never":
            continue
        read_at = None if is_listed else now
        values = {"facts": piece.facts, "made_at": now, "read_at": read_at, "mailed_at": None, "address": piece.address}
        row = present.get((account, identity))
        if row is None:
            more = {"account_id": account, "identity": identity, "kind": piece.kind, "student_id": piece.student_id}
            new.append({**values, **more})
        elif row[1] != piece.facts or piece.kind == "message":
            changed.append({"id": row[0], **values})
    records.keep_computed(session, Notification, new=new, changed=changed, gone=[], told=False)
    return len(new) + len(changed)


def _families(session: PolicySession, student_ids: Iterable[int]) -> dict[int, set[int]]:
    """Pupil -> the accounts of the pupil and of the guardians."""
    ids, found = list(student_ids), defaultdict[int, set[int]](set)
    for student_id, account in session.execute(
        select(Account.student_id, Account.id).where(Account.student_id.in_(ids), Account.is_active)
    ):
        found[student_id or 0].add(account)
    for student_id, account in session.execute(
        select(Guardianship.student_id, Account.id)
        .join(Account, Account.guardian_id == Guardianship.guardian_id)
        .where(Guardianship.student_id.in_(ids), Account.is_active)
    ):
        found[student_id].add(account)
    return found


def _choices(session: PolicySession, accounts: Iterable[int]) -> dict[tuple[int, str], tuple[bool, str]]:
    rows = session.scalars(select(Subscription).where(Subscription.account_id.in_(list(accounts))))
    return {(row.account_id, row.kind): (row.is_listed, row.mailing) for row in rows}


def _present(
    session: PolicySession, accounts: Iterable[int], identities: Iterable[str]
) -> dict[tuple[int, str], tuple[int, dict[str, Any]]]:
    rows = session.execute(
        select(Notification.account_id, Notification.identity, Notification.id, Notification.facts).where(
            Notification.account_id.in_(list(accounts)), Notification.identity.in_(list(identities))
        )
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def forget(engine: Engine, days: int = 90) -> int:
    """Old news go: everything that they told stands in the diary and in the messages anyway."""
    with database.work(engine, System("job")) as session:
        old = clock.now() - timedelta(days=days)
        gone = list(session.scalars(select(Notification.id).where(Notification.made_at < old)))
        records.keep_computed(session, Notification, new=[], changed=[], gone=gone, told=False)
    return len(gone)
