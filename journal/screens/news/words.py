"""News in words: a line of the list, and the letter that says only that there is something."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from journal.schema import Notification
from journal.web import show


def line(row: Notification) -> str:
    """One piece of news, without the pupil's name."""
    facts = row.facts
    if "text" in facts:
        return str(facts["text"])
    return LINES[row.kind](facts)


def _day(facts: Mapping[str, Any], name: str = "day") -> str:
    return show.day(date.fromisoformat(facts[name]))


def _mark(facts: Mapping[str, Any]) -> str:
    values = "/".join(show.mark(value) for value in facts["values"])
    return str(_("%(subject)s, %(day)s: mark %(values)s", subject=facts["subject"], day=_day(facts), values=values))


def _absence(facts: Mapping[str, Any]) -> str:
    letters = Counter(facts["letters"])
    told = ", ".join(f"{letter} — {count}" for letter, count in letters.items())
    return str(_("%(day)s: lessons missed or late: %(letters)s", day=_day(facts), letters=told))


def _note(facts: Mapping[str, Any]) -> str:
    if facts["praise"]:
        return str(_("%(day)s: praise in the diary", day=_day(facts)))
    return str(_("%(day)s: a remark in the diary", day=_day(facts)))


def _homework(facts: Mapping[str, Any]) -> str:
    return str(_("%(subject)s: the homework was changed", subject=facts["subject"]))


def _notice(facts: Mapping[str, Any]) -> str:
    days = show.days(*(date.fromisoformat(facts[name]) for name in ("begins", "ends")))
    if facts["state"] == "accepted":
        return str(_("%(days)s: the absence was accepted", days=days))
    if facts["state"] == "declined":
        return str(_("%(days)s: the absence was not accepted", days=days))
    return str(_("%(name)s won't come: %(days)s", name=facts["name"], days=days))


def _message(facts: Mapping[str, Any]) -> str:
    return str(_("Message: %(name)s", name=facts["from"]))


def _timetable(facts: Mapping[str, Any]) -> str:
    """Who reads decides the wording: the substitute, the teacher, the family."""
    which = _("%(day)s, lesson %(number)d: %(subject)s", day=_day(facts), number=facts["number"], subject=facts["subject"])
    where = f"{which}, {facts['class']}" if facts["for"] != "family" else str(which)
    if facts["kind"] == "cancel":
        return f"{where} — {_('cancelled')}"
    if facts["kind"] == "move":
        on, number = facts["to"]
        return f"{where} — {_('moved to %(day)s, lesson %(number)d', day=show.day(date.fromisoformat(on)), number=number)}"
    told = {"substitute": _("you teach it for a colleague"), "teacher": _("a colleague teaches it"),
            "family": _("another teacher")}  # fmt: skip
    return f"{where} — {told[facts['for']]}"


LINES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "mark": _mark,
    "absence": _absence,
    "note": _note,
    "homework": _homework,
    "notice": _notice,
    "message": _message,
    "timetable": _timetable,
}


def letter(counts: Counter[str], address: str) -> tuple[str, str]:
    """Subject and text of an e-mail: how much of what is new, never what it says."""
    subject = _("School journal: there is news")
    told = {
        "message": lambda n: ngettext("%(num)d message", "%(num)d messages", n),
        "mark": lambda n: ngettext("%(num)d new mark", "%(num)d new marks", n),
        "absence": lambda n: ngettext("missed lessons: %(num)d day", "missed lessons: %(num)d days", n),
        "note": lambda n: ngettext("%(num)d note in the diary", "%(num)d notes in the diary", n),
        "homework": lambda n: ngettext("homework changed: %(num)d", "homework changed: %(num)d", n),
        "timetable": lambda n: ngettext("%(num)d lesson changed", "%(num)d lessons changed", n),
        "notice": lambda n: ngettext("%(num)d announced absence", "%(num)d announced absences", n),
    }
    lines = [f"- {told[kind](count)}" for kind, count in sorted(counts.items())]
    where = _("Read it in the journal: %(address)s", address=address) if address else _("Read it in the journal.")
    why = _("You chose to be told by e-mail; the choice is changed in the journal, on the page of news.")
    return subject, "\n".join([_("New in the journal:"), *lines, "", where, "", why, ""])
