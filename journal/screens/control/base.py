"""The screen of control, and what its pages share: filters in the address, links to where a finding is mended."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from journal.access.actor import Role
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_, short_name
from journal.schema import AcademicYear, Account, GradeLevel, GradingPeriod, SchoolClass, Staff, Subject, TeachingAssignment
from journal.services import calendar, settings
from journal.services.control import registry
from journal.services.control.check import Check
from journal.services.control.listing import Filter, Shown
from journal.services.refusals import Missing
from journal.web.screen import OFFICE, Screen
from journal.web.session import actor

screen = Screen("control", __name__, url_prefix="/control")
screen.entry(N_("Control"), "overview", 12, to=OFFICE)

WRITERS = frozenset({Role.DEPUTY, Role.CONTROL, Role.DIRECTOR})
"""Who writes remarks."""
SECTIONS = (
    ("control.overview", N_("Filling")),
    ("control.findings", N_("Findings")),
    ("control.remarks", N_("Remarks")),
    ("control.checks", N_("Checks")),
    ("requests.index", N_("Requests")),
    ("control.rules", N_("Rules")),
)


@dataclass
class Choices:
    """What the filters offer, and what is chosen."""

    teachers: list[tuple[int, str]]
    classes: list[tuple[int, str]]
    subjects: list[tuple[int, str]]
    periods: list[GradingPeriod]
    staff_id: int | None
    school_class_id: int | None
    subject_id: int | None
    since: date
    until: date
    period: GradingPeriod | None

    def address(self, **more: Any) -> dict[str, Any]:
        """The filters as a query."""
        own = {
            "period": self.period.id if self.period else None,
            "since": None if self.period else self.since.isoformat(),
            "until": None if self.period else self.until.isoformat(),
            "staff_id": self.staff_id,
            "school_class_id": self.school_class_id,
            "subject_id": self.subject_id,
        }
        return {name: value for name, value in {**own, **more}.items() if value is not None}


def choices(session: PolicySession) -> Choices:
    """Read the filters of the address; what can't be read counts as not chosen."""
    year = calendar.current_year(session)
    today = calendar.school_day(session)
    periods = _periods(session, year)
    period = next((one for one in periods if str(one.id) == request.args.get("period")), None)
    dated = request.args.get("since") or request.args.get("until")
    if period is None and not dated:
        period = _present(periods, today)
    since, until = (period.begins_on, min(period.ends_on, today)) if period else _span(year, today)
    return Choices(
        _teachers(session, year),
        _pairs(
            session,
            select(SchoolClass.id, SchoolClass.name)
            .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
            .where(SchoolClass.academic_year_id == (year.id if year else 0))
            .order_by(GradeLevel.number, SchoolClass.letter),
        ),
        _pairs(session, select(Subject.id, Subject.name).order_by(Subject.name)),
        periods,
        request.args.get("staff_id", type=_id),
        request.args.get("school_class_id", type=_id),
        request.args.get("subject_id", type=_id),
        since,
        max(since, until),
        period,
    )


