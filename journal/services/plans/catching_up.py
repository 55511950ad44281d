"""A plan that the year has not enough lessons for: which topics could be taught together, and which hours be spared."""

from collections.abc import Sequence
from dataclasses import dataclass

from journal.services.plans.reading import Plan, Row


@dataclass(frozen=True)
class Proposal:
    """One lesson saved: `row` and the next are taught in one lesson (`merge`), or a long row loses an hour (`shorten`)."""

    kind: str
    row: Row
    next: Row | None = None


def proposals(plan: Plan, most: int = 12) -> list[Proposal]:
    """As many as hours are short, the later rows first to be spared: control works and taught rows stay as they are.

    An hour is taken from long rows before topics are merged; merged are neighbours of one section.
    """
    if plan.short <= 0:
        return []
    open_rows = [one for one in plan.rows if not one.is_taken]
    found = [Proposal("shorten", one) for one in open_rows if one.row.hours > 1 and not one.is_control]
    found += [Proposal("merge", *pair) for pair in _pairs(open_rows)]
    return found[: min(plan.short, most)]


def _pairs(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Neighbours of one section, each row in one pair at most."""
    pairs, n = [], 0
    while n + 1 < len(rows):
        first, second = rows[n], rows[n + 1]
        plain = not (first.is_control or second.is_control) and first.row.hours == second.row.hours == 1
        if plain and first.row.section == second.row.section and second.row.number == first.row.number + 1:
            pairs.append((first, second))
            n += 1
        n += 1
    return pairs
