"""Accounts: passwords, signing in and out, and who somebody is when signed in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine, and_, exists, or_, select

from journal.access.actor import Actor, Role, System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Account, RoleGrant, SchoolClass, SignIn, TeachingAssignment
from journal.services import database, records
from journal.services.refusals import Invalid, said

HASHER = PasswordHasher()
FAST_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Only for the demo school's well-known password: three hundred real hashes would take a minute."""
FAST = "$argon2id$v=19$m=8,"
SHORTEST_PASSWORD = 10
FAILURES_BEFORE_WAIT = 5
WAIT = timedelta(minutes=5)
SESSION_LASTS = timedelta(hours=14)


class Refused(Exception):
    """The sign-in was refused; the same words whether the login exists or not."""

    text = N_("The login or the password is wrong.")


class TooMany(Refused):
    """Too many failures for this login; it waits."""

    text = N_("Too many attempts. Wait five minutes and try again.")


@dataclass(frozen=True)
class Visit:
    """Where a sign-in comes from."""

    address: str
    device: str


def sign_in(engine: Engine, login: str, password: str, visit: Visit) -> str:
    """Check the password and open a session; gives its token. Raises `Refused`."""
    name = login.strip().lower()[:60]
    with database.work(engine, System("sign-in")) as session:
        account = session.scalar(select(Account).where(Account.login == name))
        waits = _must_wait(session, name)
        right = not waits and _verify(account, password)
        token = secrets.token_urlsafe(32)
        records.create(
            session,
            SignIn,
            {
                "account_id": account.id if account else None,
                "login": name,
                "happened_at": clock.now(),
                "succeeded": right,
                "address": visit.address,
                "device": visit.device[:300],
                "token_digest": _digest(token) if right else None,
            },
        )
        if right and account and account.password_hash and _outdated(account.password_hash):
            records.change(session, account, {"password_hash": HASHER.hash(password)})
    if waits:
        raise TooMany
    if not right:
        raise Refused
    return token


def sign_out(engine: Engine, token: str) -> None:
    """End the session of a token."""
    with database.work(engine, System("sign-in")) as session:
        visit = session.scalar(select(SignIn).where(SignIn.token_digest == _digest(token)))
        if visit and visit.ended_at is None:
            records.change(session, visit, {"ended_at": clock.now()})


def _must_wait(session: PolicySession, login: str) -> bool:
    recent = session.scalars(
        select(SignIn.succeeded)
        .where(SignIn.login == login, SignIn.happened_at > clock.now() - WAIT)
        .order_by(SignIn.happened_at.desc(), SignIn.id.desc())
        .limit(FAILURES_BEFORE_WAIT)
    ).all()
    return len(recent) == FAILURES_BEFORE_WAIT and not any(recent)


def _verify(account: Account | None, password: str) -> bool:
    """Takes the same time for an unknown login: a hash is always computed."""
    known = account.password_hash if account and account.is_active and account.password_hash else None
    try:
        return HASHER.verify(known or _nobody(), password) and known is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A hash to check against when there is no account."""
    return HASHER.hash("nobody")


def _outdated(password_hash: str) -> bool:
    return not password_hash.startswith(FAST) and HASHER.check_needs_rehash(password_hash)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def hash_password(password: str, *names: str) -> str:
    """The hash to keep. Raises `Invalid` on a password that is too easy."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid({"password": said(N_("At least %(size)d characters."), size=SHORTEST_PASSWORD)})
    if password.lower() in {name.lower() for name in names} or len(set(password)) < 4:
        raise Invalid({"password": said(N_("This password is too easy to guess."))})
    return HASHER.hash(password)


def actor_of(engine: Engine, token: str, address: str = "", request: str = "") -> Actor | None:
    """Who works under this token now, with the roles of today; one query."""
    with engine.connect() as connection:
        return _actor(connection, token, address, request)


def _actor(connection: Connection, token: str, address: str, request: str) -> Actor | None:
    a, v, g = Account.__table__.c, SignIn.__table__.c, RoleGrant.__table__.c
    teaching, classes = TeachingAssignment.__table__.c, SchoolClass.__table__.c
    today = clock.today()
    granted = [
        exists().where(
            g.account_id == a.id, g.role == role, g.starts_on <= today, or_(g.ends_on.is_(None), g.ends_on >= today)
        )
        for role in GRANTED
    ]
    found = connection.execute(
        select(
            a.id,
            a.name,
            a.staff_id,
            a.student_id,
            a.guardian_id,
            exists().where(teaching.staff_id == a.staff_id),
            exists().where(classes.class_teacher_id == a.staff_id),
            *granted,
        )
        .select_from(SignIn.__table__.join(Account.__table__, a.id == v.account_id))
        .where(
            and_(
                v.token_digest == _digest(token),
                v.ended_at.is_(None),
                a.is_active,
                v.happened_at > clock.now() - SESSION_LASTS,
            )
        )
    ).one_or_none()
    if found is None:
        return None
    account_id, name, staff_id, student_id, guardian_id, teaches, leads, *grants = found
    held = {
        Role.CLASS_TEACHER: leads,
        Role.TEACHER: teaches,
        Role.STUDENT: student_id,
        Role.GUARDIAN: guardian_id,
        **dict(zip(GRANTED, grants, strict=True)),
    }
    roles = frozenset(role for role, has in held.items() if has)
    return Actor(account_id, name, roles, staff_id or 0, student_id or 0, guardian_id or 0, address, request)


GRANTED = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.DEPUTY, Role.CONTROL)


def set_password(session: PolicySession, account: Account, password: str) -> None:
    """A new password for an account. Raises `Invalid`."""
    records.change(session, account, {"password_hash": hash_password(password, account.login, account.name)})


def is_empty(engine: Engine) -> bool:
    """Whether no account exists, so that the set-up page answers."""
    with engine.connect() as connection:
        return connection.scalar(select(Account.__table__.c.id).limit(1)) is None
