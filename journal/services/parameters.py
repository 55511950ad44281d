"""The parameters that people set: in groups, each with a type that reads what was typed, its bounds and its help."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal, InvalidOperation

from sqlalchemy import select

from journal.access.actor import ROLE_LABELS, STAFF_ROLES
from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Setting, TrailEntry
from journal.services import settings
from journal.services.alerts.rules import RULES
from journal.services.publishing import LESSON_END
from journal.services.refusals import Invalid, Said, Stale, said
from journal.services.rules import rule


@dataclass(frozen=True)
class Kind:
    """A text, and the base of the rest. `options`: what is chosen from, by code."""

    most: int = 200
    options: Mapping[str, str] = field(default_factory=dict)
    several: bool = False

    def read(self, typed: str) -> str:
        """What is kept of what was typed. Raises `Invalid` with the error under an empty name."""
        text = " ".join(typed.split())
        if len(text) > self.most:
            raise Invalid(
                {"": said(N_("At most %(size)d characters, and this is %(length)d."), size=self.most, length=len(text))}
            )
        return text


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number between two."""

    low: int = 0
    high: int = 1000

    def read(self, typed: str) -> str:
        text = typed.strip()
        if not (text.isascii() and text.isdecimal() and len(text) < 6 and self.low <= int(text) <= self.high):
            raise Invalid({"": said(N_("A whole number from %(low)d to %(high)d."), low=self.low, high=self.high)})
        return str(int(text))


@dataclass(frozen=True)
class Part(Kind):
    """A number with a fraction, between two; the comma is the school's point."""

    low: Decimal = Decimal(0)
    high: Decimal = Decimal(1)

    def read(self, typed: str) -> str:
        try:
            value = Decimal(typed.strip().replace(",", "."))
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or not self.low <= value <= self.high:
            raise Invalid({"": said(N_("A number from %(low)s to %(high)s."), low=str(self.low), high=str(self.high))})
        return str(value)


@dataclass(frozen=True)
class Hour(Kind):
    """A time of the day."""

    most: int = 5

    def read(self, typed: str) -> str:
        try:
            return time.fromisoformat(typed.strip()).strftime("%H:%M")
        except ValueError:
            raise Invalid({"": said(N_("A time like 15:00."))}) from None


@dataclass(frozen=True)
class Choice(Kind):
    """One of the options, or several of them."""

    def read(self, typed: str) -> str:
        chosen = typed.split() if self.several else [typed.strip()]
        if not set(chosen) <= set(self.options):
            raise Invalid({"": said(N_("Choose one of the list."))})
        return " ".join(code for code in self.options if code in chosen)


@dataclass(frozen=True)
class Shape(Kind):
    """A text of a certain shape."""

    pattern: str = ""
    example: str = ""

    def read(self, typed: str) -> str:
        text = super().read(typed)
        if not re.fullmatch(self.pattern, text):
            raise Invalid({"": said(N_("Written like this: %(example)s"), example=self.example)})
        return text


@dataclass(frozen=True)
class Parameter:
    """One parameter; labels, helps and units are msgids."""

    name: str
    label: str
    kind: Kind
    help: str = ""
    unit: str = ""

    @property
    def default(self) -> str:
        return settings.DEFAULTS[self.name]


YES = {"1": N_("yes"), "0": N_("no")}
NEVER_OR_WEEKDAY = {
    "0": N_("never"), "1": N_("Monday"), "2": N_("Tuesday"), "3": N_("Wednesday"),
    "4": N_("Thursday"), "5": N_("Friday"), "6": N_("Saturday"), "7": N_("Sunday"),
}  # fmt: skip
DAYS, MINUTES, PERCENT, HOURS = N_("days|unit"), N_("minutes|unit"), N_("per cent|unit"), N_("hours|unit")
ROLES = {str(role): label for role, label in ROLE_LABELS.items() if role in STAFF_ROLES}
ALERTS = {name: one.label for name, one in RULES.items()}
THREE = Shape(20, pattern=r"\d{1,3} \d{1,3} \d{1,3}", example="85 65 50")
DELAY = Shape(10, pattern=rf"\d{{1,4}}|{LESSON_END}", example="10")
LOADS = Shape(200, pattern=r"(\d{1,2}:\d{1,3})( \d{1,2}:\d{1,3})*", example="1:60 2:90 3:90")

