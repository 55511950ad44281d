"""The atoms of a class: pupils who are in the same subgroups are never parted, so one of each kind stands for all."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import SubgroupMember
from journal.services.membership import covers


def of(session: PolicySession, subgroup_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Subgroup id -> its atoms today. Two share an atom when a pupil is in both; one without pupils has its own."""
    if not subgroup_ids:
        return {}
    mine: dict[int, set[int]] = defaultdict(set)
    asked = select(SubgroupMember.student_id, SubgroupMember.subgroup_id).where(
        SubgroupMember.subgroup_id.in_(list(subgroup_ids)),
        covers(SubgroupMember.starts_on, SubgroupMember.ends_on, clock.today()),
    )
    for student_id, subgroup_id in session.execute(asked):
        mine[student_id].add(subgroup_id)
    found: dict[int, set[str]] = {subgroup_id: set() for subgroup_id in subgroup_ids}
    for together in mine.values():
        name = "+".join(str(one) for one in sorted(together))
        for subgroup_id in together:
            found[subgroup_id].add(name)
    return {subgroup_id: frozenset(names or {str(subgroup_id)}) for subgroup_id, names in found.items()}
