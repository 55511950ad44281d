"""Parameters of the system: a default each, which the administrator may change."""

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.schema import Setting
from journal.services import records

DEFAULTS = {
    "school_name": "",
    "edit_window_days": "30",
    "day_ends_at": "15:00",
    "final_threshold": "0.5",
    "marks_too_few": "3",
    "late_after_days": "1",
    "remark_term_days": "3",
    "remarks_weekday": "1",
    "checks_every_days": "30",
    "filled_same_day": "90",
    "unlock_hours": "24",
    "assessment_interval_days": "17",
    "assessment_share": "10",
    "publish_after": "10",
    "debt_days": "7",
    "own_work_types": "1",
    "criteria_percents": "85 65 50",
    "homework_minutes": "1:60 2:90 3:90 4:120 5:120 6:150 7:150 8:150 9:210 10:210 11:210",
    "code_days": "14",
    "factor_roles": "",
    "factor_days": "30",
    "idle_minutes": "30",
    "old_marks_a_day": "30",
    "alerts_off": "",
    "night_begins_at": "23:00",
    "night_ends_at": "06:00",
    "findings_computed_at": "",
    "risk_fall": "0.5",
    "risk_missed": "20",
    "news_days": "3",
    "news_looked_at": "",
    "timetable_public": "0",
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


def put(session: PolicySession, name: str, text: str) -> None:
    """Set a parameter; the trail keeps what it was."""
    present = session.scalar(select(Setting).where(Setting.name == name))
    if present is None:
        records.create(session, Setting, {"name": name, "value": text})
    else:
        records.change(session, present, {"value": text})


def put_quietly(session: PolicySession, name: str, text: str) -> None:
    """Set a mark of the product's own, such as when a job last ran: no parameter of the school, so not worth an entry."""
    present = session.scalar(select(Setting.id).where(Setting.name == name))
    new = [] if present else [{"name": name, "value": text}]
    changed = [{"id": present, "value": text}] if present else []
    records.keep_computed(session, Setting, new=new, changed=changed, gone=[], told=False)
