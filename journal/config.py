"""Typed settings: the environment first, then `journal.toml`, then what a village school needs."""

import os
import secrets
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
SECRETS = frozenset({"secret_key", "trail_key", "demo_password", "mail_password", "redis"})
SECURITIES = frozenset({"starttls", "tls", "none"})
WORKERS = frozenset({"inside", "separate", "immediate"})


class ConfigError(Exception):
    """A setting that can't be used; one line says which and why."""


@dataclass(frozen=True)
class Config:
    """The effective settings of one process."""

    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    secret_key: str = ""
    trail_key: str = ""
    zone: str = "Europe/Moscow"
    demo: bool = False
    demo_password: str = "demo"
    instance: Path = ROOT / "instance"
    tls: bool = False
    """Whether people reach the journal over HTTPS only: cookies say so, and browsers are told to remember it."""
    proxies: int = 0
    """How many proxies of our own stand before the server; what others say of the visitor's address is not believed."""
    mail_host: str = ""
    """The SMTP server for notices by e-mail; empty is no e-mail at all."""
    mail_port: int = 587
    mail_security: str = "starttls"
    """`starttls`, `tls` or `none`."""
    mail_user: str = ""
    mail_password: str = ""
    mail_from: str = ""
    address: str = ""
    """Where people reach the journal, for links in e-mail: `https://journal.school.ru`."""
    training: str = ""
    """Where to practise: a port on which `run` serves the demo school too, or the address of one that stands elsewhere."""
    worker: str = "inside"
    """Where long work runs: `inside` the server, in a `separate` process (`python app.py work`), or at once in the request
    (`immediate`, for tests)."""
    redis: str = ""
    """Address of a Redis for the queue of long work; empty: a file beside the database."""
    backup_key: str = ""
    """The public half of a key of age: copies in the second folder are encrypted for it. `backup key FILE` makes one."""
    second_backups: Path | None = None
    """Another folder for copies of the database: another disk, a mounted share."""

    @property
    def backups(self) -> Path:
        """Where copies of the database are kept; never inside anything served."""
        return self.instance / ("demo-backups" if self.demo else "backups")

    @property
    def exports(self) -> Path:
        """Where files lie that jobs have made, until they are fetched."""
        return self.instance / "exports"

    @property
    def archives(self) -> Path:
        """Where the archives of closed years are kept."""
        return self.instance / "archives"

    @property
    def trail(self) -> Path:
        """Where old entries of the trail are kept in files."""
        return self.instance / "trail"

    def shown(self) -> dict[str, str]:
        """The settings as `doctor` prints them: no secret, no password in the address of the database."""
        from_url, at, rest = self.database_url.rpartition("@")
        hidden = f"{from_url.split('://')[0]}://***@{rest}" if at else self.database_url
        shown = {f.name: str(getattr(self, f.name)) for f in fields(self) if f.name not in SECRETS}
        return {**shown, "database_url": hidden}


def load(database: str = "journal.db", *, demo: bool = False, **given: Any) -> Config:
    """Read the settings; `database` names the file in `instance/` when no address is given."""
    instance = Path(os.environ.get("JOURNAL_INSTANCE", ROOT / "instance"))
    instance.mkdir(parents=True, exist_ok=True)
    written = _read_toml()
    values: dict[str, Any] = {
        "database_url": _pick(written, "database_url") or f"sqlite:///{instance / database}",
        "host": _pick(written, "host") or "127.0.0.1",
        "port": _port(_pick(written, "port") or os.environ.get("PORT") or "8000"),
        "secret_key": _pick(written, "secret_key") or _kept_secret(instance / "secret-key"),
        "trail_key": _pick(written, "trail_key") or _kept_secret(instance / "trail-key"),
        "zone": _pick(written, "zone") or "Europe/Moscow",
        "tls": (_pick(written, "tls") or "").lower() in ("1", "true", "yes"),
        "proxies": _whole(_pick(written, "proxies") or "0", "proxies"),
        "demo": demo,
        "demo_password": _pick(written, "demo_password") or "demo",
        "instance": instance,
        "mail_host": _pick(written, "mail_host") or "",
        "mail_port": _port(_pick(written, "mail_port") or "587", "mail_port"),
        "mail_security": _one_of(_pick(written, "mail_security") or "starttls", "mail_security", SECURITIES),
        "mail_user": _pick(written, "mail_user") or "",
        "mail_password": _pick(written, "mail_password") or "",
        "mail_from": _pick(written, "mail_from") or "",
        "address": (_pick(written, "address") or "").rstrip("/"),
        "training": _pick(written, "training") or "",
        "worker": _one_of(_pick(written, "worker") or "inside", "worker", WORKERS),
        "backup_key": _pick(written, "backup_key") or "",
        "redis": _pick(written, "redis") or "",
        "second_backups": Path(second) if (second := _pick(written, "second_backups")) else None,
    }
    return Config(**{**values, **given})


def _pick(written: dict[str, Any], name: str) -> str | None:
    found = os.environ.get(f"JOURNAL_{name.upper()}") or written.get(name)
    return str(found) if found else None


def _read_toml() -> dict[str, Any]:
    path = Path(os.environ.get("JOURNAL_CONFIG", ROOT / "journal.toml"))
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name}: {error}") from error


def _port(text: str, name: str = "port") -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ConfigError(f"JOURNAL_{name.upper()}: not a port: {text}")
    return int(text)


def _one_of(text: str, name: str, known: frozenset[str]) -> str:
    if text not in known:
        raise ConfigError(f"JOURNAL_{name.upper()}: one of {', '.join(sorted(known))}, not {text}")
    return text


def _whole(text: str, name: str) -> int:
    if not text.isdigit() or int(text) > 9:
        raise ConfigError(f"JOURNAL_{name.upper()}: not a number from 0 to 9: {text}")
    return int(text)


def _kept_secret(path: Path) -> str:
    """Made on the first start and kept, readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
