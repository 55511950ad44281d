"""Long work beside the pages: asked for, done once, told how it ended. What a kind of work does, its own module says.

A job's row holds its state alone; how far it is goes through the queue's own storage, since the work may hold the database.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Engine, select

from journal.access.actor import Actor, System
from journal.access.session import PolicySession
from journal.config import Config
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Job
from journal.services import database, records
from journal.services.accounts import sessions
from journal.services.refusals import Forbidden, Invalid, Said, as_json, of_json, said

log = logging.getLogger(__name__)
OVER = frozenset({"done", "failed", "cancelled"})
FAILED = N_("Something unexpected happened; nothing was changed. The journal's log says more: job %(number)d.")


class Cancelled(Exception):
    """The person has stopped the work: leave without keeping anything."""


class Progress(Protocol):
    """How a piece of work says how far it is."""

    def tell(self, done: int, total: int, best: int | None = None) -> None:
        """`best`: how good the result is so far. Raises `Cancelled` when the person has stopped it."""


class Silent:
    """Progress that nobody watches."""

    def tell(self, done: int, total: int, best: int | None = None) -> None:
        """Nothing is said."""


@dataclass(frozen=True)
class Task:
    """One job as its work sees it: on whose behalf, about what."""

    job_id: int
    engine: Engine
    config: Config
    actor: Actor
    facts: dict[str, Any]
    progress: Progress


Work = Callable[[Task], dict[str, Any]]
"""Does the job and gives its result; the key `address` is where the person finds it, `file` a file
of `Config.exports` with its `name` for the person."""
KINDS: dict[str, Work] = {}


def kind(code: str) -> Callable[[Work], Work]:
    """Declare how a kind of job is done."""

    def declare(work: Work) -> Work:
        KINDS[code] = work
        return work

    return declare


def ask(session: PolicySession, code: str, subject: str, facts: dict[str, Any]) -> Job:
    """Ask for a job; whoever commits puts it into the queue."""
    values = {"kind": code, "subject": subject[:200], "account_id": session.actor.account_id, "facts": facts}
    return records.create(session, Job, {**values, "asked_at": clock.now()})


def perform(engine: Engine, config: Config, job_id: int, progress: Progress) -> None:
    """Do a job that waits; one that runs or is over is left alone."""
    begun = _begin(engine, job_id)
    if begun is None:
        return
    code, facts, account_id = begun
    actor = sessions.of_account(engine, account_id, f"job-{job_id}")
    try:
        if actor is None:
            raise Forbidden
        result = KINDS[code](Task(job_id, engine, config, actor, facts, progress))
    except Cancelled:
        _end(engine, job_id, "cancelled", {})
    except Invalid as invalid:
        _end(engine, job_id, "failed", {"problems": [as_json(text) for text in invalid.errors.values()]})
    except Exception:
        log.exception("job %s", job_id)
        _end(engine, job_id, "failed", {"problems": [as_json(said(FAILED, number=job_id))]})
    else:
        _end(engine, job_id, "done", result)


def _begin(engine: Engine, job_id: int) -> tuple[str, dict[str, Any], int] | None:
    with database.work(engine, System("job")) as session:
        job = session.get(Job, job_id)
        if job is None or job.state != "waiting":
            return None
        records.change(session, job, {"state": "running", "started_at": clock.now()})
        return job.kind, job.facts, job.account_id


def _end(engine: Engine, job_id: int, state: str, result: dict[str, Any]) -> None:
    with database.work(engine, System("job")) as session:
        job = session.get(Job, job_id)
        if job is not None:
            records.change(session, job, {"state": state, "ended_at": clock.now(), "result": result})


def stop_waiting(engine: Engine, job_id: int) -> bool:
    """Stop a job that has not begun; whether it was so."""
    with database.work(engine, System("job")) as session:
        job = session.get(Job, job_id)
        if job is None or job.state != "waiting":
            return False
        records.change(session, job, {"state": "cancelled", "ended_at": clock.now()})
        return True


def left_over(engine: Engine) -> Sequence[int]:
    """After a restart: the jobs that wait, and those that a killed worker has left in the middle, to be done from the
    beginning: each is one transaction, so nothing of them was kept."""
    with database.work(engine, System("job")) as session:
        for job in session.scalars(select(Job).where(Job.state == "running")):
            records.change(session, job, {"state": "waiting", "started_at": None})
        return session.scalars(select(Job.id).where(Job.state == "waiting").order_by(Job.id)).all()


def problems(job: Job) -> list[Said]:
    """Why a job failed."""
    return [of_json(one) for one in (job.result or {}).get("problems", ())]


def listed(session: PolicySession) -> Sequence[Job]:
    """The last jobs that the person may see."""
    return session.scalars(select(Job).order_by(Job.id.desc()).limit(50)).all()
