"""The people of the tests and their school: two sides that must not see each other.

Side A is class 7A: Anna leads it and teaches Russian there; Petya is its pupil, Maria is Petya's mother.
Side B is class 7B: Boris leads it and teaches algebra there; Vera is its pupil, Viktor is Vera's father.
The office — admin, director, deputy, control — sees both. Every entity has a row on each side.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, select

from journal import schema as s
from journal.access.actor import Actor, Role, System
from journal.access.session import PolicySession
from journal.services import calendar, cells, database, records
from journal.services.accounts import passwords

PASSWORD = "correct horse"
HASH = passwords.FAST_HASHER.hash(PASSWORD)
OFFICE = ("admin", "director", "deputy", "control")
SIDE = {"anna": "A", "petya": "A", "maria": "A", "boris": "B", "vera": "B", "viktor": "B"}
LOGINS = (*OFFICE, *SIDE)
ROLES = {
    "admin": {Role.ADMINISTRATOR, Role.CONTROL},
    "director": {Role.DIRECTOR},
    "deputy": {Role.DEPUTY},
    "control": {Role.CONTROL},
    "anna": {Role.CLASS_TEACHER, Role.TEACHER},
    "boris": {Role.CLASS_TEACHER, Role.TEACHER},
    "petya": {Role.STUDENT},
    "vera": {Role.STUDENT},
    "maria": {Role.GUARDIAN},
    "viktor": {Role.GUARDIAN},
}
TODAY = date(2026, 11, 23)
YESTERDAY = date(2026, 11, 20)
TOMORROW = date(2026, 11, 30)
ILL_ON = date(2026, 10, 5)
MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class School:
    """A built school: rows of each side by entity, and sessions of people."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.opened: list[PolicySession] = []

    def actor(self, login: str) -> Actor:
        """The persona as the sign-in would make it."""
        account = s.Account.__table__.c
        with self.engine.connect() as connection:
            row = connection.execute(select(s.Account.__table__).where(account.login == login)).one()
        return Actor(row.id, row.name, frozenset(ROLES[login]), row.staff_id or 0, row.student_id or 0, row.guardian_id or 0)

    def session(self, login: str, *, writing: bool = True) -> PolicySession:
        """A session that belongs to a persona."""
        session = PolicySession(self.engine)
        session.writing = writing
        session.act_as(self.actor(login))
        self.opened.append(session)
        return session

    @contextmanager
    def acting(self, login: str) -> Iterator[PolicySession]:
        """A persona's unit of work: committed at the end, given back whatever happens."""
        with database.work(self.engine, self.actor(login)) as session:
            yield session

    def acting_as_system(self) -> Any:
        """The test's own unit of work."""
        return database.work(self.engine, System("test"))

    def close(self) -> None:
        """End every session that a test left open."""
        for session in self.opened:
            session.close()

    def system(self, *, writing: bool = False) -> PolicySession:
        session = PolicySession(self.engine)
        session.writing = writing
        session.act_as(System("test"))
        self.opened.append(session)
        return session

    def ids(self, entity: type[s.Entity], side: str) -> list[int]:
        """The rows of an entity on a side."""
        with self.engine.connect() as connection:
            found = connection.execute(
                select(s.Setting.__table__.c.value).where(s.Setting.__table__.c.name == f"{entity.__name__} {side}")
            ).scalar()
        return [int(text) for text in (found or "").split()]

    def id(self, entity: type[s.Entity], side: str) -> int:
        return self.ids(entity, side)[0]


def build(engine: Engine) -> None:
    """Fill an empty database."""
    with database.work(engine, System("test")) as session:
        Builder(session).build()


@dataclass
class Side:
    """What the rows of one side have in common."""

    name: str
    klass: s.SchoolClass
    staff: s.Staff
    student: s.Student
    guardian: s.Guardian
    assignment: s.TeachingAssignment
    lesson: s.Lesson
    accounts: dict[str, int]


