"""What the demo's class teacher and families did: notes, documents, announced absences, messages, usual texts."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update

from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import (
    Absence,
    AbsenceNotice,
    AbsenceReason,
    Account,
    BehaviourNote,
    Enrolment,
    ExcuseDocument,
    Guardian,
    Guardianship,
    Lesson,
    Message,
    MessageRecipient,
    MessageTemplate,
    SchoolClass,
    Student,
)
from journal.services import records, reference, settings

HOUR = time(14, 20)


class Families:
    """Signed by those who did it, at moments that don't depend on the hour of the making."""

    def __init__(self, session: PolicySession) -> None:
        self.session, self.data = session, reference.read("demo.toml")["families"]
        self.today = clock.today()
        logins = ("classteacher", "parent", "student", "deputy", "teacher", "director")
        rows = session.scalars(select(Account).where(Account.login.in_(logins))).all()
        self.accounts = {row.login: row for row in rows}

    def fill(self) -> None:
        """Everything, where the demo's people are there."""
        if len(self.accounts) < 6:
            return
        settings.put(self.session, "news_looked_at", self._at(self.today - timedelta(days=3)).isoformat())
        for topic, name, text in self.data["templates"]:
            records.create(self.session, MessageTemplate, {"name": name, "topic": topic, "text": text})
        klass = self.session.scalar(
            select(SchoolClass)
            .where(SchoolClass.class_teacher_id == self.accounts["classteacher"].staff_id)
            .order_by(SchoolClass.id.desc())
        )
        assert klass is not None
        pupils = list(
            self.session.scalars(
                select(Student)
                .join(Enrolment, Enrolment.student_id == Student.id)
                .where(Enrolment.school_class_id == klass.id, Enrolment.ends_on.is_(None))
                .order_by(Student.id)
            )
        )
        self._gaps(pupils)
        self._notes(pupils)
        self._documents(klass, pupils)
        self._messages()

    def _gaps(self, pupils: list[Student]) -> None:
        """Some data are missing, as in life."""
        records.change(self.session, pupils[5], {"born_on": None})
        tie = select(Guardian).join(Guardianship, Guardianship.guardian_id == Guardian.id)
        for guardian in self.session.scalars(tie.where(Guardianship.student_id == pupils[9].id)).all():
            records.change(self.session, guardian, {"phone": None})

    def _notes(self, pupils: list[Student]) -> None:
        for n, (place, kind, text) in enumerate(self.data["notes"]):
            on = self._school_day(2 + 2 * n)
            made = records.create(
                self.session,
                BehaviourNote,
                {"student_id": pupils[place].id, "noted_on": on, "kind": kind, "text": text},
            )
            self._sign(BehaviourNote, made.id, "classteacher", on)

    def _documents(self, klass: SchoolClass, pupils: list[Student]) -> None:
        """A certificate for whoever was ill last, and an absence that a parent announces."""
        ill = self._reason(self.data["ill"])
        excused = self._reason(self.data["excused"])
        latest = self.session.execute(
            select(Absence.student_id, Lesson.held_on)
            .join(Lesson, Lesson.id == Absence.lesson_id)
            .join(AbsenceReason, AbsenceReason.id == Absence.reason_id)
            .where(Lesson.school_class_id == klass.id, AbsenceReason.is_default)
            .order_by(Lesson.held_on.desc(), Absence.id)
            .limit(1)
        ).one_or_none()
        if latest is not None:
            student_id, on = latest
            values = {"student_id": student_id, "reason_id": ill, "begins_on": on, "ends_on": on}
            paper = records.create(self.session, ExcuseDocument, {**values, "document_number": "118"})
            table = Absence.__table__
            excused_by = table.c.document_id == paper.id
            self.session.connection().execute(
                update(table).where(excused_by).values(changed_at=self._at(on))  # type: ignore[arg-type]
            )
        child = self.accounts["student"].student_id
        for n, (offset, reason, text) in enumerate(((1, excused, self.data["notice"]), (-12, ill, None))):
            on = self._school_day(-offset)
            values = {"student_id": child, "reason_id": reason, "begins_on": on, "ends_on": on, "text": text}
            made = records.create(self.session, AbsenceNotice, values)
            if n:
                records.change(self.session, made, {"state": "accepted"})
            self._sign(AbsenceNotice, made.id, "parent", self._school_day(1 + 12 * n))

    def _messages(self) -> None:
        for n, (sender, to, subject, parts) in enumerate(self.data["messages"]):
            first: Message | None = None
            for step, text in enumerate(parts):
                author, receiver = (sender, to) if step % 2 == 0 else (to, sender)
                on = self._at(self._school_day(6 - 2 * n), minutes=37 * step)
                values: dict[str, Any] = {
                    "sender_id": self.accounts[author].id,
                    "subject": subject,
                    "text": text,
                    "sent_at": on,
                    "to_whom": "",
                    "thread_id": first.id if first else None,
                    "reply_to_id": first.id if first else None,
                }
                message = records.create(self.session, Message, values)
                first = first or message
                read = on + timedelta(hours=1) if step + 1 < len(parts) else None
                line = {"message_id": message.id, "account_id": self.accounts[receiver].id, "read_at": read}
                records.create(self.session, MessageRecipient, line)

    def _reason(self, letter: str) -> int:
        found = self.session.scalar(select(AbsenceReason.id).where(AbsenceReason.letter == letter))
        assert found is not None
        return found

    def _school_day(self, ago: int) -> date:
        """A weekday some days ago, or to come."""
        on = self.today - timedelta(days=ago)
        rest = on.isoweekday() - 5
        if rest <= 0:
            return on
        return on - timedelta(days=rest) if ago > 0 else on + timedelta(days=3 - rest)

    def _at(self, on: date, minutes: int = 0) -> datetime:
        moment = datetime.combine(on, HOUR, clock.zone()) + timedelta(minutes=minutes)
        return moment.astimezone(tz=clock.now().tzinfo)

    def _sign(self, entity: Any, id_: int, login: str, on: date) -> None:
        table, at, who = entity.__table__, self._at(on), self.accounts[login].id
        values = {"written_at": at, "written_by_id": who, "changed_at": at, "changed_by_id": who}
        self.session.connection().execute(update(table).where(table.c.id == id_).values(values))
