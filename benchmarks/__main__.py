"""`make bench`: the pages and the acts that people wait for, on a 30 x 40 journal and on the demo school.

The peer for times is a page of the same application that shows nothing (`/healthz`), measured in the same run; sizes and
queries are counts. RosarioSIS's gradebook of 30 x 30 took 52 ms and 449 KB on 2 cores.
"""

import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

os.environ["JOURNAL_TODAY"] = "2026-11-23"

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text

from benchmarks import control, timetable, typing
from journal import schema as s
from journal.access.actor import System
from journal.cli import opened
from journal.config import ROOT, Config
from journal.factory import create_app
from journal.services import database, records
from journal.services.demo import Demo, build
from journal.web.database import db
from tests.counting import counted

ROUNDS = 25
PUPILS, LESSONS = 30, 40


def say(name: str, value: float, unit: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit}))


def median_ms(act: Callable[[], Any]) -> float:
    """The median of some rounds after a warm-up, in milliseconds."""
    for _ in range(3):
        act()
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def queries(app: Flask, act: Callable[[], Any]) -> int:
    with app.app_context():
        engine = db.engine
    with counted(engine) as count:
        act()
    return count.statements


def thirty_by_forty(engine: Engine) -> int:
    """A class of 30 pupils with 40 lessons in the quarter, most cells filled; gives the assignment."""
    with database.work(engine, System("command")) as session:
        teacher = session.scalars(select(s.Account).where(s.Account.login == "teacher")).one()
        klass = session.scalars(select(s.SchoolClass).where(s.SchoolClass.name.like("7%"))).first()
        assert klass is not None
        subject = records.create(session, s.Subject, {"name": "Bench", "code": "B"})
        assignment = records.create(
            session,
            s.TeachingAssignment,
            {
                "staff_id": teacher.staff_id,
                "subject_id": subject.id,
                "school_class_id": klass.id,
                "starts_on": date(2026, 9, 1),
            },
        )
        students = list(session.scalars(select(s.Enrolment.student_id).where(s.Enrolment.school_class_id == klass.id)))
        while len(students) < PUPILS:
            made = records.create(session, s.Student, {"last_name": f"Bench{len(students)}", "first_name": "X"})
            records.create(
                session,
                s.Enrolment,
                {
                    "student_id": made.id,
                    "school_class_id": klass.id,
                    "starts_on": date(2026, 9, 1),
                },
            )
            students.append(made.id)
        for n in range(LESSONS):
            on = date(2026, 11, 2) + timedelta(days=n % 20)
            lesson = records.create(
                session,
                s.Lesson,
                {
                    "assignment_id": assignment.id,
                    "held_on": on,
                    "number": 1 + n // 20,
                    "topic": f"Topic of lesson {n}",
                },
            )
            records.create_many(
                session,
                s.Mark,
                (
                    {
                        "lesson_id": lesson.id,
                        "assignment_id": assignment.id,
                        "student_id": student,
                        "value": str(2 + (n + i) % 4),
                    }
                    for i, student in enumerate(students)
                    if (n + i) % 3
                ),
            )
        return assignment.id


