"""The timetable: our solver beside FET's `fet-cl` on the same files and schools in one run, then the editor's answers.

`python -m benchmarks.timetable FILE.fet …` takes the files; without `fet-cl` (Debian: `fet`) it says so and goes on.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import tostring

os.environ["JOURNAL_TODAY"] = "2026-11-23"

from defusedxml import ElementTree
from flask.testing import FlaskClient
from ortools.sat.python import cp_model
from sqlalchemy import Engine, select

from journal import schema as s
from journal.access.actor import System
from journal.cli import opened
from journal.config import ROOT, Config
from journal.factory import create_app
from journal.services import database, records
from journal.services.demo import Demo, build
from journal.services.exchange import fet, timetable_out
from journal.services.exchange.fet_apply import Taking
from journal.services.timetable import absent, drafts, norms, verdicts
from journal.services.timetable import board as boards
from journal.services.timetable.generation import drafts as generation
from journal.services.timetable.generation import run
from journal.services.timetable.generation.gather import FEW_MOVES
from journal.solver import costs, wishes
from journal.solver.exact import FOUND
from journal.solver.model import Model
from journal.solver.problem import Problem

LONGEST_S = 600


def say(name: str, value: float, unit: str) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit}), flush=True)


def database_of(fill: Callable[[Engine], None]) -> tuple[Config, Engine]:
    folder = Path(tempfile.mkdtemp())
    config = Config(database_url=f"sqlite:///{folder}/demo.db", secret_key="bench " * 8, instance=folder, demo=True)
    opened.upgrade(config)
    engine = database.open_engine(config.database_url)
    fill(engine)
    return config, engine


def take_file(path: Path) -> Callable[[Engine], None]:
    def fill(engine: Engine) -> None:
        with database.work(engine, System("import")) as session:
            Taking(session, fet.read(path), path.name).run()

    return fill


def problem_of(engine: Engine, effort: float) -> Problem:
    with database.work(engine, System("command")) as session:
        year = session.scalars(select(s.AcademicYear).where(s.AcademicYear.is_current)).one()
        since = min(max(date(2026, 11, 23), year.begins_on), year.ends_on)
        problem = generation.problem_of(session, generation.Asked(since, effort))
    problem.rules.pop("day_limit", None)
    return problem


def peer(path: Path) -> float | None:
    """Seconds of `fet-cl` on a file; None where it is not here or finds nothing."""
    if shutil.which("fet-cl") is None:
        return None
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["fet-cl", f"--inputfile={path}", f"--outputdir={folder}", f"--timelimitseconds={LONGEST_S}"],
            capture_output=True, check=False, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip
        found = any(Path(folder).rglob("*_activities.xml"))
    return time.perf_counter() - begun if done.returncode == 0 and found else None


def feasible(name: str, problem: Problem, file: Path) -> None:
    """The first timetable that keeps the hard rules, start of the process included, beside the peer on its own file."""
    ours: list[float] = []
    begun = time.perf_counter()

    def watch(spent: float, cost: int) -> bool:
        if spent:
            ours.append(time.perf_counter() - begun)
        return not spent

    answer = run.solve(problem, watch)
    assert answer.plan is not None, answer.clash
    say(f"{name}: feasible", ours[0], "s")
    other = peer(file)
    if other is None:
        say(f"{name}: fet-cl is not here or found nothing", 0, "")
        return
    say(f"{name}: fet-cl", other, "s")
    say(f"{name}: ratio to fet-cl", ours[0] / other, "x")


def direct(problem: Problem, seconds: float) -> int | None:
    """The cost of one solve of the whole model with its wishes: what the search is measured against."""
    model = Model(problem, {})
    wishes.add(model)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model.cp)
    return costs.total(problem, costs.of_plan(problem, model.value(solver))) if status in FOUND else None


def quality(name: str, problem: Problem, seconds: float) -> None:
    """The cost after some seconds, beside one solve of the whole model with its wishes in the same time."""
    marks: list[int] = []
    begun = time.perf_counter()

    def watch(_: float, cost: int) -> bool:
        marks.append(cost)
        return time.perf_counter() - begun < seconds

    problem.effort = seconds
    run.solve(problem, watch)
    say(f"{name}: cost after {seconds:g} s", marks[-1], "points")
    other = direct(problem, seconds)
    if other is not None:
        say(f"{name}: cost of the direct solve", other, "points")
        say(f"{name}: ratio to the direct solve", marks[-1] / max(other, 1), "x")
    usage = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    say(f"{name}: memory of the solver", usage, "MB")


def repair(name: str, problem: Problem, seconds: float) -> None:
    """A timetable of ours when its busiest teacher can't come on one day any more: how few lessons move, how soon."""
    problem.base = run.solve(problem, lambda *_: True).plan or {}
    problem.rules["moves"] = FEW_MOVES
    problem.effort = seconds
    load = Counter(who for course in problem.courses for who in course.staff for _ in problem.base[course.id])
    ill = load.most_common(1)[0][0]
    problem.never.setdefault(f"staff-{ill}", []).extend((2, number) for number in range(15))
    own = [course for course in problem.courses if ill in course.staff]
    begun, soon = time.perf_counter(), []
    answer = run.solve(problem, lambda spent, _: not spent or soon.append(time.perf_counter() - begun) is None)
    plan = answer.plan or {}
    moved = sum(stand not in plan.get(key, ()) for key, stands in problem.base.items() for stand in stands)
    say(f"{name}: repair, first answer", soon[0] if soon else -1, "s")
    say(f"{name}: repair, whole search", time.perf_counter() - begun, "s")
    say(f"{name}: repair, lessons that had to move", sum(st[0] == 2 for c in own for st in problem.base[c.id]), "lessons")
    say(f"{name}: repair, lessons moved", moved if plan else -1, "lessons")


