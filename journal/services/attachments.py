"""Files that hang on homework: known by their content, never by their name; kept in the database."""

import hashlib
import io
import zipfile
from pathlib import PurePath
from typing import Any

import puremagic
from sqlalchemy import func, select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Attachment, Homework
from journal.services import records
from journal.services.refusals import Invalid, Missing, said

LARGEST = 10 * 1024 * 1024
MOST_FILES = 10
LONGEST_NAME = 200
TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".mp3": "audio/mpeg",
    ".txt": "text/plain; charset=utf-8",
}
"""What may hang on homework, by content; programs, pages and archives may not."""
ZIPPED = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx"}


def attach(session: PolicySession, homework_id: int, name: str, data: bytes) -> Attachment:
    """Hang a file on homework. Raises `Missing`, and `Invalid` when it is too large, of a wrong type or one too many."""
    if session.get(Homework, homework_id) is None:
        raise Missing
    kind = require(data)
    count = session.scalar(select(func.count(Attachment.id)).where(Attachment.homework_id == homework_id)) or 0
    if count >= MOST_FILES:
        raise Invalid({"file": said(N_("At most %(count)d files."), count=MOST_FILES)})
    return records.create(session, Attachment, {"homework_id": homework_id, **described(name, data, kind)})


def require(data: bytes) -> str:
    """The extension of a file that may be kept. Raises `Invalid` when it is empty, too large or of a wrong type."""
    if not data:
        raise Invalid({"file": said(N_("The file is empty."))})
    if len(data) > LARGEST:
        raise Invalid({"file": said(N_("The file is larger than %(size)d MB."), size=LARGEST // 2**20)})
    kind = kind_of(data)
    if kind is None:
        raise Invalid({"file": said(N_("Documents, pictures and sound can be attached; this is neither."))})
    return kind


def described(name: str, data: bytes, kind: str) -> dict[str, Any]:
    """A file as the columns that keep it: named by its own stem and by what it really is."""
    stem = PurePath(name.replace("\\", "/")).stem.translate({code: None for code in range(32)}) or "file"
    return {
        "file_name": f"{stem[: LONGEST_NAME - 5]}{kind}",
        "content_type": TYPES[kind],
        "size": len(data),
        "digest": hashlib.sha256(data).hexdigest(),
        "blob": data,
    }


def detach(session: PolicySession, attachment_id: int) -> None:
    """Take a file away."""
    found = session.get(Attachment, attachment_id)
    if found is None:
        raise Missing
    records.delete(session, found)


def kind_of(data: bytes) -> str | None:
    """The extension of a file by its content; None for what may not be attached."""
    if data.startswith(b"PK"):
        return _kind_of_zip(data)
    try:
        found = {match.extension for match in puremagic.magic_string(data[:4096])}
    except (puremagic.PureError, ValueError):
        found = set()
    for kind in (".pdf", ".png", ".gif", ".webp", ".mp3"):
        if kind in found:
            return kind
    if found & {".jpg", ".jpeg", ".jfif"}:
        return ".jpg"
    return ".txt" if _is_text(data) else None


def _kind_of_zip(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "mimetype" in names and archive.getinfo("mimetype").file_size < LONGEST_NAME:
                media = archive.read("mimetype").decode("ascii", "replace")
                return next((kind for kind, known in TYPES.items() if known == media and kind[1:3] == "od"), None)
    except (zipfile.BadZipFile, ValueError, RuntimeError):
        return None
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((kind for folder, kind in ZIPPED.items() if any(name.startswith(folder) for name in names)), None)


def _is_text(data: bytes) -> bool:
    """Plain text: no markup that a browser would take for a page, no script of a system."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    plain = all(letter >= " " or letter in "\t\n\f\r" for letter in text)
    return plain and not text.lstrip("\ufeff \n\r\t").startswith(("<", "#!", "%!", "@echo"))
