"""Somebody of the staff signs in from a browser in which a pupil or a parent has signed in."""

from typing import Any

from sqlalchemy import or_, select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Account, Device
from journal.services.alerts.unusual import Entrance, Unusual


def look(session: PolicySession, entrance: Entrance) -> dict[str, Any] | None:
    """Whose device it is known as; a member of staff who is a parent too has one account for each."""
    owner = session.scalar(
        select(Account.name)
        .join(Device, Device.account_id == Account.id)
        .where(
            Device.digest == entrance.device.digest,
            or_(Account.student_id.is_not(None), Account.guardian_id.is_not(None)),
        )
        .order_by(Account.student_id.is_(None), Account.id)
        .limit(1)
    )
    return {"whose": owner} if owner and entrance.is_new_device else None


RULE = Unusual(
    "pupils-device",
    N_("A pupil's or parent's device"),
    N_("A sign-in from a device in which %(whose)s had signed in before."),
    entrance=look,
)
