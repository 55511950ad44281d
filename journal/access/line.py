"""The shape of a line of the policy: which rows each role may see, create, change and delete."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from journal.access.actor import Role
from journal.access.scope import Rows

Grants = Mapping[Role, Rows]


class Verb(StrEnum):
    """What can be done to a row."""

    VIEW = "view"
    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"


@dataclass(frozen=True)
class Line:
    """One entity's policy. `fields`: the only fields a role may write; `hidden`: fields a role may not see."""

    grants: Mapping[Verb, Grants]
    fields: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    hidden: Mapping[Role, frozenset[str]] = field(default_factory=dict)


def keep(
    writers: Grants,
    *,
    view: Grants,
    create: Grants | None = None,
    delete: Grants | None = None,
    fields: Mapping[Role, set[str]] | None = None,
    hidden: Mapping[Role, set[str]] | None = None,
) -> Line:
    """A line: `writers` change, and create and delete too unless said otherwise."""
    return Line(
        grants={
            Verb.VIEW: view,
            Verb.CHANGE: writers,
            Verb.CREATE: writers if create is None else create,
            Verb.DELETE: writers if delete is None else delete,
        },
        fields={role: frozenset(names) for role, names in (fields or {}).items()},
        hidden={role: frozenset(names) for role, names in (hidden or {}).items()},
    )
