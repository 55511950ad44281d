"""Is the installation well? The same checks for `doctor` and for the status page, each with what to do about it."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text

from journal.access.actor import System
from journal.config import VERSION, Config
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import AcademicYear, Account, BackupCopy, Job, RoleGrant, TrailEntry, TrailHead
from journal.services import database, mail, migrations, row_security, settings
from journal.services.refusals import Said, said

LEAST_DISK = 500 * 1024 * 1024
SLOW_QUEUE = timedelta(minutes=10)
OLD_BACKUP, OLD_LOOK = timedelta(days=2), timedelta(days=2)


@dataclass(frozen=True)
class Check:
    """One thing looked at. `advice` says what to do where it is not well."""

    label: str
    value: str | Said
    is_well: bool
    advice: str = ""


def checks(engine: Engine, config: Config) -> list[Check]:
    """Everything, the worst of all first: a database that can't be read is told and nothing more is asked of it."""
    at, head = migrations.revision(engine), migrations.head()
    found = [
        Check(N_("Version of the journal"), VERSION, True),
        Check(N_("Schema of the database"), at or said("empty|schema"), at == head, N_("Run: python app.py db upgrade")),
        _disk(config.instance),
        _clock(config),
        _mail(config),
    ]
    if at != head:
        return found
    found += _database(engine)
    with database.reading(engine, System("command")) as session:
        if session.scalar(select(Account.id).limit(1)) is not None:
            found += _kept(session)
    return found


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    value = said(N_("%(free)d MB free"), free=free // 2**20)
    return Check(N_("Disk"), value, free > LEAST_DISK, N_("Make room on the disk: copies and the journal need it."))


def _clock(config: Config) -> Check:
    pinned = os.environ.get("JOURNAL_TODAY") and not config.demo
    advice = N_("JOURNAL_TODAY pins the date: that is for demos and tests only.")
    return Check(N_("Clock"), clock.local(clock.now()).strftime("%d.%m.%Y %H:%M"), not pinned, advice)


def _mail(config: Config) -> Check:
    """Whether notices go out by e-mail; that they don't is a school's choice."""
    advice = N_("Set JOURNAL_MAIL_FROM beside JOURNAL_MAIL_HOST.")
    value = config.mail_host if mail.is_on(config) else said("off|mail")
    return Check(N_("E-mail"), value, mail.is_on(config) or not config.mail_host, advice)


def _database(engine: Engine) -> Iterator[Check]:
    """What the engine says of its own files."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            answer = str(connection.execute(text("PRAGMA integrity_check(1)")).scalar())
            dangling = len(connection.execute(text("PRAGMA foreign_key_check")).fetchmany(100))
            advice = N_("The file is damaged: put the last copy back.")
            yield Check(N_("Integrity of the file"), answer, answer == "ok", advice)
            yield Check(N_("References that point at nothing"), str(dangling), not dangling, advice)
        else:
            broken = connection.execute(text("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).scalar() or 0
            yield Check(N_("Broken indexes"), str(broken), not broken, N_("Run REINDEX DATABASE in PostgreSQL."))
            yield _wall(engine, connection)


def _wall(engine: Engine, connection: Connection) -> Check:
    """Whether PostgreSQL itself would refuse what the policy refuses."""
    stands, passed_by = row_security.stands(engine), row_security.is_passed_by(connection)
    advice = N_("Give the journal a database user that is no superuser: nothing is hidden from one.")
    advice = advice if passed_by else N_("Run: python app.py db upgrade")
    value = said("stands|wall") if stands and not passed_by else said("doesn't stand|wall")
    return Check(N_("Row security in the database"), value, stands and not passed_by, advice)


def _kept(session: Any) -> Iterator[Check]:
    """What the journal keeps of itself; a school that is not set up yet has nothing to keep."""
    newest: datetime | None = session.scalar(select(func.max(BackupCopy.made_at)).where(BackupCopy.verified_at.is_not(None)))
    yield Check(
        N_("Last whole copy of the database"),
        clock.local(newest).strftime("%d.%m.%Y %H:%M") if newest else said("never"),
        newest is not None and clock.local(newest) > clock.now() - OLD_BACKUP,
        N_("Take one now, and see that the journal runs at night: it takes one every night."),
    )
    looked = settings.value(session, "findings_computed_at")
    at = datetime.fromisoformat(looked) if looked else None
    yield Check(
        N_("Nightly work"),
        clock.local(at).strftime("%d.%m.%Y %H:%M") if at else said("never"),
        at is not None and clock.local(at) > clock.now() - OLD_LOOK,
        N_("See that the journal runs at night: the rules look every night."),
    )
    late = clock.now() - SLOW_QUEUE
    waiting = select(func.count(Job.id)).where(Job.state == "waiting")
    stuck = session.scalar(waiting.where(Job.asked_at < late)) or 0
    yield Check(
        N_("Queue of long work"),
        str(session.scalar(waiting) or 0),
        not stuck,
        N_("A job waits too long: start the journal again, or its worker (python app.py work) where it runs apart."),
    )
    head = session.scalar(select(TrailHead.entry_count).where(TrailHead.id == 1)) or 0
    sealed = session.scalar(select(func.count(TrailEntry.id)).where(TrailEntry.seal.is_not(None))) or 0
    advice = N_("Run: python app.py trail verify")
    yield Check(N_("Sealed entries of the trail"), str(sealed), head == sealed, advice)
    year = session.scalar(select(AcademicYear.name).where(AcademicYear.is_current))
    yield Check(
        N_("Current academic year"),
        year or said("none|year"),
        bool(year),
        N_("Choose the current year among the academic years."),
    )
    active = select(func.count(Account.id)).join(RoleGrant, RoleGrant.account_id == Account.id)
    administrators = session.scalar(active.where(RoleGrant.role == "administrator", Account.is_active)) or 0
    yield Check(
        N_("Administrators"),
        str(administrators),
        administrators > 0,
        N_("Nobody can administer: grant the role to somebody."),
    )
