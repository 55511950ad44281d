"""Generation from the asking to the draft: gather, solve, keep as a draft that nobody sees until it is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Timetable, TimetableEntry
from journal.services import calendar, database, jobs, records
from journal.services.refusals import Invalid, Missing, Said, said
from journal.services.timetable import drafts
from journal.services.timetable.generation import gather, run
from journal.solver import costs, rooms
from journal.solver.problem import Problem

MOST_TOLD = 400
UNKNOWN = N_("No timetable was found in the time given. Allow more time, or leave out a hard rule.")
NOTHING = N_("There are no teaching assignments in the current year yet.")
CLASH = N_("These requirements can't all be kept:")


@dataclass(frozen=True)
class Asked:
    """What is wanted: from which date, how long to search, and from which version to start."""

    since: date
    effort: float = 60
    seed: int = 1
    base_id: int | None = None
    repair: bool = False
    name: str = ""

    def facts(self) -> dict[str, Any]:
        return {**vars(self), "since": self.since.isoformat()}

    @staticmethod
    def of(facts: Mapping[str, Any]) -> "Asked":
        return Asked(**{**facts, "since": date.fromisoformat(facts["since"])})


def problem_of(session: PolicySession, asked: Asked) -> Problem:
    """The problem that is to be solved. Raises `Invalid`, `Missing`."""
    year = calendar.current_year(session)
    if year is None or not year.begins_on <= asked.since <= year.ends_on:
        raise Invalid({"since": said(N_("This date is outside the academic year."))})
    base = session.get(Timetable, asked.base_id) if asked.base_id else None
    if asked.base_id and base is None:
        raise Missing
    problem = gather.of_school(session, year, asked.since, base, repair=asked.repair)
    if not problem.courses:
        raise Invalid({"": said(NOTHING)})
    problem.seed, problem.effort = asked.seed, asked.effort
    return problem


def refuse(answer: run.Answer) -> None:
    """Say why there is no timetable. Raises `Invalid`."""
    if answer.plan is not None:
        return
    if not answer.clash:
        raise Invalid({"": said(UNKNOWN)})
    reasons = {str(number): Said(one["text"], one["values"]) for number, one in enumerate(answer.clash)}
    raise Invalid({"": said(CLASH), **reasons})


def keep(session: PolicySession, asked: Asked, problem: Problem, answer: run.Answer) -> Timetable:
    """Keep the result as a draft with what it costs. Raises `Forbidden`."""
    assert answer.plan is not None
    name = asked.name or f"{clock.local(clock.now()):%d.%m.%Y %H:%M}"
    version = drafts.new(session, name[:80], asked.since)
    base = session.get(Timetable, asked.base_id) if asked.base_id else None
    kept, locked = {}, set()
    if base is not None:
        for row in session.scalars(select(TimetableEntry).where(TimetableEntry.timetable_id == base.id)):
            key = (row.assignment_id, row.weekday, row.number, row.parity)
            if row.room_id:
                kept[key] = row.room_id
            if row.is_locked:
                locked.add(key)
    found = rooms.assign(problem, answer.plan, kept)
    with session.consequent():
        records.create_many(
            session,
            TimetableEntry,
            (
                {"timetable_id": version.id, "assignment_id": assignment, "weekday": day, "number": number,
                 "parity": weeks, "room_id": room, "is_locked": (assignment, day, number, weeks) in locked}
                for assignment, day, number, weeks, room in found
            ),
        )  # fmt: skip
    breaches = answer.costs or costs.of_plan(problem, answer.plan)
    report = {
        "cost": costs.total(problem, breaches),
        "spent": answer.spent,
        "seed": asked.seed,
        "rules": problem.rules,
        "breaches": [vars(one) for one in breaches[:MOST_TOLD]],
        "sums": sums(breaches),
        "without_room": sum(1 for one in found if one[4] is None),
        "base_id": asked.base_id,
    }
    return records.change(session, version, {"report": report})


def sums(breaches: list[costs.Cost]) -> dict[str, int]:
    """Rule -> points before the weight."""
    found: dict[str, int] = {}
    for one in breaches:
        found[one.rule] = found.get(one.rule, 0) + one.points
    return found


@jobs.kind("timetable")
def generate(task: jobs.Task) -> dict[str, Any]:
    """Generate as a job: the solver works beside, nothing is held meanwhile. Stopping keeps the best so far."""
    asked = Asked.of(task.facts)
    with database.work(task.engine, task.actor) as session:
        problem = problem_of(session, asked)

    def watch(spent: float, cost: int) -> bool:
        try:
            task.progress.tell(min(round(spent * 100), round(asked.effort * 100) - 1), round(asked.effort * 100), cost)
        except jobs.Cancelled:
            return False
        return True

    answer = run.solve(problem, watch)
    if answer.stopped and answer.plan is None:
        raise jobs.Cancelled
    refuse(answer)
    with database.work(task.engine, task.actor) as session:
        version = keep(session, asked, problem, answer)
    return {"address": f"/timetable/drafts/{version.id}"}
