"""What the rules find: computed anew from the journals, kept with the day of its first sight, gone when it is mended."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import CheckSetting, Finding
from journal.services import calendar, database, records, settings, trail
from journal.services.control import registry
from journal.services.control.check import Asked, Check
from journal.services.control.thresholds import Thresholds

STAMP = "findings_computed_at"


@dataclass(frozen=True)
class Refreshed:
    """How many findings came, went and stayed."""

    new: int
    gone: int
    same: int


def refresh(engine: Engine, codes: Iterable[str] | None = None, *, at: datetime | None = None) -> Refreshed:
    """Let the rules look (all, or those named) and keep what they find. Reads first, then writes for a moment only.

    `at` is the moment that is kept as that of the look, for schools that are made.
    """
    chosen = [check for check in registry.every() if codes is None or check.code in set(codes)]
    with database.reading(engine, System("job")) as session:
        found = dict(_looked(session, chosen))
    with database.work(engine, System("job")) as session:
        return _keep(session, found, [check.code for check in chosen], at or clock.now())


def look(session: PolicySession, check: Check) -> list[dict[str, Any]]:
    """What one rule finds now, as values of `Finding`. A system door only: a rule looks at every journal."""
    asked = _asked(session)
    if asked is None:
        return []
    own = session.scalars(select(CheckSetting).where(CheckSetting.rule == check.code)).all()
    given = Thresholds(own, {parameter.name: parameter.default for parameter in check.parameters})
    if not given.anywhere:
        return []
    rows = session.execute(check.find(replace(asked, given=given))).mappings()
    return [{"rule": check.code, "identity": _identity(check.code, row), **row} for row in rows]


def _looked(session: PolicySession, chosen: Iterable[Check]) -> Iterator[tuple[str, dict[str, Any]]]:
    for check in chosen:
        for row in look(session, check):
            yield row["identity"], row


def _asked(session: PolicySession) -> Asked | None:
    year = calendar.current_year(session)
    if year is None:
        return None
    today = min(clock.today(), calendar.after(year.ends_on))
    return Asked(year, today, Thresholds((), {}), clock.zone(), settings.value(session, "day_ends_at"))


def _identity(code: str, row: Any) -> str:
    """The same gap is the same finding tomorrow: by its place, or by person and day where it has none."""
    place = [row[name] for name in ("assignment_id", "lesson_id", "student_id", "period_id")]
    if row["assignment_id"] is None:
        place = [row["staff_id"], row["since_on"].isoformat()]
    return ":".join([code, *("" if part is None else str(part) for part in place)])


def _keep(session: PolicySession, found: dict[str, dict[str, Any]], codes: list[str], now: datetime) -> Refreshed:
    trail.hold(session)  # two looks at once keep their findings one after the other
    present = {
        row[0]: row[1:]
        for row in session.execute(
            select(Finding.identity, Finding.id, Finding.staff_id, Finding.since_on, Finding.amount).where(
                Finding.rule.in_(codes)
            )
        )
    }
    new = [{**row, "found_at": now, "version": 1} for identity, row in found.items() if identity not in present]
    gone = [present[identity][0] for identity in present.keys() - found.keys()]
    changed = [
        {"id": present[identity][0], "staff_id": row["staff_id"], "since_on": row["since_on"], "amount": row["amount"]}
        for identity, row in found.items()
        if identity in present and _differs(present[identity], row)
    ]
    records.keep_computed(session, Finding, new=new, changed=changed, gone=gone)
    settings.put(session, STAMP, now.isoformat())
    return Refreshed(len(new), len(gone), len(present) - len(gone))


def _differs(kept: Any, row: dict[str, Any]) -> bool:
    same_amount = (kept[3] is None) == (row["amount"] is None) and float(kept[3] or 0) == round(float(row["amount"] or 0), 2)
    return (kept[1], kept[2]) != (row["staff_id"], row["since_on"]) or not same_amount


def counts(session: PolicySession, *conditions: Any) -> dict[str, int]:
    """How many findings each rule has, of those that the person may see."""
    found: dict[str, int] = defaultdict(int)
    for rule in session.scalars(select(Finding.rule).where(*conditions)):
        found[rule] += 1
    return found
