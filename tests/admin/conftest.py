"""The matrix of the panel is large: on PostgreSQL one persona of each pair of twins asks, on SQLite all do."""

import pytest

TWINS = frozenset({"boris", "vera", "viktor", "director", "control"})
"""Personas whose roles another persona has too: the conditions that their questions make are the same."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the twins on PostgreSQL, in the matrix alone."""
    left, out = [], []
    for item in items:
        given = getattr(item, "callspec", None)
        is_twin = given is not None and given.params.get("login") in TWINS and given.params.get("store") == "postgresql"
        (out if is_twin and item.path.name == "test_matrix.py" else left).append(item)
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = left
