"""Remarks on journal keeping: written by hand or by the rules, answered by the teacher, closed when the gap is filled."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import Engine, Select, func, select

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_, short_name
from journal.schema import (
    Account,
    Finding,
    JournalRemark,
    Lesson,
    SchoolClass,
    Staff,
    Student,
    Subgroup,
    Subject,
    TeachingAssignment,
)
from journal.services import database, reach, records, settings
from journal.services.control import registry
from journal.services.control.findings import look
from journal.services.refusals import Invalid, Missing, said

MOST_FINDINGS = 500


@dataclass(frozen=True)
class Remark:
    """A remark as a list shows it."""

    row: JournalRemark
    class_name: str
    subject: str
    subgroup: str | None
    teacher: str
    staff_id: int
    lesson_on: date | None
    student: str | None
    author: str | None

    @property
    def is_overdue(self) -> bool:
        """Whether its term is over and it is still open."""
        return self.row.state == "open" and self.row.due_on is not None and self.row.due_on < clock.today()


def listed(session: PolicySession, *conditions: Any, limit: int = 200) -> list[Remark]:
    """Remarks, the open and the newest first. One query."""
    order = (JournalRemark.state != "open", JournalRemark.state == "accepted", JournalRemark.id.desc())
    found = session.execute(_rows().where(*conditions).order_by(*order).limit(limit))
    return [_remark(row) for row in found]


def of_teacher(session: PolicySession, staff_id: int) -> list[Remark]:
    """The remarks on a teacher's journals that are not accepted yet."""
    return listed(session, TeachingAssignment.staff_id == staff_id, JournalRemark.state != "accepted")


def _rows() -> Select[Any]:
    rows: Any = (
        select(
            JournalRemark,
            SchoolClass.name,
            Subject.name,
            Subgroup.name,
            Staff.last_name,
            Staff.first_name,
            Staff.middle_name,
            Staff.id,
            Lesson.held_on,
            Student.last_name,
            Student.first_name,
            Account.name,
        )
        .join(TeachingAssignment, TeachingAssignment.id == JournalRemark.assignment_id)
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(Staff, Staff.id == TeachingAssignment.staff_id)
        .outerjoin(Subgroup, Subgroup.id == TeachingAssignment.subgroup_id)
        .outerjoin(Lesson, Lesson.id == JournalRemark.lesson_id)
        .outerjoin(Student, Student.id == JournalRemark.student_id)
        .outerjoin(Account, Account.id == JournalRemark.written_by_id)
    )
    return cast(Select[Any], rows)


def _remark(row: Any) -> Remark:
    remark, class_name, subject, subgroup, last, first, middle, staff_id, on, pupil, name, author = row
    student = f"{pupil} {name}" if pupil else None
    return Remark(remark, class_name, subject, subgroup, short_name(last, first, middle), staff_id, on, student, author)


def get(session: PolicySession, remark_id: int) -> JournalRemark:
    """A remark that this person may see. Raises `Missing`."""
    found = session.get(JournalRemark, remark_id)
    if found is None:
        raise Missing
    return found


def write(
    session: PolicySession,
    assignment_id: int,
    text: str,
    *,
    due_on: date | None = None,
    lesson_id: int | None = None,
    student_id: int | None = None,
    findings: Sequence[Finding] = (),
    check_id: int | None = None,
) -> JournalRemark:
    """A new remark on a journal, a lesson, or findings of one rule; with findings it closes itself when they are gone."""
    rules = {finding.rule for finding in findings}
    if len(rules) > 1:
        raise Invalid({"": said(N_("One remark speaks of one rule."))})
    if due_on is not None and due_on < clock.today():
        raise Invalid({"due_on": said(N_("The term is in the past."))})
    values: dict[str, Any] = {
        "assignment_id": assignment_id,
        "text": text.strip(),
        "due_on": due_on or term(session),
        "lesson_id": lesson_id,
        "student_id": student_id,
        "journal_check_id": check_id,
        "rule": rules.pop() if rules else None,
    }
    if findings:
        values["findings"] = [finding.identity for finding in findings[:MOST_FINDINGS]]
    return records.create(session, JournalRemark, values)


