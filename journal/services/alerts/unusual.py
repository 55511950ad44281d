"""What a rule of unusual doings is: a name, words, and a look at a sign-in or at the trail."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from journal.access.session import PolicySession
from journal.schema import Account, Device, SignIn


@dataclass(frozen=True)
class Entrance:
    """A sign-in of a member of staff that has just succeeded."""

    account: Account
    device: Device
    sign_in: SignIn
    is_new_device: bool


@dataclass(frozen=True)
class Doing:
    """Something unusual that was found in the trail. `identity` tells the same case found twice."""

    account_id: int
    identity: str
    since: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    sign_in_id: int | None = None


@dataclass(frozen=True)
class Unusual:
    """One rule. `text` is a msgid that takes the facts; one of `entrance` and `look` is given."""

    name: str
    label: str
    text: str
    entrance: Callable[[PolicySession, Entrance], dict[str, Any] | None] | None = None
    look: Callable[[PolicySession, datetime], Iterable[Doing]] | None = None
