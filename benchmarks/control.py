"""Control and the standard reports on a big school: rules, pages and files beside the rows that they read from."""

import time
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from journal import schema as s
from journal.access.actor import System
from journal.services import calendar, database, trail
from journal.services.control import findings, registry
from journal.services.reports import registry as reports

READS: dict[str, tuple[type[s.Entity], ...]] = {
    "class-summary": (s.FinalMark,),
    "subject-teacher": (s.FinalMark,),
    "class-teacher": (s.FinalMark, s.Absence),
    "quality": (s.FinalMark,),
    "attendance-summary": (s.Absence, s.Lesson),
    "attendance-by-class": (s.Absence, s.Lesson),
    "frequent-absences": (s.Absence, s.Lesson),
    "averages": (s.Mark,),
    "mark-density": (s.Mark, s.Lesson),
    "programme": (s.Lesson, s.PlannedLesson),
    "filling": (s.Lesson, s.Homework),
}
"""The tables whose rows of a year a report has to look at; the others read a few."""


def took(act: Callable[[], Any], rounds: int = 3) -> float:
    """The best of some rounds, in seconds."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        best = min(best, time.perf_counter() - begun)
    return best


def sizes(engine: Engine) -> dict[type[s.Entity], int]:
    """Rows of the whole database by table."""
    kinds = {kind for reads in READS.values() for kind in reads}
    with database.reading(engine, System("command")) as session:
        return {kind: session.scalar(select(func.count(kind.id))) or 0 for kind in kinds}


def measure(engine: Engine, deputy: FlaskClient, say: Callable[[str, float, str], None]) -> None:
    """Each rule, all of them together, the pages and the files."""
    rows = sizes(engine)
    with database.reading(engine, System("job")) as session:
        assert calendar.current_year(session) is not None
        for check in registry.every():
            say(f"rule {check.code}", took(lambda check=check: findings.look(session, check), 1), "s")  # type: ignore[misc]
    say("all rules, found and kept", took(lambda: findings.refresh(engine), 1), "s")
    say("all rules again, nothing new", took(lambda: findings.refresh(engine), 1), "s")
    for address in ("/control/", "/control/?period=7", "/control/findings", "/control/rules", "/assessments/"):
        say(f"page {address}", took(lambda address=address: deputy.get(address)) * 1000, "ms")  # type: ignore[misc]
    for report in reports.every():
        read = sum(rows[kind] for kind in READS.get(report.code, ()))
        for kind in ("", ".xlsx", ".pdf"):
            address = f"/reports/{report.code}{kind}"
            say(
                f"report {report.code}{kind}, over {read} rows",
                took(lambda address=address: deputy.get(address), 2) * 1000,
                "ms",
            )  # type: ignore[misc]
    with database.reading(engine, System("command")) as session:
        begun = time.perf_counter()
        verdict = trail.verify(session)
        say(f"trail verified, {verdict.entries} entries", time.perf_counter() - begun, "s")
