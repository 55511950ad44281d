"""What each persona must and must not see: worked out from the policy's roles by plain Python, never by its SQL."""

from journal import schema as s
from journal.access.actor import Role
from journal.access.line import Verb
from journal.access.policy import POLICY
from journal.access.scope import all_rows
from tests.personas import ROLES, SIDE, School

COMMON = {
    s.AcademicYear,
    s.GradeLevel,
    s.GradingPeriod,
    s.WorkType,
    s.BellDay,
    s.BellPeriod,
    s.BellSchedule,
    s.AbsenceReason,
    s.TrailHead,
}
"""Reference data that belongs to no side: everybody sees it, or only the office does."""
OWN = {
    s.Alert,
    s.CalendarFeed,
    s.Device,
    s.Job,
    s.MessageRecipient,
    s.Notification,
    s.RoleGrant,
    s.SavedList,
    s.SecondFactor,
    s.SignIn,
    s.Subscription,
    s.SupportRequest,
    s.TrailEntry,
}
"""Rows of single accounts: a persona sees the own one of its side."""
TEACHERS_OWN = {s.SchemeOfWork, s.PlannedLesson}
ENTITIES = sorted(POLICY, key=lambda entity: entity.__name__)
SIDED = [entity for entity in ENTITIES if entity not in COMMON | OWN]


def visible(entity: type[s.Entity], login: str, side: str) -> bool:
    """Whether the persona sees the rows of a side."""
    grants = POLICY[entity].grants[Verb.VIEW]
    held = [grants[role] for role in ROLES[login] if role in grants]
    if not held:
        return False
    if any(rows is all_rows for rows in held):
        return True
    if entity is s.Account:
        return _sees_account(login, side)
    if entity is s.Announcement:
        return True
    if entity in (s.Message, s.MessageFile) and login not in SIDE:
        return False
    return SIDE.get(login) == side


def _sees_account(login: str, side: str) -> bool:
    """Teachers see staff accounts of both sides; the first account of a side is its teacher's."""
    return Role.TEACHER in ROLES[login] or SIDE.get(login) == side


def probes(school: School, entity: type[s.Entity], login: str) -> tuple[set[int], set[int]]:
    """(ids that must be there, ids that must not be there) among the rows of both sides."""
    must: set[int] = set()
    must_not: set[int] = set()
    for side in ("A", "B"):
        ids = school.ids(entity, side)
        if entity is s.Account and login in ("petya", "vera", "maria", "viktor"):
            own = school.actor(login).account_id
            must |= {own} & set(ids)
            must_not |= set(ids) - {own}
        elif entity is s.Account and login in ("anna", "boris"):
            must.add(ids[0])
            (must if SIDE[login] == side else must_not).update(ids[1:])
        else:
            (must if visible(entity, login, side) else must_not).update(ids)
    return must, must_not