def client_of(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/login", data={"username": login, "password": "demo"}).status_code == 302
    return client


def transferred(client: FlaskClient, html: bytes) -> tuple[int, int]:
    """Bytes of a page gzipped with all that it loads of ours until keys work, and of its scripts alone."""
    total, scripts = len(gzip.compress(html)), 0
    for name in set(re.findall(rb"/static/([\w./-]+)", html)) | ({b"js/queue.js"} if b"classbook.js" in html else set()):
        size = len(gzip.compress(client.get(f"/static/{name.decode()}").data))
        total += size
        scripts += size if name.endswith(b".js") else 0
    return total, scripts


def page(app: Flask, client: FlaskClient, name: str, address: str, reference: float) -> None:
    html = client.get(address).data
    took = median_ms(lambda: client.get(address))
    total, scripts = transferred(client, html)
    say(f"{name}: time", took, "ms")
    say(f"{name}: time as a ratio to /healthz", took / reference, "x")
    say(f"{name}: page", len(html) / 1024, "KB")
    say(f"{name}: everything, gzipped", total / 1024, "KB")
    say(f"{name}: scripts, gzipped", scripts / 1024, "KB")
    say(f"{name}: queries", queries(app, lambda: client.get(address)), "queries")


def saving(app: Flask, client: FlaskClient, assignment: int, engine: Engine) -> None:
    with database.work(engine, System("command")) as session:
        lesson, student, value = session.execute(
            select(s.Mark.lesson_id, s.Mark.student_id, s.Mark.value).where(s.Mark.assignment_id == assignment)
        ).first() or (0, 0, "")
    turn = 0

    def save() -> None:
        nonlocal turn, value
        turn += 1
        before, value = value, "2" if value != "2" else "5"
        op = {"id": f"bench-{turn:08}", "lesson": lesson, "student": student, "value": value, "base": before}
        answer = client.post(f"/classbook/{assignment}/ops", json={"ops": [op]})
        assert answer.get_json()["results"][0]["state"] == "saved", answer.get_json()

    say("save a cell: time", median_ms(save), "ms")
    say("save a cell: queries", queries(app, save), "queries")


CHANGES = 2000


def trail_size(engine: Engine) -> None:
    """What 100,000 changes of one field add to a SQLite database: the entries of the trail with their indexes."""
    pages = text("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%trail_entry%'")

    def size() -> int:
        with engine.connect() as connection:
            return int(connection.execute(pages).scalar() or 0)

    before = size()
    with database.work(engine, System("command")) as session:
        for n, lesson in enumerate(session.scalars(select(s.Lesson).limit(CHANGES)).all()):
            records.change(session, lesson, {"topic": f"Repetition {n % 50}"}, operation=f"bench-{n:08}")
    say("trail: size of 100,000 changes", (size() - before) / CHANGES * 100_000 / 1024 / 1024, "MB")


def start_up() -> None:
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "import app"],
        cwd=ROOT,
        check=True,
        env={**os.environ, "JOURNAL_INSTANCE": tempfile.mkdtemp()},
    )
    say("start-up of the application", time.perf_counter() - begun, "s")


def made(name: str, demo: Demo) -> tuple[Config, Engine]:
    """A demo school in a database of its own, timed."""
    folder = Path(tempfile.mkdtemp())
    config = Config(database_url=f"sqlite:///{folder}/demo.db", secret_key="bench " * 8, instance=folder, demo=True)
    begun = time.perf_counter()
    opened.upgrade(config)
    engine = database.open_engine(config.database_url)
    build(engine, demo)
    say(name, time.perf_counter() - begun, "s")
    return config, engine


def main() -> None:
    config, engine = made("demo school from nothing (after the installation)", Demo())
    assignment = thirty_by_forty(engine)
    app = create_app(config, TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    teacher, parent, admin = (client_of(app, login) for login in ("teacher", "parent", "admin"))
    reference = median_ms(lambda: app.test_client().get("/healthz"))
    page(app, teacher, "journal 30 x 40", f"/classbook/{assignment}", reference)
    saving(app, teacher, assignment, engine)
    typing.saved_a_second(teacher, assignment, engine, say)
    typing.measure(app, assignment, ("teacher", "demo"), say)
    page(app, parent, "diary week", "/diary/", reference)
    page(app, admin, "panel list of marks", "/admin/mark/", reference)
    page(app, admin, "panel list of students, searched", "/admin/student/?q=%D0%B8%D0%B2", reference)
    trail_size(engine)
    start_up()
    timetable.main()
    if "--big" in sys.argv:
        big()


def big() -> None:
    """The 33-class school of three years: over a million marks."""
    config, engine = made("demo school of 33 classes and 3 years", Demo(classes=33, years=3))
    with engine.connect() as connection:
        say("its marks", connection.exec_driver_sql("select count(*) from mark").scalar() or 0, "rows")
    app = create_app(config, TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    control.measure(engine, client_of(app, "deputy"), say)


if __name__ == "__main__":
    main()
