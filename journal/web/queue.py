"""The queue of long work: huey, in a file beside the database, or in Redis where a school is large."""

import time
from typing import Any, cast

from flask import Flask, current_app
from flask_babel import force_locale
from huey import Huey, MemoryHuey, RedisHuey, SqliteHuey

from journal.config import Config
from journal.services import jobs
from journal.web import database

TOLD_EVERY_S = 0.3
SPOKEN = "ru"
"""What names the rows that a job speaks of: nobody reads while it works."""


class Signals:
    """How far a job is, and whether it is to stop, through the storage of the queue: the database may be held by the job."""

    def __init__(self, queue: Huey, job_id: int) -> None:
        self.queue, self.job_id, self.last = queue, job_id, 0.0

    def tell(self, done: int, total: int, best: int | None = None) -> None:
        """Keep how far the job is, a few times a second. Raises `Cancelled`."""
        now = time.monotonic()
        if now - self.last < TOLD_EVERY_S and done < total:
            return
        self.last = now
        if self.queue.get(f"stop-{self.job_id}", peek=True):
            raise jobs.Cancelled
        self.queue.put(f"progress-{self.job_id}", [done, total, best])


def install(app: Flask, config: Config) -> None:
    """Give the application its queue; jobs are done by a worker, or at once where the settings say so."""
    if config.worker == "immediate":
        queue: Huey = MemoryHuey("journal", immediate=True)
    elif config.redis:
        queue = RedisHuey("journal-demo" if config.demo else "journal", url=config.redis)
    else:
        name = "demo-jobs.db" if config.demo else "jobs.db"
        queue = SqliteHuey("journal", filename=str(config.instance / name))

    def perform(job_id: int) -> None:
        with app.app_context(), force_locale(SPOKEN):
            jobs.perform(database.engine(), app.config["JOURNAL"], job_id, Signals(queue, job_id))

    app.extensions["jobs"] = queue
    app.extensions["perform"] = queue.task(name="perform")(perform)


def of(app: Flask) -> Huey:
    """The queue of an application."""
    return app.extensions["jobs"]


def enqueue(job_id: int) -> None:
    """Put a committed job into the queue."""
    current_app.extensions["perform"](job_id)


def progress(job_id: int) -> tuple[int, int, int | None]:
    """(done, total, best so far) of a running job; (0, 0, None) when it has said nothing yet."""
    found = cast(Any, of(current_app).get(f"progress-{job_id}", peek=True))
    return (found[0], found[1], found[2]) if found else (0, 0, None)


def stop(job_id: int) -> None:
    """Ask a running job to stop."""
    of(current_app).put(f"stop-{job_id}", True)
