"""Copies that leave the machine are encrypted (age, X25519): anybody here can seal one, only the key on paper opens it.

The server knows the public half alone, so whoever steals the other disk, or the server itself, reads no sealed copy.
"""

import os
import re
from datetime import datetime
from pathlib import Path

import pyrage
from pyrage import x25519

from journal.kit import clock

ENDING = ".age"
NAMED = re.compile(r"journal-(\d{8}-\d{6}-\d{6})\.zip\.age")


class Unopened(Exception):
    """A key or a sealed copy that can't be used; one line says why."""


def new_key(path: Path) -> str:
    """Make a key, write it into a new file for its owner only, and give its public half. Raises `FileExistsError`."""
    key = x25519.Identity.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"# public key: {key.to_public()}\n{key}\n")
    return str(key.to_public())


def recipient(public: str) -> x25519.Recipient:
    """The public half of a key. Raises `Unopened`."""
    try:
        return x25519.Recipient.from_str(public.strip())
    except pyrage.RecipientError:
        raise Unopened(f"this is no public key of age: {public[:12]}…") from None


def seal(copy: Path, folder: Path, public: str) -> Path:
    """A sealed copy in another folder; there is never anything readable of it there. Raises `Unopened`, `OSError`."""
    whom = recipient(public)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = folder / f"{copy.name}{ENDING}"
    part = made.with_suffix(".part")
    pyrage.encrypt_file(str(copy), str(part), [whom])
    os.chmod(part, 0o600)
    os.replace(part, made)
    return made


def unseal(sealed: Path, key: Path, to: Path) -> Path:
    """Open a sealed copy with the key of a file. Raises `Unopened`, and then nothing is left."""
    lines = [line.strip() for line in key.read_text(encoding="ascii", errors="replace").splitlines()]
    secret = next((line for line in lines if line and not line.startswith("#")), "")
    try:
        identity = x25519.Identity.from_str(secret)
    except pyrage.IdentityError:
        raise Unopened(f"{key.name}: there is no key of age in it") from None
    part = to.with_name(f"{to.name}.part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        pyrage.decrypt_file(str(sealed), str(part), [identity])
    except (pyrage.DecryptError, OSError) as error:
        part.unlink(missing_ok=True)
        raise Unopened(f"{sealed.name}: this key does not open it, or it is damaged ({error})") from None
    os.replace(part, to)
    return to


def made_at(sealed: Path) -> datetime | None:
    """When a sealed copy was taken, by its name; None for a file that is none."""
    match = NAMED.fullmatch(sealed.name)
    return datetime.strptime(match.group(1), "%Y%m%d-%H%M%S-%f").replace(tzinfo=clock.zone()) if match else None


def every(folder: Path) -> list[tuple[datetime, Path]]:
    """The sealed copies of a folder with their moments, the newest first."""
    found = [(moment, path) for path in folder.glob(f"*{ENDING}") if (moment := made_at(path)) is not None]
    return sorted(found, reverse=True)