def term(session: PolicySession) -> date:
    """Until when a remark is to be mended: some days from now, by a setting."""
    return clock.today() + timedelta(days=settings.whole(session, "remark_term_days"))


def answer(session: PolicySession, remark_id: int, text: str) -> JournalRemark:
    """The teacher's answer."""
    remark = get(session, remark_id)
    if not text.strip():
        raise Invalid({"answer": said(N_("This field is required."))})
    if remark.state == "accepted":
        raise Invalid({"": said(N_("The remark is closed already."))})
    return records.change(session, remark, {"answer": text.strip()})


def accept(session: PolicySession, remark_id: int) -> JournalRemark:
    """The author is content."""
    remark = get(session, remark_id)
    return records.change(session, remark, {"state": "accepted", "fixed_on": remark.fixed_on or clock.today()})


def reopen(session: PolicySession, remark_id: int) -> JournalRemark:
    """The author is not content: open again, with a new term."""
    return records.change(session, get(session, remark_id), {"state": "open", "fixed_on": None, "due_on": term(session)})


# --- by the rules


def generate(session: PolicySession, say: Any, staff_id: int | None = None) -> int:
    """Remarks for what is not filled: one a journal and rule, none where an open one says it already. Gives their number.

    `say` turns a rule and its findings into the text of the remark.
    """
    codes = [check.code for check in registry.every() if check.calls_for_remark]
    able = reach.as_creator(session, JournalRemark, Finding)
    conditions: list[Any] = [Finding.rule.in_(codes), Finding.assignment_id.is_not(None), able]
    if staff_id is not None:
        conditions.append(Finding.staff_id == staff_id)
    groups: dict[tuple[int, str], list[Finding]] = defaultdict(list)
    for finding in session.scalars(select(Finding).where(*conditions).order_by(Finding.since_on, Finding.id)):
        groups[finding.assignment_id or 0, finding.rule].append(finding)
    told = _told(session)
    made = 0
    for (assignment_id, code), findings in groups.items():
        fresh = [finding for finding in findings if finding.identity not in told]
        if fresh:
            write(session, assignment_id, say(registry.by_code()[code], fresh), findings=fresh)
            made += 1
    return made


def _told(session: PolicySession) -> set[str]:
    """The findings that an open remark speaks of."""
    found = session.scalars(
        select(JournalRemark.findings).where(JournalRemark.state == "open", JournalRemark.rule.is_not(None))
    )
    return {identity for identities in found for identity in identities or ()}


def settle(engine: Engine, staff_id: int | None = None) -> int:
    """Close the remarks whose findings are gone, of all teachers or of one; the rules look now. Gives their number."""
    checks = registry.by_code()
    with database.reading(engine, System("job")) as session:
        remarks = _self_closing(session, staff_id)
        rules = {rule for _, rule, _ in remarks if rule in checks}
        present = {row["identity"] for rule in rules for row in look(session, checks[rule])}
    done = [id_ for id_, rule, identities in remarks if rule in rules and not present & set(identities or ())]
    if not done:
        return 0
    with database.work(engine, System("job")) as session:
        for remark in session.scalars(
            select(JournalRemark).where(JournalRemark.id.in_(done), JournalRemark.state == "open")
        ):
            records.change(session, remark, {"state": "fixed", "fixed_on": clock.today()})
    return len(done)


def _self_closing(session: PolicySession, staff_id: int | None) -> list[Any]:
    asked = (
        select(JournalRemark.id, JournalRemark.rule, JournalRemark.findings)
        .join(TeachingAssignment, TeachingAssignment.id == JournalRemark.assignment_id)
        .where(JournalRemark.state == "open", JournalRemark.rule.is_not(None))
    )
    if staff_id is not None:
        asked = asked.where(TeachingAssignment.staff_id == staff_id)
    return list(session.execute(asked).all())


def open_counts(session: PolicySession) -> tuple[int, int]:
    """(open, of them overdue) remarks that the person may see."""
    overdue = func.count(JournalRemark.id).filter(JournalRemark.due_on < clock.today())
    row = session.execute(select(func.count(JournalRemark.id), overdue).where(JournalRemark.state == "open")).one()
    return row[0], row[1]
