"""Fields that stand together in forms and details, under the headings that the entity declares."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from journal.schema import Entity

T = TypeVar("T")


def sections(entity: type[Entity], fields: Iterable[T], name_of: Callable[[T], str]) -> list[tuple[str, list[T]]]:
    """(heading, fields): first those of no group, then each group that has any, all in the declared order."""
    of = {name: heading for heading, names in entity.groups.items() for name in names}
    found: dict[str, list[T]] = {"": [], **{heading: [] for heading in entity.groups}}
    for field in fields:
        found[of.get(name_of(field), "")].append(field)
    return [(heading, own) for heading, own in found.items() if own]
