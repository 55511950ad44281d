"""Somebody of the staff signs in from a browser in which this account has never signed in."""

from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Device
from journal.services.alerts.unusual import Entrance, Unusual


def look(session: PolicySession, entrance: Entrance) -> dict[str, Any] | None:
    """The very first device of an account is nothing unusual."""
    others = select(Device.id).where(Device.account_id == entrance.account.id, Device.id != entrance.device.id).limit(1)
    if not entrance.is_new_device or session.scalar(others) is None:
        return None
    return {}


RULE = Unusual("new-device", N_("A new device"), N_("A sign-in from a device that was not used before."), entrance=look)
