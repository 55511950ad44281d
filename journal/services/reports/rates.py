"""The columns that reports on final marks share: counts by mark, rates, averages."""

from typing import Any

from journal.services.formulas import Distribution
from journal.services.refusals import said
from journal.services.reports.document import Column

COLUMNS = (
    Column(said("Assessed"), "whole", 7),
    Column("5", "whole", 5),
    Column("4", "whole", 5),
    Column("3", "whole", 5),
    Column("2", "whole", 5),
    Column(said("mark|N/A"), "whole", 5),
    Column(said("mark|EXEMPT"), "whole", 5),
    Column(said("Pass rate, %"), "percent", 13),
    Column(said("Quality rate, %"), "percent", 9),
    Column(said("Achievement index, %"), "percent", 9),
    Column(said("Average"), "number", 8),
)


def values(spread: Distribution) -> list[Any]:
    """The values of `COLUMNS`."""
    return [
        spread.count,
        spread.n5,
        spread.n4,
        spread.n3,
        spread.n2 + spread.n1,
        spread.not_assessed,
        spread.exempt,
        spread.pass_rate,
        spread.quality_rate,
        spread.achievement,
        spread.average,
    ]
