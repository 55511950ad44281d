"""What the director sees: what deputies, the control group and the administrator did, what is overdue, what is unusual."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import exists, func, select

from journal.access.session import PolicySession
from journal.config import VERSION
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import (
    Account,
    BackupCopy,
    CorrectionRequest,
    Finding,
    JournalCheck,
    JournalRemark,
    SignIn,
    Substitution,
    SupportRequest,
    TrailEntry,
)
from journal.services.control import inspections, registry
from journal.services.refusals import Said, said
from journal.services.reports.document import Column, Document, Linked, Table

OLD_BACKUP_DAYS = 2
OLD_VERIFY_DAYS = 8
MANY_FAILURES = 5
TIMETABLE = ("Timetable", "TimetableEntry")


@dataclass(frozen=True)
class Figure:
    """A figure that opens its rows. `mood`: ok, warn, bad or nothing."""

    label: str
    value: Any
    url: str
    mood: str = ""
    help: str = ""


@dataclass
class Oversight:
    """The page: sections with their figures, and who checked what."""

    since: date
    until: date
    sections: list[tuple[str, list[Figure]]] = field(default_factory=list)
    checkers: list[tuple[str, int, int, int]] = field(default_factory=list)
    """(person, checks in the span, remarks in the span, of them open)."""


def load(session: PolicySession, since: date, until: date) -> Oversight:
    """The figures of a span. A fixed number of queries."""
    begin, end = clock.day_begins_at(since), clock.day_ends_at(until)
    found = Oversight(since, until, checkers=_checkers(session, since, until, begin, end))
    found.sections = [
        (N_("Control of journals"), _control(session, since, until)),
        (N_("Timetable"), _timetable(session, since, until, begin, end)),
        (N_("The administrator's duties"), _duties(session)),
        (N_("Unusual doings"), _unusual(session, since, begin, end)),
    ]
    return found


def _checkers(
    session: PolicySession, since: date, until: date, begin: datetime, end: datetime
) -> list[tuple[str, int, int, int]]:
    checks: dict[str, int] = dict(
        session.execute(
            select(Account.name, func.count(JournalCheck.id))
            .join(Account, Account.id == JournalCheck.written_by_id)
            .where(JournalCheck.checked_on >= since, JournalCheck.checked_on <= until)
            .group_by(Account.name)
        ).all()  # type: ignore[arg-type]
    )
    remarks = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(
                Account.name,
                func.count(JournalRemark.id),
                func.count(JournalRemark.id).filter(JournalRemark.state == "open"),
            )
            .join(Account, Account.id == JournalRemark.written_by_id)
            .where(JournalRemark.written_at >= begin, JournalRemark.written_at < end)
            .group_by(Account.name)
        )
    }
    names = sorted(checks.keys() | remarks.keys())
    return [(name, checks.get(name, 0), *remarks.get(name, (0, 0))) for name in names]


def _control(session: PolicySession, since: date, until: date) -> list[Figure]:
    due = [one for one in inspections.plan(session) if one.is_due]
    checked = session.scalar(
        select(func.count(JournalCheck.id)).where(JournalCheck.checked_on >= since, JournalCheck.checked_on <= until)
    )
    open_, overdue = session.execute(
        select(
            func.count(JournalRemark.id).filter(JournalRemark.state == "open"),
            func.count(JournalRemark.id).filter(JournalRemark.state == "open", JournalRemark.due_on < clock.today()),
        ).select_from(JournalRemark)
    ).one()
    pending = session.scalar(select(func.count(CorrectionRequest.id)).where(CorrectionRequest.state == "open"))
    gaps = [check.code for check in registry.every() if check.severity == "gap"]
    gap_count = session.scalar(select(func.count(Finding.id)).where(Finding.rule.in_(gaps)))
    return [
        Figure(N_("Checks made"), checked or 0, "/control/checks", "" if checked else "warn"),
        Figure(N_("Classes whose check is due"), len(due), "/control/checks", "warn" if due else "ok"),
        Figure(N_("Gaps in the journals"), gap_count or 0, "/control/findings?severity=gap", "warn" if gap_count else "ok"),
        Figure(N_("Remarks open"), open_, "/control/remarks?state=open", "warn" if open_ else "ok"),
        Figure(N_("Remarks overdue"), overdue, "/control/remarks?state=overdue", "bad" if overdue else "ok"),
        Figure(N_("Correction requests waiting"), pending or 0, "/requests/?state=open", "warn" if pending else "ok"),
    ]


def _timetable(session: PolicySession, since: date, until: date, begin: datetime, end: datetime) -> list[Figure]:
    changes = session.scalar(
        select(func.count(TrailEntry.id)).where(
            TrailEntry.entity.in_(TIMETABLE), TrailEntry.happened_at >= begin, TrailEntry.happened_at < end
        )
    )
    made = session.scalar(
        select(func.count(TrailEntry.id)).where(
            TrailEntry.entity == Substitution.__name__,
            TrailEntry.act == "create",
            TrailEntry.happened_at >= begin,
            TrailEntry.happened_at < end,
        )
    )
    span = {"happened_at.from": since, "happened_at.to": until}
    return [
        Figure(N_("Changes of the timetable"), changes or 0, _trail({"entity.has": "Timetable", **span})),
        Figure(
            N_("Substitutions and cancellations"),
            made or 0,
            f"/reports/substitutions?{urlencode({'since': since, 'until': until})}",
        ),
    ]


def _trail(query: dict[str, Any]) -> str:
    return f"/admin/trail-entry/?{urlencode(query)}"


def _duties(session: PolicySession) -> list[Figure]:
    made, verified = session.execute(select(func.max(BackupCopy.made_at), func.max(BackupCopy.verified_at))).one()
    unused = session.scalar(select(func.count(Account.id)).where(*_never_used()))
    open_ = session.scalar(select(func.count(SupportRequest.id)).where(SupportRequest.state == "open"))
    return [
        Figure(N_("Last backup"), _day(made), "/admin/backup-copy/", _fresh(made, OLD_BACKUP_DAYS)),
        Figure(N_("Last backup verified"), _day(verified), "/admin/backup-copy/", _fresh(verified, OLD_VERIFY_DAYS)),
        Figure(N_("Version of the journal"), VERSION, ""),
        Figure(N_("Accounts never used"), unused or 0, "/oversight/never-used", "warn" if unused else "ok"),
        Figure(N_("Support requests open"), open_ or 0, "/admin/support-request/?state=open", "warn" if open_ else "ok"),
    ]


def _never_used() -> list[Any]:
    return [Account.is_active, ~exists().where(SignIn.account_id == Account.id, SignIn.succeeded)]


def never_used(session: PolicySession) -> list[Account]:
    """The active accounts that nobody has ever signed in with."""
    return list(session.scalars(select(Account).where(*_never_used()).order_by(Account.name)))


def _day(moment: datetime | None) -> date | Said:
    return clock.local(moment).date() if moment else said("never")


def _fresh(moment: datetime | None, days: int) -> str:
    return "bad" if moment is None or clock.local(moment).date() < clock.today() - timedelta(days=days) else "ok"


def _unusual(session: PolicySession, since: date, begin: datetime, end: datetime) -> list[Figure]:
    span = (SignIn.happened_at >= begin, SignIn.happened_at < end)
    failed = session.scalar(select(func.count(SignIn.id)).where(~SignIn.succeeded, *span))
    attacked = session.scalars(
        select(SignIn.login)
        .where(~SignIn.succeeded, *span)
        .group_by(SignIn.login)
        .having(func.count(SignIn.id) >= MANY_FAILURES)
    ).all()
    alarms = {check.code: check for check in registry.every() if check.severity == "alarm"}
    counts = dict(
        session.execute(
            select(Finding.rule, func.count(Finding.id))
            .where(Finding.rule.in_(list(alarms)), Finding.since_on >= since)
            .group_by(Finding.rule)
        ).all()  # type: ignore[arg-type]
    )
    failures = f"/admin/sign-in/?{urlencode({'succeeded': 0, 'happened_at.from': since})}"
    return [
        Figure(N_("Refused sign-ins"), failed or 0, failures, "warn" if attacked else ""),
        Figure(N_("Logins refused many times"), len(attacked), failures, "bad" if attacked else "ok"),
        *(
            Figure(check.label, counts.get(code, 0), f"/control/findings?rule={code}", "bad" if counts.get(code) else "ok")
            for code, check in alarms.items()
        ),
    ]


def document(found: Oversight, school: str) -> Document:
    """The page for the monthly meeting."""
    tables: list[Table] = []
    for title, figures in found.sections:
        rows: Sequence[Sequence[Any]] = [
            [Said(one.label), Linked(one.value, one.url) if one.url else one.value] for one in figures
        ]
        tables.append(
            Table([Column(said("Figure"), "text", 50), Column(said("Value"), "text", 14)], rows, title=Said(title))
        )
    head = [
        Column(said("Who checked"), "text", 40),
        Column(said("Checks made"), "whole", 12),
        Column(said("Remarks written"), "whole", 12),
        Column(said("of them open"), "whole", 12),
    ]
    tables.append(
        Table(
            head,
            [list(row) for row in found.checkers],
            title=said("Who checked"),
            empty=said("Nobody has checked a journal in this span."),
        )
    )
    return Document(
        said("Oversight: what was checked, done and overdue"),
        [(said("From"), found.since), (said("To"), found.until)],
        tables,
        signatures=[(said("Director"), "")],
        school=school,
    )
