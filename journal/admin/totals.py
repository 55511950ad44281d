"""The exact number of rows of a list with the sum and the average of its numbers: counted when asked for."""

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import format_decimal
from sqlalchemy import func, select

from journal.access import guard
from journal.access.session import PolicySession
from journal.admin.columns import listed
from journal.admin.listing import Asked, narrowed
from journal.web import show


@dataclass(frozen=True)
class Total:
    """What the numbers of one column come to."""

    sum: str
    average: str


@dataclass(frozen=True)
class Totals:
    """How many rows there are, and the totals of the shown columns in their order; None where no number is."""

    rows: int
    columns: list[Total | None]

    @property
    def text(self) -> str:
        """The number of rows as people write it."""
        return str(format_decimal(self.rows))


def totals(session: PolicySession, asked: Asked) -> Totals:
    """One query over the whole list. Only what the person may see in every row is added up."""
    shown = listed(asked.entity, asked.actor, asked.cols)
    open_columns = guard.wholly_readable(asked.entity, asked.actor)
    numbers = [each for each in shown if each.is_number and each.through is None and each.column.key in open_columns]
    parts = [
        made
        for each in numbers
        for made in (func.sum(getattr(asked.entity, each.key)), func.avg(getattr(asked.entity, each.key)))
    ]
    row = session.execute(
        select(func.count(asked.entity.id), *parts).select_from(asked.entity).where(*narrowed(asked))
    ).one()
    found = {each.key: Total(_text(row[1 + 2 * place]), _text(row[2 + 2 * place])) for place, each in enumerate(numbers)}
    return Totals(row[0], [found.get(each.key) for each in shown])


def _text(value: object) -> str:
    """A number with at most two digits after the comma."""
    return show.plain(round(Decimal(str(value)), 2)) if value is not None else "—"
