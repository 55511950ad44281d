"""The demo school from the first row to the last."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, select, update

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import short_name
from journal.schema import (
    Account,
    Announcement,
    Enrolment,
    Guardian,
    Guardianship,
    Lesson,
    RoleGrant,
    SchoolClass,
    Setting,
    Staff,
    Student,
)
from journal.services import database, records, reference, settings
from journal.services.accounts import passwords
from journal.services.control import findings
from journal.services.demo import week, year
from journal.services.demo.control import Doings
from journal.services.demo.families import Families
from journal.services.demo.filling import Filling
from journal.services.demo.people import Names
from journal.services.demo.school import Course, Klass, School, Teacher
from journal.services.news import gathering
from journal.services.timetable import laying

SEED = 246
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Demo:
    """How big the school is to be."""

    classes: int = 13
    years: int = 1
    password: str = "demo"

    @property
    def is_big(self) -> bool:
        return self.classes > 13


def build(engine: Engine, demo: Demo, progress: Progress = lambda _: None) -> None:
    """Fill an empty database: the school in one transaction, then what its office did."""
    with database.work(engine, System("demo")) as session:
        _build(session, demo, progress)
    findings.refresh(engine, at=clock.day_begins_at(clock.today()) + timedelta(hours=3))
    with database.work(engine, System("demo")) as session:
        Doings(session).fill()
        Families(session).fill()
    gathering.look(engine, at=clock.day_begins_at(clock.today()) + timedelta(hours=7))
    database.survey(engine)


def _build(session: PolicySession, demo: Demo, progress: Progress) -> None:
    today = clock.today()
    newest = year.first_year(today)
    begin = newest - demo.years + 1
    progress("reference")
    subjects = reference.load(session, date(begin, 9, 1))
    records.create(session, Setting, {"name": "school_name", "value": reference.read("demo.toml")["school"]})
    school = School(session, Names(SEED), subjects)
    office = _office(school)
    for step in range(demo.years):
        made = year.make(session, begin + step, current=begin + step == newest)
        progress(made.row.name)
        _year(session, school, made, demo, office if step == 0 else None, today)
    _announce(session, today)


def labels(count: int) -> list[tuple[int, str]]:
    """The classes: 1–11 of the first letter, then a second fifth and seventh, then the rest by letter."""
    letters = reference.read("demo.toml")["parallel"]
    first = [(grade, letters[0]) for grade in range(1, 12)]
    second = [(5, letters[1]), (7, letters[1])]
    rest = [(g, letter) for letter in letters[1:] for g in range(1, 12) if (g, letter) not in second]
    return sorted((first + second + rest)[:count], key=lambda c: (c[0], letters.index(c[1])))


def _office(school: School) -> dict[str, Teacher]:
    """The people who don't teach."""
    return {name: school.hire(name, -2, female=name != "director") for name in ("director", "deputy", "admin", "control")}


def _year(
    session: PolicySession, school: School, made: year.Year, demo: Demo, office: dict[str, Teacher] | None, today: date
) -> None:
    for teacher in school.teachers:
        teacher.hours = 0
    school.courses = []
    classes = school.classes(made, labels(demo.classes), demo.is_big)
    courses = school.load(made, classes)
    _class_teachers(session, school, classes, courses)
    week.make(session, made, courses, SEED)
    laying.lay(session, made.first)
    _date(session, made)
    if office:
        _accounts(session, school, office, classes, courses, demo)
    until = min(today, made.last)
    if today <= made.last:
        until = today - timedelta(days=1)
    Filling(session, made, until, SEED + made.begins, 2.9 if demo.is_big else 1.45).fill(courses)
    if not made.row.is_current:
        _leave(session, made)


def _date(session: PolicySession, made: year.Year) -> None:
    """The year's lessons were laid the day before it began: the same seed gives the same rows at any hour."""
    table: Any = Lesson.__table__
    at = datetime.combine(made.first - timedelta(days=1), time(12), UTC)
    inside = table.c.held_on >= made.first
    session.connection().execute(update(table).where(inside).values(written_at=at, changed_at=at))


