"""Sessions: who somebody is when signed in, what they were proven by, and how they end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, DateTime, Engine, Select, and_, bindparam, exists, func, or_, select, true

from journal.access.actor import Actor, Role, System
from journal.access.asking import TODAY
from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import (
    Account,
    Alert,
    MessageRecipient,
    Notification,
    RoleGrant,
    SchoolClass,
    SecondFactor,
    Setting,
    SignIn,
    TeachingAssignment,
)
from journal.services import database, records, settings
from journal.services.accounts import living, passwords, tokens

STAFF_LASTS, FAMILY_LASTS = timedelta(hours=14), timedelta(days=30)
FRESH = timedelta(minutes=15)
GRANTED = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.DEPUTY, Role.CONTROL)


def actor_of(engine: Engine, token: str, address: str = "", request: str = "") -> Actor | None:
    """Who works under this token now, with the roles of today; one query."""
    return _actor(engine, _asked(joined=True), {"token": tokens.digest(token)}, address, request)


def owing(engine: Engine, token: str) -> int | None:
    """The account of a session whose password was right and whose second factor is still owed."""
    v = SignIn.__table__.c
    wanted = select(v.account_id).where(
        v.token_digest == tokens.digest(token),
        v.waits_for_proof,
        v.ended_at.is_(None),
        v.happened_at > clock.now() - FRESH,
    )
    with engine.connect() as connection:
        return connection.scalar(wanted)


def seen_as(engine: Engine, account_id: int, helper: Actor) -> Actor | None:
    """The journal as another person sees it, for somebody who helps; the session stays the helper's."""
    found = _actor(engine, _asked(joined=False), {"account": account_id}, helper.address, helper.request)
    if found is None:
        return None
    kept = {name: getattr(found, name) for name in ("account_id", "name", "roles", "staff_id", "student_id", "guardian_id")}
    return Actor(**kept, address=helper.address, request=helper.request, sign_in_id=helper.sign_in_id,
                 helper_id=helper.account_id, helper=helper.name, proven_at=helper.proven_at)  # fmt: skip


def of_account(engine: Engine, account_id: int, request: str) -> Actor | None:
    """A person with the roles of today, for work that goes on without a session; None when the account may not enter."""
    found = _actor(engine, _asked(joined=False), {"account": account_id}, "", request)
    return replace(found, sign_in_id=0) if found is not None else None


@cache
def _asked(*, joined: bool) -> Select[Any]:
    """The one question about a person, made once: by the `token` of a session, or by the `account`."""
    a, v, g = Account.__table__.c, SignIn.__table__.c, RoleGrant.__table__.c
    line, news = MessageRecipient.__table__.c, Notification.__table__.c
    alert, factor, setting = Alert.__table__.c, SecondFactor.__table__.c, Setting.__table__.c
    teaching, classes = TeachingAssignment.__table__.c, SchoolClass.__table__.c
    in_force = and_(g.account_id == a.id, g.starts_on <= TODAY, or_(g.ends_on.is_(None), g.ends_on >= TODAY))
    source = Account.__table__.join(SignIn.__table__, a.id == v.account_id) if joined else Account.__table__
    session_columns = [v.id, v.proven_at] if joined else [a.id, a.password_set_at]
    asked = select(
        *session_columns,
        a.id,
        a.name,
        a.staff_id,
        a.student_id,
        a.guardian_id,
        a.password_set_at,
        a.pin_hash.is_not(None),
        exists().where(alert.account_id == a.id, alert.state == "open"),
        exists().where(factor.account_id == a.id, factor.kind != "spare"),
        _set(setting, "factor_roles"),
        _set(setting, "idle_minutes"),
        exists().where(alert.state.in_(["open", "foreign"])),
        _has_been_here(v, a, joined),
        select(func.count(line.id)).where(line.account_id == a.id, line.read_at.is_(None)).scalar_subquery(),
        select(func.count(news.id)).where(news.account_id == a.id, news.read_at.is_(None)).scalar_subquery(),
        exists().where(teaching.staff_id == a.staff_id),
        exists().where(classes.class_teacher_id == a.staff_id),
        select(func.aggregate_strings(g.role, " ")).where(in_force, g.role.in_(GRANTED)).scalar_subquery(),
    ).select_from(source)
    if not joined:
        return asked.where(a.id == bindparam("account"), a.is_active, living.condition(a))
    return asked.where(
        v.token_digest == bindparam("token"),
        ~v.waits_for_proof,
        v.ended_at.is_(None),
        v.happened_at > _before_now("family_since", FAMILY_LASTS),
        or_(a.staff_id.is_(None), v.happened_at > _before_now("staff_since", STAFF_LASTS)),
        living.condition(a),
    )


