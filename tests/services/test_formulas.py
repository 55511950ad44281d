"""The formulas by hand-computed examples and by their properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.services import formulas

values = st.lists(st.sampled_from(["1", "2", "3", "4", "5", "pass", "fail", "exempt", "none"]), max_size=30)
weights = st.decimals(Decimal("0.1"), Decimal(10), places=1)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ([], None),
        (["exempt", "pass"], None),
        (["5", "4"], Decimal("4.5")),
        (["5", "4", "exempt"], Decimal("4.5")),
        (["2", "3", "5"], Decimal(10) / 3),
    ],
)
def test_average(given_: list[str], expected: Decimal | None) -> None:
    assert formulas.average(given_) == expected


def test_weighted_average() -> None:
    assert formulas.weighted([("5", Decimal(2)), ("2", Decimal(1))]) == Decimal(4)


@pytest.mark.parametrize(
    ("mean", "threshold", "expected"),
    [
        ("3.5", "0.5", 4),
        ("3.49", "0.5", 3),
        ("3.4999", "0.5", 4),
        ("3.5", "0.6", 3),
        ("3.6", "0.6", 4),
        ("5", "0.5", 5),
        ("2.2", "0.5", 2),
    ],
)
def test_proposal(mean: str, threshold: str, expected: int) -> None:
    assert formulas.proposal(Decimal(mean), Decimal(threshold)) == expected


@given(values)
def test_an_average_lies_between_the_marks_and_does_not_know_their_order(given_: list[str]) -> None:
    mean = formulas.average(given_)
    counted = [formulas.COUNTED[v] for v in given_ if v in formulas.COUNTED]
    assert (mean is None) == (not counted)
    if mean is not None:
        assert min(counted) <= mean <= max(counted)
        assert formulas.average(sorted(given_)) == mean
        assert min(counted) <= (formulas.proposal(mean) or 0) <= max(counted)


@given(values, weights)
def test_equal_weights_are_no_weights(given_: list[str], weight: Decimal) -> None:
    mean, plain = formulas.weighted((v, weight) for v in given_), formulas.average(given_)
    assert (mean is None) == (plain is None)
    assert mean is None or plain is None or abs(mean - plain) < Decimal("1e-20")