GROUPS: Sequence[tuple[str, Sequence[Parameter]]] = (
    (N_("School"), (
        Parameter("school_name", N_("Name of the school"), Kind(200), N_("Stands on documents and where one signs in.")),
        Parameter("day_ends_at", N_("The school day ends"), Hour(), N_("What is filled later than this is filled late.")),
        Parameter("timetable_public", N_("Everybody may read the timetable without signing in"), Choice(options=YES),
                  N_("At /timetable/public, with no name of a person.")),
    )),
    (N_("The journal"), (
        Parameter("edit_window_days", N_("A lesson can be filled for"), Whole(low=1, high=365),
                  N_("After that a request opens it again."), DAYS),
        Parameter("unlock_hours", N_("A granted request opens it for"), Whole(low=1, high=720), "", HOURS),
        Parameter("publish_after", N_("Families see a mark after"), DELAY,
                  N_("Minutes, or lesson: when it is over. What is mended within this time, the family never sees.")),
        Parameter("debt_days", N_("A debt is due after"), Whole(low=1, high=60), "", DAYS),
        Parameter("own_work_types", N_("Teachers may have kinds of work of their own"), Choice(options=YES)),
        Parameter("criteria_percents", N_("Points for a 5, a 4 and a 3"), THREE, N_("In a work judged by criteria."),
                  PERCENT),
        Parameter("final_threshold", N_("The final mark is rounded up from"), Part(low=Decimal("0.1"), high=Decimal("0.9")),
                  N_("An average of 3.5 becomes 4 at 0.5, and 3.6 at 0.6.")),
        Parameter("homework_minutes", N_("Homework of a day, at most"), LOADS, N_("Grade level and minutes."), MINUTES),
    )),
    (N_("Control"), (
        Parameter("late_after_days", N_("A change is late after"), Whole(high=60), "", DAYS),
        Parameter("marks_too_few", N_("Marks needed for a final mark"), Whole(low=1, high=20)),
        Parameter("filled_same_day", N_("Lessons filled on their day: the aim"), Whole(high=100), "", PERCENT),
        Parameter("remark_term_days", N_("A remark is to be mended within"), Whole(low=1, high=60), "", DAYS),
        Parameter("remarks_weekday", N_("Remarks are written by themselves on"), Choice(options=NEVER_OR_WEEKDAY)),
        Parameter("checks_every_days", N_("A journal is checked every"), Whole(low=1, high=365), "", DAYS),
        Parameter("assessment_interval_days", N_("School days between control works of a subject"), Whole(high=60)),
        Parameter("assessment_share", N_("Control works among the lessons of a subject, at most"), Whole(low=1, high=100),
                  unit=PERCENT),
    )),
    (N_("The class teacher and the families"), (
        Parameter("risk_fall", N_("An average that fell by this much is a risk"), Part(low=Decimal("0.1"), high=Decimal(3))),
        Parameter("risk_missed", N_("Lessons missed in a period that are a risk"), Whole(low=1, high=500)),
        Parameter("news_days", N_("What is older is no news"), Whole(high=30), "", DAYS),
    )),
    (N_("Accounts"), (
        Parameter("code_days", N_("A code of a slip is valid for"), Whole(low=1, high=90), "", DAYS),
        Parameter("factor_roles", N_("A second factor is needed for"), Choice(options=ROLES, several=True)),
        Parameter("factor_days", N_("It is not asked again on a known device for"), Whole(high=365), "", DAYS),
        Parameter("idle_minutes", N_("A page of the staff is covered after"), Whole(high=480), N_("0 is never."), MINUTES),
        Parameter("old_marks_a_day", N_("Old marks that may be changed in a day without a question"),
                  Whole(high=1000)),
        Parameter("night_begins_at", N_("The night begins"), Hour()),
        Parameter("night_ends_at", N_("The night ends"), Hour()),
        Parameter("alerts_off", N_("No question is asked about"), Choice(options=ALERTS, several=True)),
    )),
)  # fmt: skip
PARAMETERS = {one.name: one for _, group in GROUPS for one in group}


@dataclass(frozen=True)
class Changed:
    """The last change of a parameter, as the trail has it."""

    at: datetime
    by: str
    before: str | None
    after: str | None


def present(session: PolicySession) -> dict[str, str]:
    """Every parameter as it is set, or its default. One query."""
    rows = session.execute(select(Setting.name, Setting.value).where(Setting.name.in_(PARAMETERS)))
    return {name: one.default for name, one in PARAMETERS.items()} | {row[0]: row[1] for row in rows}


def history(session: PolicySession) -> dict[str, Changed]:
    """The last change of each parameter. Two queries."""
    names = {row[0]: row[1] for row in session.execute(select(Setting.id, Setting.name).where(Setting.name.in_(PARAMETERS)))}
    found: dict[str, Changed] = {}
    entries = session.scalars(
        select(TrailEntry)
        .where(TrailEntry.entity == "Setting", TrailEntry.row_id.in_(names))
        .order_by(TrailEntry.id.desc())
        .limit(500)
    )
    for entry in entries:
        pair = (entry.changes or {}).get("value")
        if pair and entry.row_id is not None:
            found.setdefault(names[entry.row_id], Changed(entry.happened_at, entry.actor, *pair))
    return found


def put(session: PolicySession, typed: Mapping[str, str], seen: Mapping[str, str]) -> int:
    """Set what was changed; gives how many.

    Raises `Invalid` by name, and `Stale` when somebody changed the same meanwhile: then nothing is set.
    """
    now, errors, wanted = present(session), dict[str, Said](), dict[str, str]()
    for name, text in typed.items():
        try:
            value = PARAMETERS[name].kind.read(text)
        except Invalid as invalid:
            errors[name] = invalid.errors[""]
            continue
        if value != now[name] and value != seen.get(name, now[name]):
            wanted[name] = value
    if errors:
        raise Invalid(errors)
    if any(now[name] != seen.get(name, now[name]) for name in wanted):
        raise Stale
    for name, value in wanted.items():
        settings.put(session, name, value)
    return len(wanted)


@rule(Setting)
def _can_be_read(session: PolicySession, row: Setting, act: str) -> None:
    """What is set past this page is what this page would take."""
    if act == "delete" or row.name not in PARAMETERS:
        return
    try:
        PARAMETERS[row.name].kind.read(row.value or "")
    except Invalid as invalid:
        raise Invalid({"value": invalid.errors[""]}) from None
