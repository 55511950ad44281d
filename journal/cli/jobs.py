"""What runs by itself: every night a copy of the database and a look of the rules; remarks that close themselves.

One process by default: the server starts the worker as a thread (huey, its storage beside the database in `instance/`).
"""

import logging
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask_babel import force_locale
from huey import Huey, crontab
from huey.consumer import Consumer
from sqlalchemy import Engine

from journal.access.actor import System
from journal.config import Config
from journal.kit import clock
from journal.screens.control.places import remark_text
from journal.screens.news.words import letter
from journal.services import backup, database, jobs, mail, records, sealing, settings
from journal.services.alerts import raising as looking
from journal.services.control import findings, remarks
from journal.services.exchange import importing, outgoing
from journal.services.news import gathering as news
from journal.services.news import mailing
from journal.web import database as web_database
from journal.web import queue as queues

NIGHT_HOUR, MORNING_HOUR = 3, 7
log = logging.getLogger(__name__)


class InProcess(Consumer):  # type: ignore[misc]
    """A worker beside the server: signals stay the server's."""

    def _set_signal_handlers(self) -> None:
        pass


Facts = dict[str, int | str]
"""What a job has done, for the trail; nothing is not told there."""


def nightly(app: Flask) -> Facts:
    """The rules look at every journal; remarks whose gaps are filled close themselves."""
    with app.app_context():
        engine = web_database.engine()
        done, closed = findings.refresh(engine), remarks.settle(engine)
        log.info("rules: %s new, %s gone; %s remarks closed", done.new, done.gone, closed)
        news.forget(engine)
        outgoing.forget(app.config["JOURNAL"])
        importing.forget(engine)
        database.survey(engine)
    return {"findings": done.new, "findings_gone": done.gone, "remarks_closed": closed}


def copying(app: Flask) -> Facts:
    """A copy of the database, checked, in the backup folder and in the second one; old ones go."""
    config: Config = app.config["JOURNAL"]
    made: Facts = {}
    with app.app_context():
        engine = web_database.engine()
        copy = backup.make(engine, config.backups, config.trail)
        backup.verify(copy.path, engine)
        backup.note(engine, copy, verified=True)
        made[str(config.backups)] = copy.path.name
        backup.prune(config.backups)
        if config.second_backups is not None:
            made[str(config.second_backups)] = _second(engine, config, config.second_backups, copy)
            backup.prune(config.second_backups)
    return made


def _second(engine: Engine, config: Config, folder: Path, copy: backup.Copy) -> str:
    """The copy in the other folder: sealed where the school has a key for it, else one of its own, checked there."""
    if config.backup_key:
        return sealing.seal(copy.path, folder, config.backup_key).name
    other = backup.make(engine, folder, config.trail)
    backup.verify(other.path, engine)
    return other.path.name


def closing(app: Flask) -> Facts:
    """Remarks whose gaps are filled close themselves."""
    with app.app_context():
        closed = remarks.settle(web_database.engine())
    return {"remarks_closed": closed} if closed else {}


def watching(app: Flask) -> Facts:
    """Unusual doings of the last hours: the owner of the login is asked, the administrator sees it."""
    with app.app_context():
        raised = looking.look(web_database.engine())
        if raised:
            log.warning("security alerts: %s new", raised)
    return {"alerts": raised} if raised else {}


def telling(app: Flask) -> Facts:
    """What is new since the last minute, for those whom it concerns; letters to those who chose e-mail."""
    config: Config = app.config["JOURNAL"]
    with app.app_context(), force_locale("ru"):
        engine = web_database.engine()
        news.look(engine)
        try:
            mailing.send(engine, config, letter)
        except mail.Unsent as error:
            log.warning("e-mail: %s", error)
    return {}


def weekly(app: Flask) -> Facts:
    """Remarks for those who have not filled, on the weekday that the school has set; 0 is never."""
    with app.app_context(), force_locale("ru"):
        engine = web_database.engine()
        findings.refresh(engine)
        with database.work(engine, System("job")) as session:
            if clock.today().isoweekday() != settings.whole(session, "remarks_weekday"):
                return {}
            return {"remarks": remarks.generate(session, remark_text)}


def build(app: Flask) -> Huey:
    """The queue with its periodic tasks; the hours are the school's. What a killed worker has left is put into it again."""
    queue = queues.of(app)

    def hourly(hour: int, job: Callable[[Flask], Facts]) -> Callable[[], None]:
        def run() -> None:
            if clock.local(clock.now()).hour == hour:
                do(app, job)

        run.__name__ = job.__name__
        return run

    queue.periodic_task(crontab(minute="10"))(hourly(NIGHT_HOUR, nightly))
    queue.periodic_task(crontab(minute="30"))(hourly(NIGHT_HOUR, copying))
    queue.periodic_task(crontab(minute="20"))(hourly(MORNING_HOUR, weekly))
    queue.periodic_task(crontab(minute="*/15"))(_named(closing, app))
    queue.periodic_task(crontab(minute="*/5"))(_named(watching, app))
    queue.periodic_task(crontab(minute="*"))(_named(telling, app))
    with app.app_context():
        for job_id in jobs.left_over(web_database.engine()):
            queues.enqueue(job_id)
    return queue


def do(app: Flask, job: Callable[[Flask], Facts]) -> None:
    """Do a job; what it did, or that it failed, stands in the trail."""
    try:
        facts = job(app)
    except Exception as error:
        _note(app, job.__name__, {"error": type(error).__name__})
        raise
    if facts:
        _note(app, job.__name__, facts)


def _note(app: Flask, name: str, facts: Facts) -> None:
    with app.app_context(), database.work(web_database.engine(), System("job")) as session:
        records.note(session, "job", "Job", {key: [None, value] for key, value in facts.items()}, title=name)


def _named(job: Callable[[Flask], Facts], app: Flask) -> Callable[[], None]:
    def run() -> None:
        do(app, job)

    run.__name__ = job.__name__
    return run


def start(app: Flask) -> InProcess:
    """Start the worker beside the server."""
    worker = InProcess(build(app), workers=2, worker_type="thread", check_worker_health=False)
    worker.start()
    return worker


def work(app: Flask) -> None:
    """Be the worker, in a process of its own, until stopped."""
    Consumer(build(app), workers=2, worker_type="thread").run()
