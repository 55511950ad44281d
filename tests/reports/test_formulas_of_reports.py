"""The rates of final marks: hand-computed examples, bounds, independence of order, who counts in N."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from journal.services.formulas import Distribution, distribution

values = st.lists(st.sampled_from(["5", "4", "3", "2", "1", "none", "exempt", "pass", "fail", None]), max_size=40)


def test_a_class_computed_by_hand() -> None:
    """Twenty-five pupils: one exempt, one without a mark, two not assessed; N is 23."""
    found = distribution(["5"] * 4 + ["4"] * 9 + ["3"] * 7 + ["2"] * 1 + ["none"] * 2 + ["exempt"] + [None])
    assert found.count == 23
    assert found.pass_rate == Decimal(2000) / 23
    assert found.quality_rate == Decimal(1300) / 23
    assert found.achievement == Decimal(400 + 9 * 64 + 7 * 36 + 16 + 2 * 7) / 23
    assert found.average == Decimal(4 * 5 + 9 * 4 + 7 * 3 + 2) / 21


def test_all_fives_and_nobody() -> None:
    best, nobody = distribution(["5", "5"]), distribution(["exempt", None, "pass"])
    assert (best.pass_rate, best.quality_rate, best.achievement, best.average) == (100, 100, 100, 5)
    assert nobody.count == 0
    assert (nobody.pass_rate, nobody.quality_rate, nobody.achievement, nobody.average) == (None, None, None, None)


def test_a_one_counts_as_not_assessed_in_the_index() -> None:
    assert distribution(["1"]).achievement == distribution(["none"]).achievement == 7


@given(values)
def test_rates_stay_within_bounds_and_in_order(given_: list[str | None]) -> None:
    found = distribution(given_)
    if found.count == 0:
        assert found.pass_rate is None
        return
    assert found.pass_rate is not None and found.quality_rate is not None and found.achievement is not None
    assert 0 <= found.quality_rate <= found.pass_rate <= 100
    assert 7 <= found.achievement <= 100
    assert found.average is None or 1 <= found.average <= 5


@given(values, st.randoms(use_true_random=False))
def test_order_does_not_matter(given_: list[str | None], chance: object) -> None:
    shuffled = list(given_)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert distribution(shuffled) == distribution(given_)


@given(values, values)
def test_two_classes_together_are_one_class(first: list[str | None], second: list[str | None]) -> None:
    assert distribution(first) + distribution(second) == distribution([*first, *second])


@given(values)
def test_exempt_pass_and_no_mark_are_out_and_not_assessed_stays_in(given_: list[str | None]) -> None:
    before = distribution(given_)
    assert distribution([*given_, "exempt", None, "pass", "fail"]).pass_rate == before.pass_rate
    assert distribution([*given_, "none"]).count == before.count + 1


@given(values)
def test_a_better_mark_never_lowers_a_rate(given_: list[str | None]) -> None:
    if "3" not in given_:
        return
    better = list(given_)
    better[better.index("3")] = "5"
    before, after = distribution(given_), distribution(better)
    for name in ("pass_rate", "quality_rate", "achievement", "average"):
        assert getattr(after, name) >= getattr(before, name)


def test_a_distribution_of_nobody_is_the_neutral_one() -> None:
    some = distribution(["5", "2"])
    assert some + Distribution() == some
