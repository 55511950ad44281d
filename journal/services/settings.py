"""Parameters of the system: a default each, which the administrator may change."""

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.schema import Setting

DEFAULTS = {
    "school_name": "",
    "edit_window_days": "30",
    "day_ends_at": "15:00",
    "final_threshold": "0.5",
    "marks_too_few": "3",
}


def value(session: PolicySession, name: str) -> str:
    """A parameter as it is set, or its default."""
    found = session.scalar(select(Setting.value).where(Setting.name == name))
    return DEFAULTS[name] if found is None else found


def whole(session: PolicySession, name: str) -> int:
    """A parameter that is a whole number; what can't be read as one counts as the default."""
    return as_whole(value(session, name), name)


def as_whole(text: str | None, name: str) -> int:
    """The text of a parameter as a whole number."""
    return int(text) if text is not None and text.isdigit() else int(DEFAULTS[name])
