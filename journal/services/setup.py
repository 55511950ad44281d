"""The set-up of an empty installation: the school, its year, the first administrator."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, select

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import AcademicYear, Account, RoleGrant, Setting
from journal.services import calendar, database, records, reference
from journal.services.accounts import passwords
from journal.services.refusals import Invalid, Missing, said
from journal.services.years import planning


@dataclass(frozen=True)
class Beginning:
    """What the set-up page asks."""

    school_name: str
    begins_on: date
    ends_on: date
    name: str
    login: str
    password: str
    breaks: tuple[planning.Break, ...] = ()
    """The three school holidays of the year; without them the year has no quarters yet."""


def begin(engine: Engine, asked: Beginning, *well_known: str) -> None:
    """Make the school. Raises `Missing` when it is there already, `Invalid` on bad values and `well_known` passwords."""
    if not 200 <= (asked.ends_on - asked.begins_on).days <= 400:
        raise Invalid({"ends_on": said(N_("An academic year lasts from 200 to 400 days."))})
    planning.require(asked.begins_on, asked.ends_on, asked.breaks)
    password = passwords.hashed(asked.password, asked.login, asked.name, *well_known)
    with database.work(engine, System("set-up")) as session:
        if not is_empty(engine):
            raise Missing
        records.create(session, Setting, {"name": "school_name", "value": asked.school_name})
        _year(session, asked)
        reference.load(session, asked.begins_on)
        values = {"login": asked.login, "name": asked.name, "password_hash": password, "password_set_at": clock.now()}
        account = records.create(session, Account, values)
        records.create(session, Setting, {"name": "factor_roles", "value": "administrator"})
        since = min(clock.today(), asked.begins_on)
        records.create(session, RoleGrant, {"account_id": account.id, "role": "administrator", "starts_on": since})


def is_empty(engine: Engine) -> bool:
    """Whether no account exists, so that the set-up page answers."""
    with engine.connect() as connection:
        return connection.scalar(select(Account.__table__.c.id).limit(1)) is None


def _year(session: PolicySession, asked: Beginning) -> None:
    """The year asked for, unless an import brought a current one."""
    if calendar.current_year(session) is not None:
        return
    name = f"{asked.begins_on.year}/{asked.ends_on.year % 100:02}"
    values = {"name": name, "begins_on": asked.begins_on, "ends_on": asked.ends_on, "is_current": True}
    year = records.create(session, AcademicYear, values)
    if asked.breaks:
        planning.lay(session, year, asked.breaks)
