"""Databases, people and browsers for the tests. Every test that touches a database runs on SQLite and on PostgreSQL."""

import fcntl
import gc
import hashlib
import os
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["JOURNAL_TODAY"] = "2026-11-23"
os.environ.pop("JOURNAL_DATABASE_URL", None)

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import Engine, create_engine, make_url, text

from journal.cli import opened
from journal.config import Config
from journal.factory import create_app
from journal.services.database import open_engine
from journal.services.demo import Demo, build
from tests import personas
from tests.clusters import Cluster, binaries
from tests.coming_in import let_in

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")

gc.freeze()  # what is imported stays: looking through it again and again took a seventh of the time of all tests
gc.set_threshold(20_000, 10, 10)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MUST = os.environ.get("CI") == "true"
cluster: Cluster | None = None


def pytest_configure(config: pytest.Config) -> None:
    """The controller starts one cluster for all workers."""
    global cluster
    if hasattr(config, "workerinput") or "JOURNAL_TEST_PG" in os.environ:
        return
    found = binaries()
    if found is None:
        if MUST:
            raise pytest.UsageError("PostgreSQL is missing: CI=true needs it")
        return
    cluster = Cluster(found)
    cluster.start()
    os.environ["JOURNAL_TEST_PG"] = cluster.url


def pytest_unconfigure(config: pytest.Config) -> None:
    """And stops it."""
    if cluster is not None:
        cluster.stop()


def pytest_report_header() -> list[str]:
    """Say what can't run here."""
    said = [] if "JOURNAL_TEST_PG" in os.environ else ["PostgreSQL not found: its tests are skipped"]
    return said if CHROMIUM else [*said, "Chromium not found: the browser tests are skipped"]


def config_for(url: str, folder: Path) -> Config:
    return Config(database_url=url, secret_key="test " * 8, instance=folder, worker="immediate")


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder of all workers of a run."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def once(done: Path, make: Callable[[], None]) -> None:
    """Make something that all workers use, by the first of them who comes."""
    with done.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make()
            done.touch()


class Store:
    """Makes databases of one engine from templates, each made once a run."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder = kind, folder
        self.run = hashlib.sha256(str(folder).encode()).hexdigest()[:8]
        folder.mkdir(exist_ok=True)

    def template(self, name: str, fill: Callable[[Engine], None]) -> None:
        """Migrate and fill a template, once."""
        once(self.folder / f"{name}.made", lambda: self._make(name, fill))

    def _make(self, name: str, fill: Callable[[Engine], None]) -> None:
        url = self._url(name)
        if self.kind == "postgresql":
            self._admin(f'CREATE DATABASE "{self._name(name)}"')
        opened.upgrade(config_for(url, self.folder))
        engine = open_engine(url)
        fill(engine)
        engine.dispose()

    def copy(self, name: str) -> str:
        """A new database like the template; gives its address."""
        fresh = f"{name}_{uuid.uuid4().hex[:10]}"
        if self.kind == "postgresql":
            self._admin(f'CREATE DATABASE "{self._name(fresh)}" TEMPLATE "{self._name(name)}" STRATEGY FILE_COPY')
        else:
            for suffix in ("", "-wal"):
                source = self.folder / f"{name}.db{suffix}"
                if source.exists():
                    shutil.copyfile(source, self.folder / f"{fresh}.db{suffix}")
        return self._url(fresh)

    def drop(self, url: str) -> None:
        """Throw a copy away."""
        if self.kind == "postgresql":
            self._admin(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')
        else:
            path = Path(make_url(url).database or "")
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)

    def _name(self, name: str) -> str:
        return f"{self.run}_{name}"

    def _url(self, name: str) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder / name}.db"
        base = make_url(os.environ["JOURNAL_TEST_PG"])
        return base.set(database=self._name(name)).render_as_string(hide_password=False)

    def _admin(self, statement: str) -> None:
        engine = create_engine(os.environ["JOURNAL_TEST_PG"], isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@pytest.fixture(
    scope="session",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Store:
    if request.param == "postgresql" and "JOURNAL_TEST_PG" not in os.environ:
        pytest.skip("PostgreSQL is not here")
    return Store(request.param, shared_folder(tmp_path_factory) / request.param)


def _opened(store: Store, name: str) -> Iterator[Engine]:
    url = store.copy(name)
    engine = open_engine(url)
    yield engine
    engine.dispose()
    store.drop(url)


@pytest.fixture
def empty(store: Store) -> Iterator[Engine]:
    """A migrated database without a row."""
    store.template("empty", lambda engine: None)
    yield from _opened(store, "empty")


@pytest.fixture
def school(store: Store) -> Iterator[personas.School]:
    """The school of the personas, for a test of its own."""
    store.template("school", personas.build)
    for engine in _opened(store, "school"):
        made = personas.School(engine)
        yield made
        made.close()


@pytest.fixture(scope="module")
def shared_school(store: Store) -> Iterator[personas.School]:
    """The school of the personas, for tests that only read."""
    store.template("school", personas.build)
    for engine in _opened(store, "school"):
        made = personas.School(engine)
        yield made
        made.close()


def app_on(engine: Engine, folder: Path) -> Flask:
    url = engine.url.render_as_string(hide_password=False)
    return create_app(config_for(url, folder), TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)


@pytest.fixture
def app(school: personas.School, tmp_path: Path) -> Iterator[Flask]:
    """An application on the test's own database: one a worker, since its thousand addresses take long to lay."""
    if "app" not in _kept:
        _kept["app"] = app_on(school.engine, tmp_path)
    app = _kept["app"]
    _move(app, school.engine, tmp_path)
    yield app
    _close(app)