def editor(name: str, config: Config, engine: Engine) -> None:
    """What a held lesson asks of the server, and the page of the week."""
    with database.reading(engine, System("command")) as session:
        since = date(2026, 11, 23)
        version = drafts.in_force(session, since)
        assert version is not None
        begun = time.perf_counter()
        board = boards.load(session, version.id)
        weighed = norms.in_force(session, since)
        slots = [(day, number) for day in range(1, 7) for number in range(1, 9)]
        verdicts.of_all(board[len(board) // 2], board, weighed, slots)
        say(f"{name}: verdict over all slots, with loading", (time.perf_counter() - begun) * 1000, "ms")
        begun = time.perf_counter()
        verdicts.of_all(board[len(board) // 2], board, weighed, slots)
        say(f"{name}: verdict over all slots, alone", (time.perf_counter() - begun) * 1000, "ms")
    app = create_app(config, TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    client = app.test_client()
    client.post("/login", data={"username": "deputy", "password": "demo"})
    absent_teacher(name, engine, client)
    for address in ("/timetable/?view=school", "/timetable/edit", "/substitutions/"):
        begun = time.perf_counter()
        html = client.get(address).data
        say(f"{name}: {address}", (time.perf_counter() - begun) * 1000, "ms")
        say(f"{name}: {address} size", len(html) / 1024, "KB")


def absent_teacher(name: str, engine: Engine, client: FlaskClient) -> None:
    """The busiest teacher of a day is away: who is free for each lesson, and the page that offers them."""
    on = date(2026, 11, 24)
    with database.work(engine, System("command")) as session:
        lessons = absent.day(session, on)
        away = Counter(one.staff_id for one in lessons).most_common(1)[0][0]
        records.create(session, s.StaffAbsence, {"staff_id": away, "begins_on": on, "ends_on": on, "cause": "ill"})
    with database.reading(engine, System("command")) as session:
        begun = time.perf_counter()
        lessons = absent.day(session, on)
        open_ = [one for one in lessons if one.is_open]
        offered = [absent.candidates(session, one, lessons, on) for one in open_]
        say(
            f"{name}: day repair, {len(open_)} lessons, {sum(map(len, offered))} offers",
            (time.perf_counter() - begun) * 1000,
            "ms",
        )
    begun = time.perf_counter()
    client.get(f"/substitutions/?on={on}")
    say(f"{name}: day repair, the page", (time.perf_counter() - begun) * 1000, "ms")


def main() -> None:
    for path in [Path(text) for text in sys.argv[1:] if not text.startswith("-")] or sorted(
        (ROOT.parent / "shared/data/fet").glob("*.fet")
    ):
        _, engine = database_of(take_file(path))
        feasible(path.stem, problem_of(engine, 5), path)
    config, engine = database_of(lambda engine: build(engine, Demo(classes=33)))
    with database.work(engine, System("command")) as session:
        version = drafts.in_force(session, date(2026, 11, 23))
        assert version is not None
        file = Path(tempfile.mkdtemp()) / "demo.fet"
        file.write_bytes(without_places(timetable_out.fet(session, version)))
    feasible("demo school of 33 classes", problem_of(engine, 5), file)
    quality("demo school of 33 classes", problem_of(engine, 60), 60)
    repair("33 classes", problem_of(engine, 10), 5)
    editor("33 classes", config, engine)
    config, engine = database_of(lambda engine: build(engine, Demo(classes=44)))
    editor("44 classes", config, engine)


def without_places(body: bytes) -> bytes:
    """A file of FET in which everything has still to be placed, and classes have no gaps as with us."""
    root: Any = ElementTree.fromstring(body)
    for holder in ("Time_Constraints_List", "Space_Constraints_List"):
        node = root.find(holder)
        for one in [one for one in node if one.tag.startswith("ConstraintActivityPreferred")]:
            node.remove(one)
    times = root.find("Time_Constraints_List")
    begins = ("ConstraintStudentsEarlyMaxBeginningsAtSecondHour", {"Max_Beginnings_At_Second_Hour": "0"})
    for tag, more in (("ConstraintStudentsMaxGapsPerWeek", {"Max_Gaps": "0"}), begins):
        made = times.makeelement(tag, {})
        for name, value in {"Weight_Percentage": "100", **more, "Active": "true", "Comments": ""}.items():
            child = made.makeelement(name, {})
            child.text = value
            made.append(child)
        times.append(made)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + bytes(tostring(root, encoding="utf-8"))


if __name__ == "__main__":
    main()