def _before_now(name: str, ago: timedelta) -> BindParameter[datetime]:
    return bindparam(name, callable_=lambda: clock.now() - ago, type_=DateTime(timezone=True))


def _actor(engine: Engine, asked: Select[Any], values: dict[str, Any], address: str, request: str) -> Actor | None:
    with database.asking(engine) as connection:
        row = connection.execute(asked, values).one_or_none()
    if row is None:
        return None
    session_id, proven_at, account_id, name, staff_id, student_id, guardian_id, *rest = row
    password_set_at, has_pin, alerted, has_factor, factor_roles, idle, watched, been, letters, news_count, *held = rest
    teaches, leads, granted = held
    follows = {Role.CLASS_TEACHER: leads, Role.TEACHER: teaches, Role.STUDENT: student_id, Role.GUARDIAN: guardian_id}
    roles = frozenset([*(role for role, is_so in follows.items() if is_so), *map(Role, (granted or "").split())])
    owes = not has_factor and bool(roles & set((factor_roles or settings.DEFAULTS["factor_roles"]).split()))
    watches = Role.ADMINISTRATOR in roles and watched
    told = {"alert": alerted, "watch": watches, "factor": owes, "factor-now": owes and _is_over(password_set_at)}
    told["first"] = not been
    return Actor(
        account_id,
        name,
        roles,
        staff_id or 0,
        student_id or 0,
        guardian_id or 0,
        address,
        request,
        sign_in_id=session_id,
        idle_minutes=settings.as_whole(idle, "idle_minutes") if staff_id else 0,
        has_pin=has_pin,
        notices=frozenset(notice for notice, is_due in told.items() if is_due),
        proven_at=proven_at,
        letters=letters,
        news=news_count,
    )


def _has_been_here(v: Any, a: Any, joined: bool) -> Any:
    """Whether there was a session before this one: somebody new is shown the first steps."""
    earlier = SignIn.__table__.alias("earlier").c
    return exists().where(earlier.account_id == a.id, earlier.succeeded, earlier.id < v.id) if joined else true()


def _set(setting: Any, name: str) -> Any:
    return select(setting.value).where(setting.name == name).scalar_subquery()


def _is_over(password_set_at: Any) -> bool:
    """Whether the days are over in which a person may work without the second factor that the role needs."""
    return password_set_at is None or clock.local(password_set_at) < clock.now() - GRACE


GRACE = timedelta(days=7)


def is_fresh(actor: Actor) -> bool:
    """Whether the password was proven just now, so that a dangerous act may go on."""
    return actor.proven_at is not None and clock.local(actor.proven_at) > clock.now() - FRESH


def of(session: PolicySession, account_id: int) -> Sequence[SignIn]:
    """The open sessions of an account, the newest first."""
    wanted = (
        select(SignIn)
        .where(
            SignIn.account_id == account_id,
            SignIn.succeeded,
            SignIn.ended_at.is_(None),
            SignIn.happened_at > clock.now() - FAMILY_LASTS,
        )
        .order_by(SignIn.happened_at.desc())
    )
    return session.scalars(wanted).all()


def end(engine: Engine, account_id: int, *, only: int | None = None, besides: int | None = None) -> int:
    """End sessions of an account: one, all, or all but one. Gives how many ended."""
    with database.work(engine, System("sign-in")) as session:
        return end_in(session, account_id, only=only, besides=besides)


def replace_password(engine: Engine, account_id: int, password_hash: str, *, besides: int) -> None:
    """Keep a new password of one's own; the other sessions end."""
    with database.work(engine, System("sign-in")) as session:
        account = session.get(Account, account_id)
        if account is not None:
            records.change(session, account, passwords.chosen(password_hash))
            end_in(session, account_id, besides=besides)


def end_in(session: PolicySession, account_id: int, *, only: int | None = None, besides: int | None = None) -> int:
    """The same inside a system's unit of work."""
    ended = [row for row in of(session, account_id) if row.id != besides and only in (None, row.id)]
    for row in ended:
        records.change(session, row, {"ended_at": clock.now()})
    return len(ended)