class Builder:
    """Makes a row of every entity on both sides, through `records`."""

    def __init__(self, session: PolicySession) -> None:
        self.session = session
        self.rows: dict[tuple[str, str], list[int]] = {}
        self.side = "A"

    def add(self, kind: type[Any], /, **values: Any) -> Any:
        row = records.create(self.session, kind, values)
        self.rows.setdefault((kind.__name__, self.side), []).append(row.id)
        return row

    def build(self) -> None:
        self.common()
        for login in OFFICE:
            self.office(login)
        for side, names in (("A", ("anna", "petya", "maria")), ("B", ("boris", "vera", "viktor"))):
            self.side = side
            self.one_side(side, names)
        for (entity, side), ids in list(self.rows.items()):
            records.create(self.session, s.Setting, {"name": f"{entity} {side}", "value": " ".join(map(str, ids))})

    def common(self) -> None:
        self.year = records.create(
            self.session,
            s.AcademicYear,
            {"name": "2026/27", "begins_on": date(2026, 9, 1), "ends_on": date(2027, 5, 26), "is_current": True},
        )
        self.grade = records.create(self.session, s.GradeLevel, {"number": 7})
        for name, kind, first, last in (
            ("1 quarter", "quarter", date(2026, 9, 1), date(2026, 10, 25)),
            ("2 quarter", "quarter", date(2026, 11, 2), date(2026, 12, 27)),
            ("Year", "year", date(2026, 9, 1), date(2027, 5, 26)),
        ):
            self.period = records.create(
                self.session,
                s.GradingPeriod,
                {"academic_year_id": self.year.id, "name": name, "kind": kind, "begins_on": first, "ends_on": last},
            )
        reasons = {}
        for letter, name, extra in (
            ("N", "absent", {"is_default": True}),
            ("I", "ill", {}),
            ("L", "late", {"is_absence": False}),
        ):
            reasons[letter] = records.create(self.session, s.AbsenceReason, {"letter": letter, "name": name, **extra})
        self.reason, self.ill = reasons["N"], reasons["I"]
        self.kind = records.create(self.session, s.WorkType, {"name": "Plain", "code": "", "weight": Decimal(1)})
        records.create(self.session, s.WorkType, {"name": "Test", "code": "T", "weight": Decimal(2), "is_control": True})
        bells = records.create(self.session, s.BellSchedule, {"name": "Usual", "is_default": True})
        for number in range(1, 7):
            records.create(
                self.session,
                s.BellPeriod,
                {
                    "bell_schedule_id": bells.id,
                    "number": number,
                    "starts_at": time(7 + number),
                    "ends_at": time(7 + number, 45),
                },
            )
        short = records.create(self.session, s.BellSchedule, {"name": "Brief"})
        hours = {"number": 1, "starts_at": time(9), "ends_at": time(9, 30)}
        records.create(self.session, s.BellPeriod, {"bell_schedule_id": short.id, **hours})
        gives_way = {"bell_schedule_id": bells.id, "weekday": 7, "rings_id": short.id}
        records.create(self.session, s.BellDay, gives_way)
        records.create(self.session, s.Setting, {"name": "school_name", "value": "School 7"})

    def account(self, login: str, **who: int) -> s.Account:
        account: s.Account = self.add(s.Account, login=login, name=login.title(), password_hash=HASH, **who)
        return account

    def office(self, login: str) -> None:
        self.side = "office"
        staff = self.add(s.Staff, last_name=login.title(), first_name="Office")
        account = self.account(login, staff_id=staff.id)
        for role in sorted(ROLES[login] & {Role(r) for r in ("administrator", "director", "deputy", "control")}):
            self.add(s.RoleGrant, account_id=account.id, role=str(role), starts_on=date(2026, 9, 1))

    def one_side(self, side: str, names: tuple[str, str, str]) -> None:
        teacher, pupil, parent = names
        staff = self.add(s.Staff, last_name=teacher.title(), first_name="Teacher", phone=f"+7 900 {side}")
        room = self.add(s.Room, number=f"1{side}")
        klass = self.add(
            s.SchoolClass,
            academic_year_id=self.year.id,
            grade_level_id=self.grade.id,
            letter=side,
            name=f"7{side}",
            class_teacher_id=staff.id,
            room_id=room.id,
        )
        student = self.add(
            s.Student, last_name=pupil.title(), first_name="Pupil", phone=f"+7 901 {side}", born_on=date(2013, 5, 1)
        )
        guardian = self.add(s.Guardian, last_name=parent.title(), first_name="Parent", phone=f"+7 902 {side}")
        self.add(s.Guardianship, guardian_id=guardian.id, student_id=student.id, kinship="mother")
        self.add(s.Enrolment, student_id=student.id, school_class_id=klass.id, starts_on=date(2026, 9, 1))
        subject = self.add(s.Subject, name=f"Subject {side}", code=f"S{side}")
        assignment = self.add(
            s.TeachingAssignment,
            staff_id=staff.id,
            subject_id=subject.id,
            school_class_id=klass.id,
            hours_a_week=Decimal(2),
            starts_on=date(2026, 9, 1),
        )
        logins = {
            teacher: self.account(teacher, staff_id=staff.id).id,
            pupil: self.account(pupil, student_id=student.id).id,
            parent: self.account(parent, guardian_id=guardian.id).id,
        }
        lesson = self.timetable(side, klass, assignment, room)
        made = Side(side, klass, staff, student, guardian, assignment, lesson, logins)
        self.journal(made, subject)
        self.plans(made, subject)
        self.talk(made)
        self.control(made)
        self.system(made)

    def timetable(self, side: str, klass: Any, assignment: Any, room: Any) -> s.Lesson:
        first = date(2026, 9, 1) if side == "A" else date(2026, 9, 2)
        if side == "A":
            self.version = self.add(
                s.Timetable,
                academic_year_id=self.year.id,
                name="First",
                valid_from=first,
                valid_to=self.year.ends_on,
                state="published",
            )
        else:
            self.add(
                s.Timetable,
                academic_year_id=self.year.id,
                name="Draft",
                valid_from=first,
                valid_to=self.year.ends_on,
            )
        number = 1 if side == "A" else 2
        for weekday in (1, 5):
            self.add(
                s.TimetableEntry,
                timetable_id=self.version.id,
                weekday=weekday,
                number=number,
                assignment_id=assignment.id,
                room_id=room.id,
            )
        past = self.add(
            s.Lesson, assignment_id=assignment.id, held_on=YESTERDAY, number=number, room_id=room.id, topic="Topic"
        )
        away = {"begins_on": date(2026, 9, 7), "ends_on": date(2026, 9, 7), "cause": "ill", "note": f"Order {side}"}
        self.add(s.StaffAbsence, staff_id=assignment.staff_id, **away)
        self.add(s.Unavailability, staff_id=assignment.staff_id, weekday=6, strength="unwanted")
        self.add(s.SubjectRoom, subject_id=assignment.subject_id, room_id=room.id)
        self.add(s.TimetableRule, code={"A": "unavailable", "B": "rooms"}[side])
        self.session.flush()
        return past

    def journal(self, side: Side, subject: Any) -> None:
        lesson, student = side.lesson.id, side.student.id
        records.change(self.session, side.lesson, {"work_type_id": self.kind.id})
        self.add(s.Mark, lesson_id=lesson, student_id=student, value="5")
        work = self.add(s.LessonWork, lesson_id=lesson, position=1, name="Test", work_type_id=self.kind.id)
        criterion = self.add(s.Criterion, work_id=work.id, position=1, name="First", most_points=5)
        self.add(s.CriterionScore, criterion_id=criterion.id, student_id=student, points=4)
        other = self.add(s.Lesson, assignment_id=side.assignment.id, held_on=date(2026, 11, 16), number=6)
        self.add(s.Absence, lesson_id=other.id, student_id=student, reason_id=self.reason.id)
        self.add(s.ExcuseDocument, student_id=student, reason_id=self.ill.id, begins_on=ILL_ON, ends_on=ILL_ON)
        self.add(s.PendingMark, lesson_id=lesson, student_id=student, due_on=TOMORROW, is_settled=True)
        self.add(s.FinalMark, assignment_id=side.assignment.id, student_id=student, period_id=self.period.id, value="5")
        homework = self.add(s.Homework, lesson_id=lesson, text=f"Homework {side.name}")
        self.add(
            s.Attachment, homework_id=homework.id, file_name="a.pdf", content_type="application/pdf", size=1, digest="0" * 64
        )
        teacher = next(iter(side.accounts.values()))
        note = self.add(s.BehaviourNote, student_id=student, noted_on=YESTERDAY, text="Well done", kind="praise")
        records.change(self.session, note, {"written_by_id": teacher})
        self.add(s.NoteReceipt, note_id=note.id, guardian_id=side.guardian.id, seen_at=MOMENT)
        notice = {"student_id": student, "reason_id": self.ill.id, "begins_on": TOMORROW, "ends_on": TOMORROW}
        self.add(s.AbsenceNotice, **notice)
        self.add(s.ConfirmedDoubt, student_id=student, doubt="age")
        self.add(s.DiaryReceipt, student_id=student, guardian_id=side.guardian.id, week_on=calendar.monday(TODAY))
        self.add(s.Substitution, lesson_id=other.id, kind="cancel", reason=f"Secret {side.name}")
        group = self.add(s.Subgroup, school_class_id=side.klass.id, name="1")
        self.add(s.SubgroupMember, subgroup_id=group.id, student_id=student, starts_on=date(2026, 9, 1))
        scale = self.add(s.GradingScale, name=f"Scale {side.name}")
        records.change(self.session, subject, {"grading_scale_id": scale.id})

    def plans(self, side: Side, subject: Any) -> None:
        scheme = self.add(
            s.SchemeOfWork,
            name=f"Plan {side.name}",
            subject_id=subject.id,
            grade_level_id=self.grade.id,
            assignment_id=side.assignment.id,
            staff_id=side.staff.id,
        )
        self.add(s.PlannedLesson, scheme_of_work_id=scheme.id, number=1, topic="First")
        self.add(s.AssessmentSchedule, assignment_id=side.assignment.id, planned_on=TOMORROW, work_type_id=self.kind.id)
        day = date(2026, 9, 1) if side.name == "A" else date(2025, 9, 1)
        self.add(s.TimetableNorm, grade_level_id=self.grade.id, days_a_week=5, week_max=32, day_max=7, valid_from=day)
        self.add(
            s.SubjectDifficulty, subject_id=subject.id, grade_level_id=self.grade.id, points=9, valid_from=date(2026, 9, 1)
        )
        self.add(
            s.Holiday,
            academic_year_id=self.year.id,
            name=f"Day {side.name}",
            begins_on=date(2026, 11, 4),
            ends_on=date(2026, 11, 4),
        )

    def talk(self, side: Side) -> None:
        teacher, *others = side.accounts.values()
        message = self.add(s.Message, sender_id=teacher, subject=f"Letter {side.name}", text="Hello")
        for account in others:
            self.add(s.MessageRecipient, message_id=message.id, account_id=account)
        self.add(
            s.MessageFile, message_id=message.id, file_name="b.pdf", content_type="application/pdf", size=1, digest="0" * 64
        )
        self.add(s.MessageTemplate, name=f"Usual {side.name}", text="Dear {name}", staff_id=side.staff.id)
        self.add(s.Announcement, subject="News", text="All", audience="everybody", shown_from=YESTERDAY)
        for account in side.accounts.values():
            facts = {"subject": "Subject", "day": YESTERDAY.isoformat(), "values": ["4"]}
            self.add(s.Notification, account_id=account, kind="mark", identity="mark:1:1", facts=facts, made_at=MOMENT)
            self.add(s.Subscription, account_id=account, kind="mark")

    def control(self, side: Side) -> None:
        check = self.add(s.JournalCheck, subject=f"Check {side.name}", begins_on=YESTERDAY, ends_on=YESTERDAY)
        self.add(s.JournalRemark, assignment_id=side.assignment.id, text="No topic", journal_check_id=check.id)
        self.add(
            s.Finding,
            rule="no-topic",
            identity=f"no-topic:{side.name}",
            staff_id=side.staff.id,
            assignment_id=side.assignment.id,
            school_class_id=side.klass.id,
            lesson_id=side.lesson.id,
            since_on=YESTERDAY,
            found_at=MOMENT,
        )
        self.add(s.CheckSetting, rule="no-topic", parameter="days" if side.name == "A" else "is_on", value=1)
        self.add(s.CorrectionRequest, assignment_id=side.assignment.id, lesson_id=side.lesson.id, reason="Typo")
        for account in side.accounts.values():
            self.add(s.SupportRequest, account_id=account, subject="Help", text="Please")

    def system(self, side: Side) -> None:
        for login, account in side.accounts.items():
            self.add(s.SignIn, account_id=account, login=login, happened_at=MOMENT, succeeded=True)
            self.add(s.CalendarFeed, account_id=account, key_hash=f"feed {login}", made_at=MOMENT)
            self.add(s.SavedList, account_id=account, entity="Room", name=login)
            self.add(s.SecondFactor, account_id=account, kind="spare", name="x", secret="x", made_at=MOMENT)
            closed = {"raised_at": MOMENT, "since_at": MOMENT, "state": "closed", "facts": {}}
            self.add(s.Alert, account_id=account, rule="new-device", identity=login, **closed)
            self.add(s.Job, kind="import", subject=login, account_id=account, asked_at=MOMENT, state="done")
            self.add(s.TrailEntry, account_id=account, actor=login, act="sign-in", entity="Account", happened_at=MOMENT)
        _, pupil, parent = side.accounts.values()
        for account in (pupil, parent):
            self.add(s.Device, account_id=account, digest=f"device {account}", name="Firefox", first_seen_at=MOMENT)
            self.add(s.AccessCode, account_id=account, digest=f"code {account}", valid_until=MOMENT, used_at=MOMENT)
        self.add(s.Consent, guardian_id=side.guardian.id, student_id=side.student.id, purpose="Journal", given_on=YESTERDAY)
        self.add(s.ImportRun, source="FET", file_name=f"{side.name}.fet", happened_at=MOMENT)
        self.add(s.BackupCopy, file_name=f"{side.name}.zip", made_at=MOMENT, size=1, digest="0" * 64)
        self.add(s.Archive, academic_year_id=self.year.id, file_name=f"{side.name}.zip", made_at=MOMENT, digest="0" * 64)
        self.add(s.HelpPage, address=f"/{side.name}", subject="Help", text="Text")
        self.add(s.Setting, name=f"setting {side.name}", value="1")


def cell(
    school: School, side: str, value: str, base: str = "", student_side: str | None = None, id: str = "op-00000001"
) -> cells.Operation:
    """An operation on the cell of a side's lesson."""
    return cells.Operation(id, school.id(s.Lesson, side), school.id(s.Student, student_side or side), value, base)
