"""The formulas of marks; their source is the domain description, section 4."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

COUNTED = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
TOLERANCE = Decimal("0.001")
HALF = Decimal("0.5")


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


def proposal(mean: Decimal | None, threshold: Decimal = HALF) -> int | None:
    """The final mark that an average asks for: rounded up from the threshold on, with a tolerance of 0.001."""
    if mean is None:
        return None
    whole = int(mean.to_integral_value(ROUND_FLOOR))
    return min(5, whole + 1) if mean - whole + TOLERANCE >= threshold else whole


def needed(
    given: Sequence[tuple[str, Decimal]], target: int, with_value: int, threshold: Decimal = HALF, most: int = 20
) -> int | None:
    """How many marks of a value, at weight 1, make `target` the proposed final mark.

    0 when it is so already; None when `most` marks of that value don't do it.
    """
    for count in range(most + 1):
        mean = weighted([*given, *[(str(with_value), Decimal(1))] * count])
        reached = proposal(mean, threshold)
        if reached is not None and reached >= target:
            return count
    return None


@dataclass(frozen=True)
class Distribution:
    """How final marks are spread over the pupils of a journal or a class. `none`: pupils without a mark."""

    n5: int = 0
    n4: int = 0
    n3: int = 0
    n2: int = 0
    n1: int = 0
    not_assessed: int = 0
    exempt: int = 0
    passed: int = 0
    none: int = 0

    @property
    def count(self) -> int:
        """N: the pupils less the exempt, those on a pass-or-fail scale, and those without a mark."""
        return self.n5 + self.n4 + self.n3 + self.n2 + self.n1 + self.not_assessed

    @property
    def pass_rate(self) -> Decimal | None:
        """Per cent of N with 3 or better."""
        return self._share(100 * (self.n5 + self.n4 + self.n3))

    @property
    def quality_rate(self) -> Decimal | None:
        """Per cent of N with 4 or better."""
        return self._share(100 * (self.n5 + self.n4))

    @property
    def achievement(self) -> Decimal | None:
        """The achievement index, per cent: 100, 64, 36, 16 for 5, 4, 3, 2 and 7 for 1 and for not assessed."""
        low = self.n1 + self.not_assessed
        return self._share(100 * self.n5 + 64 * self.n4 + 36 * self.n3 + 16 * self.n2 + 7 * low)

    @property
    def average(self) -> Decimal | None:
        """The mean of the marks 1 to 5."""
        given = self.n5 + self.n4 + self.n3 + self.n2 + self.n1
        total = 5 * self.n5 + 4 * self.n4 + 3 * self.n3 + 2 * self.n2 + self.n1
        return Decimal(total) / given if given else None

    def _share(self, points: int) -> Decimal | None:
        return Decimal(points) / self.count if self.count else None

    def __add__(self, other: "Distribution") -> "Distribution":
        return Distribution(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


PLACES = {
    "5": "n5",
    "4": "n4",
    "3": "n3",
    "2": "n2",
    "1": "n1",
    "none": "not_assessed",
    "exempt": "exempt",
    "pass": "passed",
    "fail": "passed",
    None: "none",
}


def distribution(values: Iterable[str | None]) -> Distribution:
    """Count the final marks of pupils; None is a pupil without one."""
    counts: dict[str, int] = {}
    for value in values:
        counts[PLACES[value]] = counts.get(PLACES[value], 0) + 1
    return Distribution(**counts)