_kept: dict[str, Flask] = {}


def _move(app: Flask, engine: Engine, folder: Path) -> None:
    """Put an application onto another database and into another folder, with a queue that nobody has used."""
    from journal.web import queue  # noqa: PLC0415 - only where an application was made
    from journal.web.database import db  # noqa: PLC0415

    url = engine.url.render_as_string(hide_password=False)
    app.config["JOURNAL"] = config_for(url, folder)
    queue.install(app, app.config["JOURNAL"])
    with app.app_context():
        db.engine.dispose()
    db._app_engines[app][None] = open_engine(url)


@pytest.fixture(scope="module")
def shared_app(shared_school: personas.School, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = app_on(shared_school.engine, tmp_path_factory.mktemp("app"))
    yield app
    _close(app)


def _close(app: Flask) -> None:
    from journal.web.database import db  # noqa: PLC0415 - only where an application was made

    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a demo school, to be copied or only read: all workers have the same one."""
    file = shared_folder(tmp_path_factory) / "demo.db"

    def make() -> None:
        opened.upgrade(config_for(f"sqlite:///{file}", file.parent))
        engine = open_engine(f"sqlite:///{file}")
        build(engine, Demo())
        engine.dispose()

    once(file.with_suffix(".made"), make)
    return file


def client_of(app: Flask, login: str) -> FlaskClient:
    """A client of a persona who came in a while ago: what a sign-in itself does, `newcomer_of` has."""
    from journal.web.database import db  # noqa: PLC0415 - only where an application was made

    client = _browser_of(app, login)
    with app.app_context():
        token = let_in(db.engine, login)
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    return client


def newcomer_of(app: Flask, login: str) -> FlaskClient:
    """A client of a persona who signs in now, with the password and all that follows from it."""
    client = _browser_of(app, login)
    answer = client.post("/login", data={"username": login, "password": personas.PASSWORD})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return client


def _browser_of(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("device", f"the browser of {login}")  # known again, so that nobody is asked about a new device
    return client


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The product itself in a process of its own."""

    def __init__(self, folder: Path, *command: str, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.command = command
        self.environment = {"JOURNAL_INSTANCE": str(folder), "JOURNAL_PORT": str(self.port), **environment}
        self.start()

    def start(self) -> None:
        """Start it, for the first time or after it was killed."""
        root = Path(__file__).resolve().parent.parent
        self.process = subprocess.Popen(
            [str(root / ".venv/bin/python") if (root / ".venv").exists() else "python", str(root / "app.py"), *self.command],
            cwd=root,
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def wait(self) -> None:
        import urllib.request  # noqa: PLC0415 - only the browser tests need it

        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError((self.process.stderr.read() if self.process.stderr else b"").decode()) from None
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
