"""Signing in: the password, growing waits for whoever guesses, the second factor, the device that is known again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, func, select

from journal.access.actor import Actor, System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Account, Device, SecondFactor, SignIn
from journal.services import alerts, database, records
from journal.services.accounts import devices, living, passwords, pin, tokens

DOOR = System("sign-in")
FREE_FAILURES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
FORGETS = timedelta(hours=1)


class Refused(Exception):
    """The sign-in was refused; the same words whether the login exists or not."""

    text = N_("The login or the password is wrong.")


class NoMorePins(Refused):
    """Too many wrong PINs in this session."""

    text = N_("The PIN was wrong too often. The password, please.")


class WrongPin(Refused):
    """Not the PIN that was chosen."""

    text = N_("The PIN is wrong.")


class TooMany(Refused):
    """Too many failures from here; who guesses waits longer each time."""

    text = N_("Too many attempts. Wait %(seconds)d seconds and try again.")

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True)
class Visit:
    """Where a sign-in comes from: the address, what the browser says of itself, the cookie by which it is known."""

    address: str
    device: str
    cookie: str = ""


@dataclass(frozen=True)
class Entered:
    """A session was opened: the token of its cookie, the cookie of the device, whether a second factor is still owed."""

    token: str
    device_cookie: str
    owes_factor: bool


def sign_in(engine: Engine, login: str, password: str, visit: Visit) -> Entered:
    """Check the password and open a session. Raises `Refused`."""
    name = login.strip().lower()[:60]
    with database.work(engine, DOOR) as session:
        account = session.scalar(select(Account).where(Account.login == name))
        device = devices.known(session, account, visit.cookie)
        wait = _wait(session, name, visit.address, device)
        if wait:
            raise TooMany(wait)
        right = passwords.is_right(account, password) and account is not None and living.may_enter(session, account)
        entered = _enter(session, account, device, visit) if right and account else None
        if entered is None:
            _note(session, name, account, device, visit)
        elif account and account.password_hash and passwords.is_outdated(account.password_hash):
            records.change(session, account, {"password_hash": passwords.HASHER.hash(password)})
    if entered is None:
        raise Refused
    return entered


def enter_without_password(session: PolicySession, account: Account, visit: Visit) -> Entered:
    """Open a session for somebody who has just chosen a password with a one-time code."""
    return _enter(session, account, devices.known(session, account, visit.cookie), visit)


def _enter(session: PolicySession, account: Account, device: Device | None, visit: Visit) -> Entered:
    cookie = visit.cookie or tokens.token()
    is_new = device is None
    device = device or devices.meet(session, account, cookie, visit.device)
    trusted = device.trusted_until is not None and clock.local(device.trusted_until) > clock.now()
    owes = not trusted and has_factor(session, account)
    token = tokens.token()
    sign_in_row = _note(session, account.login, account, device, visit, token=token, owes=owes, trusted=trusted)
    if account.staff_id:
        alerts.at_sign_in(session, account, device, sign_in_row, is_new=is_new)
    return Entered(token, cookie, owes)


def _note(
    session: PolicySession,
    login: str,
    account: Account | None,
    device: Device | None,
    visit: Visit,
    *,
    token: str | None = None,
    owes: bool = False,
    trusted: bool = False,
) -> SignIn:
    values = {
        "account_id": account.id if account else None,
        "login": login,
        "happened_at": clock.now(),
        "succeeded": token is not None,
        "address": visit.address,
        "device": visit.device[:300],
        "token_digest": tokens.digest(token) if token else None,
        "device_id": device.id if device else None,
        "proof": "device" if trusted else "",
        "waits_for_proof": owes,
        "proven_at": clock.now() if token else None,
    }
    return records.create(session, SignIn, values)


def uncover(engine: Engine, person: Actor, typed: str, visit: Visit) -> None:
    """The password or the PIN, after idle time. Raises `Refused`."""
    if not (person.has_pin and pin.is_one(typed)):
        return prove_again(engine, person, typed, visit)
    refused: Refused | None = None
    with database.work(engine, DOOR) as session:
        account, row = session.get(Account, person.helper_id or person.account_id), session.get(SignIn, person.sign_in_id)
        if account is None or row is None or not pin.is_taken(account, row):
            refused = NoMorePins()
        elif not pin.is_right(account, typed):
            records.change(session, row, {"pin_misses": row.pin_misses + 1})
            refused = WrongPin() if pin.is_taken(account, row) else NoMorePins()
        elif row.pin_misses:
            records.change(session, row, {"pin_misses": 0})
    if refused is not None:
        raise refused
    return None


def prove_again(engine: Engine, person: Actor, password: str, visit: Visit) -> None:
    """The password again, within a session: after idle time, before a dangerous act. Raises `Refused`."""
    account_id = person.helper_id or person.account_id
    with database.work(engine, DOOR) as session:
        account = session.get(Account, account_id)
        if account is None:
            raise Refused
        device = devices.known(session, account, visit.cookie)
        wait = _wait(session, account.login, visit.address, device)
        if wait:
            raise TooMany(wait)
        right = passwords.is_right(account, password)
        row = session.get(SignIn, person.sign_in_id)
        if right and row is not None:
            records.change(session, row, {"proven_at": clock.now()})
        else:
            _note(session, account.login, account, device, visit)
    if not right:
        raise Refused


def has_factor(session: PolicySession, account: Account) -> bool:
    """Whether the account has a second factor that can be asked for; spare codes alone are none."""
    wanted = select(SecondFactor.id).where(SecondFactor.account_id == account.id, SecondFactor.kind != "spare").limit(1)
    return session.scalar(wanted) is not None


def sign_out(engine: Engine, token: str) -> None:
    """End the session of a token."""
    with database.work(engine, DOOR) as session:
        visit = session.scalar(select(SignIn).where(SignIn.token_digest == tokens.digest(token)))
        if visit and visit.ended_at is None:
            records.change(session, visit, {"ended_at": clock.now()})


# --- growing waits


def _wait(session: PolicySession, login: str, address: str, device: Device | None) -> int:
    """How many seconds must pass before the next attempt from here; 0 when none.

    Failures count by the login together with the place they come from: the known device, else the address. So whoever
    guesses a teacher's password makes nobody wait at the teacher's own computer.
    """
    place: ColumnElement[bool] = (
        SignIn.device_id == device.id if device else (SignIn.address == address) & SignIn.device_id.is_(None)
    )
    count, last = session.execute(_failures(login, place)).one()
    if count < FREE_FAILURES:
        return 0
    wait = min(FIRST_WAIT * 2 ** min(count - FREE_FAILURES, 10), LONGEST_WAIT)
    passed = clock.now() - clock.local(last)
    return max(0, int((wait - passed).total_seconds() + 0.999))


def _failures(login: str, place: ColumnElement[bool]) -> Any:
    """Refused attempts in the last hour, since the last one that succeeded from the same place."""
    here = (SignIn.login == login) & place & (SignIn.happened_at > clock.now() - FORGETS)
    last_success = select(func.max(SignIn.id)).where(here, SignIn.succeeded).scalar_subquery()
    return select(func.count(SignIn.id), func.max(SignIn.happened_at)).where(
        here, ~SignIn.succeeded, SignIn.id > func.coalesce(last_success, 0)
    )
