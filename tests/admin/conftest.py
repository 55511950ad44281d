"""The matrix of the panel is large: on PostgreSQL one persona of each pair of twins asks, on SQLite all do.

Every filter of every column is asked on SQLite; that none of them breaks on PostgreSQL is for `tests/security/test_fuzz.py`.
"""

import pytest

TWINS = frozenset({"boris", "vera", "viktor", "director", "control"})
"""Personas whose roles another persona has too: the conditions that their questions make are the same."""

EVERY_FILTER = "test_sort_search_and_filter_add_no_row"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the twins on PostgreSQL, in the matrix alone."""
    left, out = [], []
    for item in items:
        given = getattr(item, "callspec", None)
        asked = given.params if given is not None and item.path.name == "test_matrix.py" else {}
        repeats = asked.get("login") in TWINS or getattr(item, "originalname", "") == EVERY_FILTER
        (out if asked.get("store") == "postgresql" and repeats else left).append(item)
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = left
