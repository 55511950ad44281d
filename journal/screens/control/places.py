"""What a finding says, and the address of the very cell or lesson where it is mended."""

from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from journal.access.session import PolicySession
from journal.schema import Account
from journal.services.control import registry
from journal.services.control.check import Check
from journal.services.control.listing import Shown
from journal.services.refusals import Missing


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
        return url_for("plans.of_journal", assignment_id=row.assignment_id)
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
