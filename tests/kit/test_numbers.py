"""Numbers from addresses, forms and scripts: plain digits that a column can hold, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.kit.numbers import LARGEST, number_of


@given(st.integers(0, LARGEST))
def test_a_whole_number_is_itself_as_text_and_as_a_number(number: int) -> None:
    assert number_of(str(number)) == number_of(number) == number


@given(st.text() | st.integers() | st.floats() | st.none() | st.booleans() | st.lists(st.integers()))
def test_anything_else_is_none_and_never_breaks(given_: object) -> None:
    found = number_of(given_)
    assert found is None or (0 <= found <= LARGEST and str(found) == str(given_).lstrip("0").rjust(1, "0"))


@pytest.mark.parametrize("odd", ["٣", "²", "1e3", "+1", "-1", " 1", "1\n", str(LARGEST + 1), "9" * 400, True])
def test_what_python_would_take_and_no_column_holds(odd: object) -> None:
    assert number_of(odd) is None
