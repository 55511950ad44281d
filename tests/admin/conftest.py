"""The matrix of the panel is large: twins ask for lists on SQLite alone; the rest of it one persona of each pair asks.

Every filter of every column is asked on SQLite; that none of them breaks on PostgreSQL is for `tests/security/test_fuzz.py`.
"""

import pytest

TWINS = frozenset({"boris", "vera", "viktor", "director", "control"})
"""Personas whose roles another persona has too: the conditions that their questions make are the same."""

EVERY_FILTER = "test_sort_search_and_filter_add_no_row"
FOR_TWINS = frozenset({"test_lists_and_details_show_exactly_the_own_rows", "test_writes_to_foreign_rows_change_nothing"})
"""What twins ask too, on SQLite: which rows they see, and that foreign ones stay as they are."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the twins on PostgreSQL, in the matrix alone."""
    left, out = [], []
    for item in items:
        given = getattr(item, "callspec", None)
        asked = given.params if given is not None and item.path.name == "test_matrix.py" else {}
        name, is_twin = getattr(item, "originalname", ""), asked.get("login") in TWINS
        repeats = is_twin and name not in FOR_TWINS
        if asked.get("store") == "postgresql":
            repeats = is_twin or name == EVERY_FILTER
        (out if asked and repeats else left).append(item)
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = left
