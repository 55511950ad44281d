"""The panel's lists beside stock Flask-Admin, Django admin and sqladmin on the same million marks.

`make bench-panel` makes the peers' environment (requirements-bench.txt) and runs this on SQLite and PostgreSQL: the demo
school of 33 classes and 3 years, the same lists with 50 rows a page, in-process test clients, medians of five of a
server that has answered twelve times before. The peers answer a page of tables; ours answers with its whole theme, menu,
filters and facets, under the policy. A ratio above 1 says how many times faster ours is.
"""

import csv
import gc
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["JOURNAL_TODAY"] = "2026-11-23"

from flask.testing import FlaskClient

from benchmarks.peers.timing import timed
from journal.cli import opened
from journal.config import ROOT, Config
from journal.factory import create_app
from journal.services import database
from journal.services.demo import Demo, build
from tests.clusters import Cluster, binaries

PYTHON = ROOT / ".venv-bench" / "bin" / "python"
PEERS = {"Flask-Admin": "flask_admin_side.py", "Django admin": "django_side.py", "sqladmin": "sqladmin_side.py"}
CASES = {
    "first page": "/admin/mark/",
    "last page": "/admin/mark/?last=1",
    "by pupil": "/admin/mark/?sort=student_id",
    "by pupil, last page": "/admin/mark/?sort=student_id&last=1",
    "search": "/admin/mark/?q=Ива",
    "search, no match": "/admin/mark/?q=zzzqqq",
    "filter": "/admin/mark/?value=5",
    "lessons": "/admin/lesson/",
    "lessons by topic": "/admin/lesson/?q=онтр",
}


def say(name: str, value: float | None, unit: str) -> None:
    """One measure."""
    print(json.dumps({"name": name, "value": None if value is None else round(value, 2), "unit": unit}, ensure_ascii=False))


def client_of(config: Config, login: str) -> FlaskClient:
    """Somebody signed in to the application as it is served."""
    app = create_app(config, TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    gc.freeze()
    client = app.test_client()
    assert client.post("/login", data={"username": login, "password": "demo"}).status_code == 302
    return client


def ours(client: FlaskClient) -> dict[str, float | None]:
    """Our own lists."""

    def get(address: str) -> tuple[int, bytes]:
        answer = client.get(address)
        return answer.status_code, answer.data

    return timed(CASES, get)


def peer(script: str, url: str) -> dict[str, float | None]:
    """A peer's lists, in its own environment."""
    command = [str(PYTHON), "-W", "ignore", str(ROOT / "benchmarks" / "peers" / script), url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT / "benchmarks" / "peers")
    found: dict[str, float | None] = json.loads(done.stdout.splitlines()[-1])
    return found


def exported(client: FlaskClient, engine: str) -> None:
    """The million as CSV: the first byte, the whole, and what it takes of memory."""
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    answer = client.get("/admin/mark/export")
    stream = answer.iter_encoded()
    first, size = next(stream), 0
    say(f"{engine}: CSV, first byte", (time.perf_counter() - begun) * 1000, "ms")
    rows = csv.reader(io.StringIO(first.decode()))
    assert next(rows)
    for chunk in stream:
        size += len(chunk)
    say(f"{engine}: CSV, whole", time.perf_counter() - begun, "s")
    say(f"{engine}: CSV, size", size / 1024 / 1024, "MB")
    say(f"{engine}: CSV, memory", (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, "MB")


def measure(name: str, url: str, folder: Path, peers: str = "") -> None:
    """One engine. `peers`: the address at which the peers read, as a user of whom PostgreSQL asks no row security."""
    config = Config(database_url=url, secret_key="bench " * 8, instance=folder, demo=True)
    opened.upgrade(config)
    engine = database.open_engine(url)
    build(engine, Demo(classes=33, years=3))
    database.survey(engine)
    with engine.connect() as connection:
        say(f"{name}: marks", connection.exec_driver_sql("select count(*) from mark").scalar() or 0, "rows")
    engine.dispose()
    admin = client_of(config, "admin")
    mine, teacher = ours(admin), ours(client_of(config, "teacher"))
    for case, took in mine.items():
        say(f"{name}: {case}", took, "ms")
        if took and teacher[case]:
            say(f"{name}: {case}, a teacher's own rows beside the administrator's", (teacher[case] or 0) / took, "x")
    for who, script in PEERS.items():
        theirs = peer(script, peers or url)
        for case, took in mine.items():
            other = theirs.get(case)
            say(f"{name}: {case}, {who} beside ours", other / took if other and took else None, "x")
    exported(admin, name)


def main() -> None:
    """Both engines, one after the other."""
    if not PYTHON.exists():
        sys.exit("The peers are not installed: make bench-panel")
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{folder}/big.db", Path(folder))
    found = binaries()
    if found is None:
        sys.exit("PostgreSQL is missing: only SQLite was measured")
    cluster = Cluster(found)
    cluster.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            measure("PostgreSQL", cluster.make("school"), Path(folder), cluster.url_of("school", "postgres"))
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()
