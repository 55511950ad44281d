"""What a school starts with: grade levels, work types, reasons, bells, norms, subjects. Read from `data/reference.toml`."""

import tomllib
from datetime import date, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.schema import (
    AbsenceReason,
    BellPeriod,
    BellSchedule,
    GradeLevel,
    GradingScale,
    Subject,
    SubjectDifficulty,
    TimetableNorm,
    WorkType,
)
from journal.services import records

DATA = Path(__file__).resolve().parent.parent / "data"
LAST_GRADE = 11


@cache
def read(name: str) -> dict[str, Any]:
    """A data file of the product."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def load(session: PolicySession, since: date) -> dict[str, Subject]:
    """Put the reference data into a school that has none; gives the subjects by name."""
    load_basics(session, since)
    return _subjects(session, since) if session.scalars(select(Subject.id).limit(1)).first() is None else {}


def load_basics(session: PolicySession, since: date) -> None:
    """All but the subjects, which a school may bring along; nothing where it is there already."""
    if session.scalars(select(AbsenceReason.id).limit(1)).first() is not None:
        return
    data = read("reference.toml")
    grades = {n: records.create(session, GradeLevel, _grade(n)) for n in range(1, LAST_GRADE + 1)}
    for position, kind in enumerate(data["work_types"]):
        records.create(session, WorkType, {**kind, "weight": Decimal(kind["weight"]), "position": position})
    for position, reason in enumerate(data["reasons"]):
        records.create(session, AbsenceReason, {**reason, "position": position})
    _bells(session, data["bells"])
    records.create(session, GradingScale, {"name": "1–5", "kind": "five"})
    _norms(session, data["norms"], grades, since)


def _subjects(session: PolicySession, since: date) -> dict[str, Subject]:
    data = read("reference.toml")
    grades = {grade.number: grade for grade in session.scalars(select(GradeLevel))}
    scale = session.scalars(select(GradingScale)).one()
    subjects = {}
    for name, (code, colour, points) in data["subjects"].items():
        subjects[name] = records.create(
            session,
            Subject,
            {
                "name": name,
                "code": code,
                "colour": colour,
                "grading_scale_id": scale.id,
                "is_physical": colour == 7,
            },
        )
        records.create_many(
            session,
            SubjectDifficulty,
            (
                {
                    "subject_id": subjects[name].id,
                    "grade_level_id": grades[int(grade)].id,
                    "points": int(value),
                    "valid_from": since,
                }
                for grade, value in (pair.split(":") for pair in points.split())
            ),
        )
    return subjects


def _grade(number: int) -> dict[str, Any]:
    return {"number": number, "period_kind": "half" if number > 9 else "quarter", "has_marks": number > 1}


def _bells(session: PolicySession, bells: dict[str, Any]) -> None:
    schedule = records.create(session, BellSchedule, {"name": bells["name"], "is_default": True})
    records.create_many(
        session,
        BellPeriod,
        (
            {
                "bell_schedule_id": schedule.id,
                "number": number,
                "starts_at": time.fromisoformat(starts),
                "ends_at": time.fromisoformat(ends),
            }
            for number, (starts, ends) in enumerate(bells["periods"], 1)
        ),
    )


def _norms(session: PolicySession, norms: dict[str, Any], grades: dict[int, GradeLevel], since: date) -> None:
    for number, grade in grades.items():
        five, six, day = norms[str(number)]
        records.create_many(
            session,
            TimetableNorm,
            (
                {
                    "grade_level_id": grade.id,
                    "days_a_week": days,
                    "week_max": week,
                    "day_max": day,
                    "source": norms["source"],
                    "valid_from": min(since, norms["valid_from"]),
                }
                for days, week in ((5, five), (6, six))
                if week
            ),
        )
