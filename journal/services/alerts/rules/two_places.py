"""One account signs in while it is at work somewhere else."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import SignIn, TrailEntry
from journal.services.alerts.unusual import Entrance, Unusual

MEANWHILE = timedelta(minutes=15)


def look(session: PolicySession, entrance: Entrance) -> dict[str, Any] | None:
    """Something was written from another address, on another device, in the last minutes, in a session still open."""
    address = session.scalar(
        select(TrailEntry.address)
        .join(SignIn, SignIn.id == TrailEntry.sign_in_id)
        .where(
            TrailEntry.account_id == entrance.account.id,
            TrailEntry.happened_at > clock.now() - MEANWHILE,
            TrailEntry.sign_in_id != entrance.sign_in.id,
            TrailEntry.address != entrance.sign_in.address,
            SignIn.device_id != entrance.device.id,
            SignIn.ended_at.is_(None),
        )
        .limit(1)
    )
    return {"other": address} if address else None


RULE = Unusual(
    "two-places",
    N_("Two places at once"),
    N_("A sign-in while the same login was working at the address %(other)s."),
    entrance=look,
)
