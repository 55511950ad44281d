"""The e-mail address of whoever stands behind an account."""

from typing import Any

from sqlalchemy import func, select

from journal.schema import Account, Guardian, Staff, Student


def of_account() -> Any:
    """As a column beside `Account`; null where the school knows none."""
    every: list[tuple[Any, Any]] = [
        (Staff, Account.staff_id),
        (Guardian, Account.guardian_id),
        (Student, Account.student_id),
    ]
    return func.coalesce(*(select(who.email).where(who.id == id_).scalar_subquery() for who, id_ in every))
