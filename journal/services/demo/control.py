"""What the demo's office did: checks of journals, remarks, requests to open what is locked."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update

from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import (
    Account,
    CorrectionRequest,
    Finding,
    JournalCheck,
    JournalRemark,
    Lesson,
    Mark,
    SchoolClass,
    TeachingAssignment,
)
from journal.services import calendar, records, reference
from journal.services.control import remarks

HOUR = time(9, 30)


class Doings:
    """The control of the last weeks, signed by those who did it, at moments that don't depend on the hour of the making."""

    def __init__(self, session: PolicySession) -> None:
        self.session, self.data = session, reference.read("demo.toml")["control"]
        logins = ("deputy", "control", "teacher")
        self.accounts = {
            row[0]: row[1] for row in session.execute(select(Account.login, Account.id).where(Account.login.in_(logins)))
        }

    def fill(self) -> None:
        """Checks first, then remarks on what the rules found, then requests."""
        if len(self.accounts) < 3:
            return
        self._checks()
        self._remarks()
        self._requests()

    def _checks(self) -> None:
        year = calendar.current_year(self.session)
        newest = select(SchoolClass.id).where(SchoolClass.academic_year_id == (year.id if year else 0))
        classes = list(self.session.scalars(newest.order_by(SchoolClass.id)))
        for n, (subject, conclusion) in enumerate(self.data["checks"]):
            ends = clock.today() - timedelta(days=7 * n + 1)
            made = records.create(
                self.session,
                JournalCheck,
                {
                    "subject": subject,
                    "school_class_id": classes[-6 - n] if n < 2 else None,
                    "begins_on": ends - timedelta(days=20),
                    "ends_on": ends,
                    "checked_on": ends,
                    "conclusion": conclusion or None,
                },
            )
            self._sign(JournalCheck, made.id, "control" if n == 1 else "deputy", ends)

    def _remarks(self) -> None:
        """The teachers with the most empty lessons get a remark by the rule; one has answered, one is overdue."""
        found: dict[int, list[Finding]] = {}
        for finding in self.session.scalars(
            select(Finding).where(Finding.rule == "no-topic").order_by(Finding.since_on, Finding.id)
        ):
            found.setdefault(finding.assignment_id or 0, []).append(finding)
        ranked = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:4]
        for n, (assignment_id, findings) in enumerate(ranked):
            days = ", ".join(f"{on:%d.%m}" for on in sorted({finding.since_on for finding in findings}))
            text = self.data["remark"] % (len(findings), days)
            due = clock.today() + timedelta(days=3)
            made = remarks.write(self.session, assignment_id, text, due_on=due, findings=findings)
            if n == 0:
                records.change(self.session, made, {"answer": self.data["answer"]})
            if n == 1:
                records.change(self.session, made, {"due_on": clock.today() - timedelta(days=2)})
            self._sign(JournalRemark, made.id, "deputy", clock.today() - timedelta(days=4 - n))

    def _requests(self) -> None:
        """The mathematician asks twice: one request waits, one was granted."""
        staff_id = self.session.scalar(select(Account.staff_id).where(Account.login == "teacher"))
        old = clock.today() - timedelta(days=40)
        cells = self.session.execute(
            select(Mark.lesson_id, Mark.student_id, Mark.assignment_id)
            .join(Lesson, Lesson.id == Mark.lesson_id)
            .join(TeachingAssignment, TeachingAssignment.id == Mark.assignment_id)
            .where(TeachingAssignment.staff_id == staff_id, Lesson.held_on < old)
            .order_by(Mark.id.desc())
            .limit(2)
        ).all()
        for n, (lesson_id, student_id, assignment_id) in enumerate(cells):
            place = {"lesson_id": lesson_id, "student_id": student_id, "assignment_id": assignment_id}
            made = records.create(self.session, CorrectionRequest, {**place, "reason": self.data["requests"][n]})
            self._sign(CorrectionRequest, made.id, "teacher", clock.today() - timedelta(days=1 + 3 * n))
            if n:
                until = self._at(clock.today() - timedelta(days=3))
                records.change(self.session, made, {"state": "granted", "open_until": until, "answer": self.data["granted"]})
                self._sign(CorrectionRequest, made.id, "deputy", clock.today() - timedelta(days=4), first=False)

    def _at(self, on: date) -> datetime:
        return datetime.combine(on, HOUR, clock.zone()).astimezone(tz=clock.now().tzinfo)

    def _sign(self, entity: Any, id_: int, login: str, on: date, *, first: bool = True) -> None:
        """Who did it and when; the demo has no person at the keyboard."""
        table, at, who = entity.__table__, self._at(on), self.accounts[login]
        values = {"changed_at": at, "changed_by_id": who}
        if first:
            values |= {"written_at": at, "written_by_id": who}
        self.session.connection().execute(update(table).where(table.c.id == id_).values(values))
