"""The formulas of marks; their source is the domain description, section 4."""

from collections.abc import Iterable
from decimal import ROUND_FLOOR, Decimal

COUNTED = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
TOLERANCE = Decimal("0.001")


def average(values: Iterable[str]) -> Decimal | None:
    """Sum over count; pass, fail and exempt stay out. None without a counted mark."""
    return weighted((value, Decimal(1)) for value in values)


def weighted(values: Iterable[tuple[str, Decimal]]) -> Decimal | None:
    """Sum of value times weight over the sum of weights; None when nothing counts."""
    total = weights = Decimal(0)
    for value, weight in values:
        if value in COUNTED:
            total += COUNTED[value] * weight
            weights += weight
    return total / weights if weights else None


def proposal(mean: Decimal | None, threshold: Decimal = Decimal("0.5")) -> int | None:
    """The final mark that an average asks for: rounded up from the threshold on, with a tolerance of 0.001."""
    if mean is None:
        return None
    whole = int(mean.to_integral_value(ROUND_FLOOR))
    return min(5, whole + 1) if mean - whole + TOLERANCE >= threshold else whole
