"""Timetable files of other programs through the screen: received, looked through without a change, taken in as a job."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import ImportRun
from journal.services import database, jobs, records
from journal.services.exchange import asc, fet
from journal.services.exchange.fet import School
from journal.services.exchange.fet_apply import Report, Taking
from journal.services.refusals import Invalid, Missing, said
from journal.services.refusals import as_json as told_json

SOURCES = {"FET-file": "FET", "aSc-file": "aSc"}
"""Source of an import through the screen -> the program."""


def read(data: bytes, name: str) -> tuple[School, str]:
    """The school of a file and the program that made it. Raises `Unreadable`."""
    root = fet.parse(data, name)
    if asc.is_asc(root):
        return asc.read(data, name), "aSc"
    return fet.of_bytes(data, name), "FET"


def receive(session: PolicySession, name: str, data: bytes) -> ImportRun:
    """Keep a file that can be read. Raises `Unreadable`, `Forbidden`."""
    _, program = read(data, name)
    values = {
        "source": f"{program}-file",
        "file_name": name[:200] or "?",
        "happened_at": clock.now(),
        "account_id": getattr(session.principal, "account_id", None),
        "content": data,
    }
    return records.create(session, ImportRun, values)


def kept(session: PolicySession, run_id: int) -> ImportRun:
    """An import of a timetable file that waits. Raises `Missing`."""
    run = session.scalar(select(ImportRun).options(undefer(ImportRun.content)).where(ImportRun.id == run_id))
    if run is None or run.source not in SOURCES or (run.content is None and run.state == "checked"):
        raise Missing
    return run


def look(session: PolicySession, run_id: int) -> Report:
    """What the file would do: it is done and taken back, so the session must not be committed. Raises as `Taking`."""
    run = kept(session, run_id)
    assert run.content is not None
    school, program = read(run.content, run.file_name)
    report = Taking(session, school, run.file_name, program).run()
    session.rollback()
    return report


@jobs.kind("timetable-file")
def apply(task: jobs.Task) -> dict[str, Any]:
    """Take the file in, all of it or nothing."""
    run_id = int(task.facts["run"])
    with database.work(task.engine, task.actor) as session:
        run = kept(session, run_id)
        if run.state != "checked" or run.content is None:
            raise Invalid({"": said("This import is over.")})
        school, program = read(run.content, run.file_name)
        report = Taking(session, school, run.file_name, program).run()
        facts = {"counts": dict(report.made), "problems": [told_json(text) for text in report.problems[:200]]}
        records.change(session, run, {"state": "applied", "happened_at": clock.now(), "report": facts, "content": None})
    return {"address": "/timetable/drafts/"}