def _leave(session: PolicySession, made: year.Year) -> None:
    """Close the enrolments of a year that is over."""
    table = Enrolment.__table__
    session.connection().execute(
        update(table).where(table.c.ends_on.is_(None)).values(ends_on=made.last)  # type: ignore[arg-type]
    )


def _class_teachers(session: PolicySession, school: School, classes: list[Klass], courses: list[Course]) -> None:
    """Every class gets somebody who teaches there; `teacher` leads none, `classteacher` the first seventh."""
    free = demo_teacher(school)
    leading: set[int] = {free.row.id}
    for klass in sorted(classes, key=lambda k: k.row.name != seventh(classes).row.name):
        own = [c.teacher for c in courses if c.klass is klass and c.subgroup_id is None]
        russian = [t for t in own if t.department == 1]
        ranked = [*(russian if klass is seventh(classes) else []), *own]
        chosen = next((t for t in ranked if t.row.id not in leading), own[0])
        leading.add(chosen.row.id)
        records.change(session, klass.row, {"class_teacher_id": chosen.row.id, "room_id": chosen.room_id})


def seventh(classes: list[Klass]) -> Klass:
    """The first class of grade 7."""
    return next(klass for klass in classes if klass.grade == 7)


def demo_teacher(school: School) -> Teacher:
    """The mathematician with the most algebra."""
    return max((t for t in school.teachers if t.department == 0), key=lambda t: (t.hours, -t.row.id))


def _accounts(
    session: PolicySession,
    school: School,
    office: dict[str, Teacher],
    classes: list[Klass],
    courses: list[Course],
    demo: Demo,
) -> None:
    # Many people try the demo under one login, at any hour: that alone is nothing unusual there.
    settings.put(session, "alerts_off", "new-device two-places night")
    password = passwords.FAST_HASHER.hash(demo.password)
    klass = seventh(classes)
    child = klass.students[3]
    names = {teacher.row.id: name for name, teacher in office.items()}
    names[demo_teacher(school).row.id] = "teacher"
    assert klass.row.class_teacher_id is not None
    names[klass.row.class_teacher_id] = "classteacher"
    for teacher in school.teachers:
        login = names.get(teacher.row.id, f"staff{teacher.row.id}")
        account = _account(session, login, teacher.row, password, staff_id=teacher.row.id)
        granted = {"admin": ("administrator", "control")}.get(login, (login,) if login in office else ())
        for role in granted:
            records.create(
                session,
                RoleGrant,
                {
                    "account_id": account.id,
                    "role": role,
                    "starts_on": date(2020, 9, 1),
                },
            )
    _family(session, child, "parent", password, pupil=True)
    parent = session.scalar(select(Account).where(Account.login == "parent"))
    assert parent is not None and parent.guardian_id is not None
    fourth = next(k for k in classes if k.grade == 4)
    records.create(
        session,
        Guardianship,
        {
            "guardian_id": parent.guardian_id,
            "student_id": fourth.students[2],
            "kinship": "other",
        },
    )
    _family(session, next(k for k in classes if k.grade == 9).students[1], "stranger", password, pupil=False)


def _family(session: PolicySession, student_id: int, login: str, password: str, *, pupil: bool) -> None:
    student = session.get(Student, student_id)
    assert student is not None
    tie = session.scalar(select(Guardianship).where(Guardianship.student_id == student_id).order_by(Guardianship.id))
    assert tie is not None
    guardian = session.get(Guardian, tie.guardian_id)
    assert guardian is not None
    if pupil:
        _account(session, "student", student, password, student_id=student_id)
    _account(session, login, guardian, password, guardian_id=tie.guardian_id)


def _account(session: PolicySession, login: str, person: Staff | Student | Guardian, password: str, **who: int) -> Account:
    name = short_name(person.last_name, person.first_name, person.middle_name)
    return records.create(session, Account, {"login": login, "name": name, "password_hash": password, **who})


def _announce(session: PolicySession, today: date) -> None:
    subject, text = reference.read("demo.toml")["announcement"]
    records.create(
        session,
        Announcement,
        {
            "subject": subject,
            "text": text,
            "audience": "everybody",
            "shown_from": today - timedelta(days=3),
        },
    )


def is_there(session: PolicySession) -> bool:
    """Whether a school is in this database already."""
    return session.scalar(select(SchoolClass.id).limit(1)) is not None
