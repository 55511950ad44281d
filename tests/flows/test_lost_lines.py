"""Two browsers, a bad line and a server that is killed: no value is lost, none is written twice, none is overwritten unseen.

The browsers are the queue of `static/js/queue.js` retold: operations with ids of their own wait in a list that outlives
the tab, go out in order, and leave the list only when an answer has come. The server is the real one, killed with SIGKILL.
"""

import contextlib
import http.client
import http.cookiejar
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import free_port

SCHEDULES = int(os.environ.get("JOURNAL_SCHEDULES", "60"))
PATIENCE = 60
"""Seconds in which a server that was killed is there again, on a machine that has much else to do."""
VALUES = ["5", "4", "3", "2", "5/4", ""]


class Killed:
    """The server, its parent and its database."""

    def __init__(self, folder: Path) -> None:
        self.database, self.port = folder / "demo.db", free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.parent = subprocess.Popen(
            [sys.executable, "-m", "tests.flows.zygote", str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "JOURNAL_INSTANCE": str(folder)},
        )
        self.start()

    def start(self) -> None:
        assert self.parent.stdin is not None and self.parent.stdout is not None
        self.parent.stdin.write("start\n")
        self.parent.stdin.flush()
        self.child = int(self.parent.stdout.readline())

    def kill(self) -> None:
        """SIGKILL, and wait until the process is gone: its port is free then."""
        os.kill(self.child, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            while True:
                os.kill(self.child, 0)
                time.sleep(0.001)

    def stop(self) -> None:
        self.kill()
        self.parent.terminate()
        self.parent.wait(10)

    def rows(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.database, timeout=30) as connection:
            return connection.execute(question, values).fetchall()


class Browser:
    """A person's browser: what was typed waits here until the server has answered for it."""

    def __init__(self, server: Killed, login: str, journal: int) -> None:
        self.server, self.address = server, f"{server.url}/classbook/{journal}/ops"
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        form = {"username": login, "password": "demo", "csrf_token": self.token("/login", r'value="([^"]{40,})"')}
        self.open.open(f"{server.url}/login", urllib.parse.urlencode(form).encode()).read()
        self.csrf = self.token(f"/classbook/{journal}", r'csrf-token" content="([^"]+)"')
        self.begin({})

    def begin(self, present: dict[int, str]) -> None:
        """Open the page: it shows what the database has."""
        self.queue: list[dict[str, Any]] = []
        self.typed: list[dict[str, Any]] = []
        self.answered: dict[str, str] = {}
        self.seen = dict(present)

    def token(self, path: str, pattern: str) -> str:
        found = re.search(pattern, self.open.open(self.server.url + path).read().decode())
        assert found is not None
        return found[1]

    def edit(self, lesson: int, student: int, value: str) -> None:
        base = self.seen.get(student, "")
        if base != value:
            op = {"id": uuid.uuid4().hex, "lesson": lesson, "student": student, "value": value, "base": base}
            self.queue.append(op)
            self.typed.append(op)
            self.seen[student] = value

    def send(self, *, hear: bool = True) -> bool:
        """Send what waits; without `hear` the answer is lost on its way. Gives whether the queue is empty."""
        if not self.queue:
            return True
        ops = list(self.queue)
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.csrf}
        asked = urllib.request.Request(self.address, json.dumps({"ops": ops}).encode(), headers)
        try:
            results = json.loads(self.open.open(asked, timeout=20).read())["results"]
        except (OSError, http.client.HTTPException, ValueError):
            return False
        if hear:
            self.hear(ops, results)
        return not self.queue

    def hear(self, ops: list[dict[str, Any]], results: list[dict[str, Any]]) -> None:
        del self.queue[: len(ops)]
        for op, result in zip(ops, results, strict=True):
            self.answered[op["id"]] = result["state"]
            if any(later["student"] == op["student"] for later in self.queue):
                continue
            if result["state"] == "conflict":
                self.choose(op, result["value"])
            else:
                self.seen[op["student"]] = result["value"]

    def choose(self, op: dict[str, Any], theirs: str) -> None:
        """Somebody else's value is shown; the person takes it, or writes the own one over it knowingly."""
        mine = self.seen[op["student"]]
        self.seen[op["student"]] = theirs
        if random.Random(op["id"]).random() < 0.5:
            self.edit(op["lesson"], op["student"], mine)


