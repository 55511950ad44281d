"""Devices: a browser is known again by a cookie of ours; what it says of itself is only its name."""

import re
from datetime import timedelta

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import Account, Device
from journal.services import records, settings
from journal.services.accounts import tokens

BROWSERS = (
    ("YaBrowser", "Yandex Browser"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def name_of(user_agent: str) -> str:
    """`Firefox 131, Windows`: short enough for a list, never proof of anything."""
    browser, number = "", ""
    for key, label in BROWSERS:
        found = re.search(rf"{key}\w*/(\d+)", user_agent)
        if found:
            browser, number = label, found.group(1)
            break
    system = next((label for key, label in SYSTEMS if key in user_agent), "")
    return ", ".join(part for part in (f"{browser} {number}".strip(), system) if part) or user_agent[:40] or "?"


def known(session: PolicySession, account: Account | None, cookie: str) -> Device | None:
    """The device of a cookie, if this account has signed in with it before."""
    if account is None or not cookie:
        return None
    wanted = select(Device).where(Device.account_id == account.id, Device.digest == tokens.digest(cookie))
    return session.scalar(wanted)


def meet(session: PolicySession, account: Account, cookie: str, user_agent: str) -> Device:
    """A browser in which the account signs in for the first time."""
    values = {
        "account_id": account.id,
        "digest": tokens.digest(cookie),
        "name": name_of(user_agent)[:120],
        "first_seen_at": clock.now(),
    }
    return records.create(session, Device, values)


def trust(session: PolicySession, device: Device) -> None:
    """Ask for no second factor on this device for the days that the school has set."""
    until = clock.now() + timedelta(days=settings.whole(session, "factor_days"))
    records.change(session, device, {"trusted_until": until})
