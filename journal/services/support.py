"""Requests for support: asked from any page, answered in the product; what goes on to the developers has no names in it."""

import json
import platform
import re
from collections.abc import Sequence
from os.path import commonprefix
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import undefer

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.config import VERSION, Config
from journal.kit.text import N_
from journal.schema import Account, Guardian, Staff, Student, SupportRequest, entities
from journal.services import attachments, database, health, migrations, records
from journal.services.messages import posting
from journal.services.refusals import Invalid, Missing, said

LONGEST, LONGEST_SUBJECT = 5000, 80
PICTURES = frozenset({".png", ".jpg", ".webp", ".gif"})
HIDDEN = "\u2026"
PRIVATE = (
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    re.compile(r"\+?\d[\d\s()-]{5,}\d"),
)
WORD = re.compile(r"[^\W\d_]+")
LEAST_SHARED, LONGEST_ENDING = 3, 2
"""Names are found in their other cases too: so many letters are the same at least, so many at the end may differ."""


def ask(session: PolicySession, text: str, page: str, browser: str, picture: bytes = b"") -> SupportRequest:
    """A new request. Raises `Invalid`."""
    errors = {}
    if not text.strip():
        errors["text"] = said(N_("This field is required."))
    elif len(text) > LONGEST:
        errors["text"] = said(N_("At most %(size)d characters, and this is %(length)d."), size=LONGEST, length=len(text))
    if picture and (len(picture) > attachments.LARGEST or attachments.kind_of(picture) not in PICTURES):
        errors["picture"] = said(N_("This is no picture: PNG, JPEG, WebP or GIF, at most 10 MB."))
    if errors:
        raise Invalid(errors)
    first = text.strip().splitlines()[0]
    subject = first if len(first) <= LONGEST_SUBJECT else first[: LONGEST_SUBJECT - 1] + HIDDEN
    values = {"subject": subject, "text": text.strip(), "page": page[:300] or None, "browser": browser[:300] or None}
    return records.create(session, SupportRequest, {**values, "picture": picture or None})


def listed(session: PolicySession) -> Sequence[Any]:
    """(request, who) that the person may see, those that wait first."""
    asked = (
        select(SupportRequest, Account.name)
        .outerjoin(Account, Account.id == SupportRequest.account_id)
        .order_by(SupportRequest.state != "open", SupportRequest.id.desc())
        .limit(200)
    )
    return session.execute(asked).all()


def get(session: PolicySession, request_id: int, *, with_picture: bool = False) -> SupportRequest:
    """A request that the person may see. Raises `Missing`."""
    asked = select(SupportRequest).where(SupportRequest.id == request_id)
    found = session.scalar(asked.options(undefer(SupportRequest.picture)) if with_picture else asked)
    if found is None:
        raise Missing
    return found


def has_picture(session: PolicySession, request_id: int) -> bool:
    """Whether there is a picture; it is not read for it."""
    asked = select(SupportRequest.id).where(SupportRequest.id == request_id, SupportRequest.picture.is_not(None))
    return session.scalar(asked) is not None


def answer(session: PolicySession, request_id: int, text: str, subject: str) -> SupportRequest:
    """Answer a request; whoever asked gets it as a message. Raises `Missing`, `Forbidden`, `Invalid`."""
    request = get(session, request_id)
    if not text.strip():
        raise Invalid({"answer": said(N_("This field is required."))})
    records.change(session, request, {"answer": text.strip(), "state": "answered"})
    if request.account_id != session.actor.account_id:
        posting.reply_to(session, request.account_id, posting.Letter(subject, text.strip(), quote=request.subject))
    return request


def close(session: PolicySession, request_id: int) -> SupportRequest:
    """Put a request away."""
    return records.change(session, get(session, request_id), {"state": "closed"})


# --- for the developers


def bundle(engine: Engine, config: Config, request: SupportRequest) -> dict[str, Any]:
    """What helps the developers, without names, contacts and secrets; shown before it is saved."""
    with database.reading(engine, System("job")) as session:
        names = _names(session)
        rows = {one.__name__: session.scalar(select(func.count()).select_from(one)) for one in entities()}
    shown = {key: value for key, value in config.shown().items() if key not in ("database_url", "instance", "address")}
    return {
        "request": {
            "text": without_names(request.text, names),
            "page": re.sub(r"\?.*", "", request.page or ""),
            "browser": request.browser,
        },
        "version": VERSION,
        "schema": migrations.head(),
        "database": engine.dialect.name,
        "python": platform.python_version(),
        "system": platform.system(),
        "settings": {key: value for key, value in shown.items() if not key.startswith(("mail_", "second"))},
        "health": {check.label: "ok" if check.is_well else "look" for check in health.checks(engine, config)},
        "rows": rows,
    }


def as_text(told: dict[str, Any]) -> str:
    """A bundle as people read it."""
    return json.dumps(told, ensure_ascii=False, indent=1)


def _names(session: PolicySession) -> frozenset[str]:
    found: set[str] = set()
    for entity in (Staff, Student, Guardian):
        for row in session.execute(select(entity.last_name, entity.first_name, entity.middle_name).distinct()):
            found.update(part.casefold() for name in row if name for part in WORD.findall(name) if len(part) > 1)
    found.update(login.casefold() for login in session.scalars(select(Account.login)))
    return frozenset(found)


def without_names(text: str, names: frozenset[str]) -> str:
    """A text with everybody's names, numbers and addresses taken out; names are found in other cases too."""
    for pattern in PRIVATE:
        text = pattern.sub(HIDDEN, text)
    known = frozenset(map(_plain, names))
    begun: dict[str, list[str]] = {}
    for name in known:
        begun.setdefault(name[:LEAST_SHARED], []).append(name)

    def hide(match: re.Match[str]) -> str:
        word = _plain(match.group())
        alike = begun.get(word[:LEAST_SHARED], ()) if match.group()[0].isupper() else ()
        return HIDDEN if word in known or any(_is_declined(word, name) for name in alike) else match.group()

    return re.sub(r"\b[^\W_][\w.]*[^\W_]\b|\b[^\W\d_]\b", hide, text)


def _plain(word: str) -> str:
    return word.casefold().replace("\u0451", "\u0435")


def _is_declined(word: str, name: str) -> bool:
    """Whether a word may be a name in another case: the same but for the last letters."""
    shared = len(commonprefix([word, name]))
    least = max(LEAST_SHARED, min(len(word), len(name)) - LONGEST_ENDING)
    return shared >= least and len(word) - shared <= LONGEST_ENDING + 1