@pytest.fixture(scope="module")
def world(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("killed")
    shutil.copyfile(demo_template, folder / "demo.db")
    server = Killed(folder)
    ((journal, lesson),) = server.rows(
        "SELECT lesson.assignment_id, lesson.id FROM lesson JOIN teaching_assignment t ON t.id = lesson.assignment_id"
        " JOIN account a ON a.staff_id = t.staff_id"
        " WHERE a.login = 'teacher' AND t.subgroup_id IS NULL AND held_on = '2026-11-23' LIMIT 1"
    )
    students = [
        row[0]
        for row in server.rows(
            "SELECT e.student_id FROM enrolment e JOIN lesson l ON l.school_class_id = e.school_class_id"
            " WHERE l.id = ? AND e.ends_on IS NULL LIMIT 4",
            lesson,
        )
    ]
    browsers = [Browser(server, login, journal) for login in ("teacher", "admin")]
    yield {"server": server, "browsers": browsers, "lesson": lesson, "students": students}
    server.stop()


who, pupil = st.integers(0, 1), st.integers(0, 3)
steps = st.one_of(
    st.tuples(st.just("edit"), who, pupil, st.sampled_from(VALUES)),
    st.tuples(st.just("edit"), who, pupil, st.sampled_from(VALUES)),
    st.tuples(st.sampled_from(["sent", "lost request", "lost answer", "closed tab"]), who, pupil, st.just("")),
    st.tuples(st.just("killed"), who, st.integers(0, 12), st.just("")),
)


EMPTIED = [("edit", 0, 0, "4"), ("sent", 0, 0, ""), ("edit", 0, 0, ""), ("sent", 0, 0, "")]
"""A cell was filled and emptied: a page that is opened anew shows no value there."""


def play(world: dict[str, Any], step: tuple[str, int, int, str]) -> None:
    """One thing that happens."""
    what, index, number, value = step
    browser: Browser = world["browsers"][index]
    if what == "edit":
        browser.edit(world["lesson"], world["students"][number], value)
    elif what == "sent":
        browser.send()
    elif what == "lost answer":
        browser.send(hear=False)
    elif what == "closed tab":
        browser.seen = {**present(world), **{op["student"]: op["value"] for op in browser.queue}}
    elif what == "killed":
        sending = threading.Thread(target=browser.send)
        sending.start()
        time.sleep(number / 1000)
        world["server"].kill()
        sending.join()
        world["server"].start()


def present(world: dict[str, Any]) -> dict[int, str]:
    """Pupil -> what stands in the cell in the database."""
    found: dict[int, list[str]] = {}
    for student, value in world["server"].rows(
        "SELECT student_id, value FROM mark WHERE lesson_id = ? AND work_id IS NULL ORDER BY position", world["lesson"]
    ):
        found.setdefault(student, []).append(value)
    return {student: "/".join(values) for student, values in found.items()}


@settings(
    max_examples=SCHEDULES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, min_size=1, max_size=14))
@example([*EMPTIED, ("closed tab", 0, 0, "")])
def test_nothing_is_lost_doubled_or_overwritten_unseen(world: dict[str, Any], schedule: list[Any]) -> None:
    browsers: list[Browser] = world["browsers"]
    before = present(world)
    for browser in browsers:
        browser.begin(before)
    for step in schedule:
        play(world, step)
    begun = time.monotonic()
    while not all([browser.send() for browser in browsers]):
        assert time.monotonic() - begun < PATIENCE, "every operation gets its answer"
        time.sleep(0.02)
    assert {state for browser in browsers for state in browser.answered.values()} <= {"saved", "conflict"}
    for student in world["students"]:
        check(world, student, before.get(student, ""), present(world).get(student, ""))


def check(world: dict[str, Any], student: int, before: str, after: str) -> None:
    """The story of one cell, by the trail."""
    browsers: list[Browser] = world["browsers"]
    typed = {op["id"]: (op, browser) for browser in browsers for op in browser.typed if op["student"] == student}
    written = [
        row[0]
        for row in world["server"].rows(
            "SELECT operation FROM trail_entry WHERE lesson_id = ? AND student_id = ? ORDER BY id", world["lesson"], student
        )
        if row[0] in typed
    ]
    assert len(written) == len(set(written)), "no operation is applied twice"
    last: tuple[dict[str, Any], Browser] | None = None
    for operation in written:
        op, browser = typed[operation]
        if last is not None and last[1] is not browser:
            assert op["base"] == last[0]["value"], "nobody writes over what they have not seen"
        last = op, browser
    assert after == (last[0]["value"] if last else before), "what was written last stands"
    authors = [browser for browser in browsers if any(op["student"] == student for op in browser.typed)]
    if len(authors) == 1:
        assert after == authors[0].seen.get(student, ""), "what only one person typed stands as typed"
