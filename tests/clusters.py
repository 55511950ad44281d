"""A private PostgreSQL cluster for one run of the tests; it refuses to run as root, so root starts it as another user."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

USERS = ("postgres", "nobody")
IN_MEMORY = Path("/dev/shm")
LEAST_MEMORY = 3 * 2**30


def binaries() -> Path | None:
    """Where PostgreSQL's programs are, if they are."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


class Cluster:
    """Runs on a socket of its own, without a network port. The product is an ordinary user there, as at a school."""

    def __init__(self, bin_: Path) -> None:
        self.bin = bin_
        self.folder = Path(tempfile.mkdtemp(prefix="journal-pg-", dir=_quickest()))
        self.user: str | None = None
        if os.geteuid() == 0:
            self.user = next(name for name in USERS if _exists(name))
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str, user: str = "journal") -> str:
        """The address of a database there; the user `postgres` may everything."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def make(self, database: str) -> str:
        """A new database of the product's user; its address."""
        with psycopg.connect(f"host={self.folder} user=journal dbname=postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')
        return self.url_of(database)

    def start(self) -> None:
        """Make the cluster and start it."""
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        off = " ".join(f"-c {one}=off" for one in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"))
        options = f"-c listen_addresses='' -k {self.folder} {off}"
        self._run("pg_ctl", "-D", data, "-w", "-l", self.folder / "log", "-o", options, "start")
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute("CREATE ROLE journal LOGIN CREATEDB")

    def stop(self) -> None:
        """Stop it and leave nothing behind."""
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *args: object) -> None:
        command = [str(self.bin / program), *map(str, args)]
        if self.user:
            command = ["setpriv", f"--reuid={self.user}", "--clear-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")


def _quickest() -> Path | None:
    """Memory, where there is enough of it: every test has a database of its own."""
    try:
        roomy = shutil.disk_usage(IN_MEMORY).free > LEAST_MEMORY and os.access(IN_MEMORY, os.W_OK)
    except OSError:
        return None
    return IN_MEMORY if roomy else None


def _exists(name: str) -> bool:
    try:
        return pwd.getpwnam(name).pw_uid != 0
    except KeyError:
        return False
