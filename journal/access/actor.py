"""Whom the product works for: a person with roles, or the system itself behind a named door."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from journal.kit.text import N_


class Role(StrEnum):
    """What a person is at the school; a person may be several things at once."""

    ADMINISTRATOR = "administrator"
    DIRECTOR = "director"
    DEPUTY = "deputy"
    CONTROL = "control"
    CLASS_TEACHER = "class_teacher"
    TEACHER = "teacher"
    STUDENT = "student"
    GUARDIAN = "guardian"


ROLE_LABELS = {
    Role.ADMINISTRATOR: N_("administrator"),
    Role.DIRECTOR: N_("director"),
    Role.DEPUTY: N_("deputy director"),
    Role.CONTROL: N_("control group"),
    Role.CLASS_TEACHER: N_("class teacher"),
    Role.TEACHER: N_("subject teacher"),
    Role.STUDENT: N_("student"),
    Role.GUARDIAN: N_("guardian"),
}
STAFF_ROLES = frozenset(list(Role)[:6])


@dataclass(frozen=True)
class Actor:
    """A signed-in person. Missing people are 0, which is nobody's id."""

    account_id: int
    name: str
    roles: frozenset[Role]
    staff_id: int = 0
    student_id: int = 0
    guardian_id: int = 0
    address: str = ""
    request: str = ""
    sign_in_id: int = 0
    """The session in which the person works."""
    helper_id: int = 0
    helper: str = ""
    """Who looks at the journal as this person sees it, for support; reading only."""
    notices: frozenset[str] = frozenset()
    """What the person has to be told on every page: `alert`, `watch`, `factor`, `factor-now`."""
    idle_minutes: int = 0
    """After how many minutes without a request the password is asked for again; 0 is never."""
    has_pin: bool = False
    """Whether a PIN takes the cover off the person's page."""
    proven_at: datetime | None = None
    """When the password was last proven in this session."""
    letters: int = 0
    """Messages not read yet."""
    news: int = 0
    """Notifications not read yet."""

    def has(self, *roles: Role) -> bool:
        """Whether the person has any of these roles."""
        return not self.roles.isdisjoint(roles)


class Forbidden(Exception):
    """The policy refuses; said to the person as 403, or as 404 where even existence is not told."""


DOORS = {
    "set-up": "an empty database has no account that could act",
    "sign-in": "who it is has to be looked up before anybody acts",
    "accounts": "whether a login or a code is free or right must be known of everybody's",
    "demo": "the demo school is made from nothing",
    "import": "an operator's command at the server",
    "command": "an operator's command at the server",
    "job": "what runs by itself has no person: the rules look at every journal, remarks close themselves",
    "public": "the timetable that the school shows to everybody has no reader: pages for it leave names out",
    "personal": "all that is kept of one person is asked of every table, for whoever has to answer for it",
    "test": "the tests lay their tables themselves",
}
"""The only ways to work without a person, each with its reason."""


@dataclass(frozen=True)
class System:
    """The product itself, behind one of the `DOORS`."""

    door: str

    def __post_init__(self) -> None:
        if self.door not in DOORS:
            raise Forbidden(f"no such door: {self.door}")

    @property
    def name(self) -> str:
        return self.door


Principal = Actor | System
