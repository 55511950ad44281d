"""The whole school goes out as a job: in our own shape, or in that of OneRoster."""

from pathlib import Path
from typing import Any

from journal.access.actor import System
from journal.config import Config
from journal.kit import clock
from journal.services import database, jobs, records
from journal.services.exchange import dump, oneroster

SHAPES = ("dump", "oneroster")


def place(config: Config, job_id: int) -> Path:
    """Where the file of a job is kept until the night after next."""
    config.exports.mkdir(parents=True, exist_ok=True, mode=0o700)
    return config.exports / f"{job_id}.zip"


@jobs.kind("export-dump")
def whole(task: jobs.Task) -> dict[str, Any]:
    """Our own complete dump."""
    path = place(task.config, task.job_id)
    rows = dump.write(task.engine, path, task.progress.tell)
    return _told(task, path, "dump", sum(rows.values()))


@jobs.kind("export-oneroster")
def roster(task: jobs.Task) -> dict[str, Any]:
    """OneRoster; as the system, since what is left out is said there and not by anybody's role."""
    path = place(task.config, task.job_id)
    with database.reading(task.engine, System("job")) as session:
        rows = oneroster.write(session, path, task.progress.tell)
    return _told(task, path, "oneroster", sum(rows.values()))


def _told(task: jobs.Task, path: Path, shape: str, rows: int) -> dict[str, Any]:
    with database.work(task.engine, task.actor) as session:
        records.note(session, "export", "Document", {"rows": [None, rows]}, title=shape)
    return {"file": path.name, "name": f"journal-{shape}-{clock.today():%Y-%m-%d}.zip"}


def forget(config: Config, days: int = 2) -> int:
    """Take away files that nobody has fetched for some days; gives their number."""
    gone = (
        [one for one in config.exports.iterdir() if one.stat().st_mtime < clock.seconds() - days * 24 * 3600]
        if config.exports.is_dir()
        else []
    )
    for one in gone:
        one.unlink()
    return len(gone)