def _id(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise ValueError(text)
    return int(text)


def _periods(session: PolicySession, year: AcademicYear | None) -> list[GradingPeriod]:
    asked = select(GradingPeriod).where(
        GradingPeriod.academic_year_id == (year.id if year else 0), GradingPeriod.begins_on <= clock.today()
    )
    return list(session.scalars(asked.order_by(GradingPeriod.begins_on, GradingPeriod.kind)))


def _present(periods: list[GradingPeriod], today: date) -> GradingPeriod | None:
    """The period of today; in the holidays the one before."""
    parts = (
        [one for one in periods if one.kind in ("quarter", "trimester")]
        or [one for one in periods if one.kind != "year"]
        or periods
    )
    begun = [one for one in parts if one.begins_on <= today]
    return begun[-1] if begun else None


def _span(year: AcademicYear | None, today: date) -> tuple[date, date]:
    first = year.begins_on if year else today - timedelta(days=365)
    since, until = day_of("since") or max(first, today - timedelta(days=30)), day_of("until") or today
    until = min(until, today)
    return max(min(since, until), until - timedelta(days=400)), until


def day_of(name: str) -> date | None:
    """A date of the address, or None."""
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def _teachers(session: PolicySession, year: AcademicYear | None) -> list[tuple[int, str]]:
    own = select(TeachingAssignment.staff_id).join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
    asked = select(Staff.id, Staff.last_name, Staff.first_name, Staff.middle_name).where(
        Staff.id.in_(own.where(SchoolClass.academic_year_id == (year.id if year else 0)))
    )
    rows = session.execute(asked.order_by(Staff.last_name, Staff.first_name, Staff.id))
    return [(row[0], short_name(row[1], row[2], row[3])) for row in rows]


def _pairs(session: PolicySession, asked: Any) -> list[tuple[int, str]]:
    return [(row[0], row[1]) for row in session.execute(asked)]


def filter_of(chosen: Choices, *, whole: bool = False) -> Filter:
    """The filters as findings are asked for; `whole` leaves the dates open."""
    return Filter(
        rule=request.args.get("rule") or None,
        severity=request.args.get("severity") or None,
        staff_id=chosen.staff_id,
        school_class_id=chosen.school_class_id,
        subject_id=chosen.subject_id,
        since=None if whole else chosen.since,
        until=None if whole else chosen.until,
    )


def words_of(shown: Shown) -> str:
    """What a finding says."""
    amount = shown.row.amount
    return str(_(shown.check.says, amount=_number(amount))) if amount is not None else str(_(shown.check.says))


def _number(amount: Any) -> str:
    whole = int(amount) == amount
    return str(int(amount)) if whole else f"{amount:.2f}"


def remark_text(check: Check, findings: list[Any]) -> str:
    """The text of a remark that the rules write."""
    days = sorted({finding.since_on for finding in findings})
    named = ", ".join(f"{day:%d.%m}" for day in days[:12])
    more = _(" and others") if len(days) > 12 else ""
    return str(_("%(rule)s: %(count)d (%(days)s%(more)s).", rule=_(check.label), count=len(findings), days=named, more=more))


def check_of(code: str) -> Check:
    """A rule by its code. Raises `Missing`."""
    found = registry.by_code().get(code)
    if found is None:
        raise Missing
    return found


def place_of(shown: Shown, accounts: dict[int, int]) -> str:
    """The address of the very cell or lesson where a finding is mended."""
    row, on = shown.row, shown.row.since_on.isoformat()
    if shown.check.place == "lesson":
        return url_for("lessons.page", lesson_id=row.lesson_id)
    if shown.check.place == "cell":
        return url_for("classbook.page", assignment_id=row.assignment_id, on=on) + f"#{row.student_id}:{row.lesson_id}"
    if shown.check.place == "finals":
        return url_for("classbook.finals", assignment_id=row.assignment_id, period=row.period_id) + f"#s{row.student_id}"
    if shown.check.place == "plan":
        return "/admin/scheme-of-work/?" + urlencode({"assignment_id": row.assignment_id})
    if shown.check.place == "trail":
        who = accounts.get(row.staff_id or 0)
        return "/admin/trail-entry/?" + urlencode({"happened_at.from": on, "happened_at.to": on, "account_id": who or ""})
    return url_for("classbook.page", assignment_id=row.assignment_id, on=on) + (
        f"#{row.student_id}:" if row.student_id else ""
    )


def accounts_of(session: PolicySession, found: list[Shown]) -> dict[int, int]:
    """Staff id -> account id, for findings that lead into the trail. No query where none does."""
    ids = {one.row.staff_id for one in found if one.check.place == "trail" and one.row.staff_id}
    if not ids:
        return {}
    rows = session.execute(select(Account.staff_id, Account.id).where(Account.staff_id.in_(ids)))
    return {staff_id: account_id for staff_id, account_id in rows if staff_id}


def may_remark() -> bool:
    """Whether the person writes remarks."""
    person = actor()
    return person is not None and not person.roles.isdisjoint(WRITERS)


def sections() -> list[tuple[str, str, bool]]:
    """The pages of control: address, name, whether it is this one."""
    return [(url_for(endpoint), _(label), endpoint == request.endpoint) for endpoint, label in SECTIONS]


screen.add_app_template_global(sections, "control_sections")


def last_look(session: PolicySession) -> datetime | None:
    """When the rules looked last, as a moment or None."""
    text = settings.value(session, "findings_computed_at")
    return datetime.fromisoformat(text) if text else None
