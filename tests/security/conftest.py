"""Every page for every persona is asked on SQLite; on PostgreSQL one of each side asks."""

import pytest

ON_BOTH = frozenset({"anna", "boris"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the other personas on PostgreSQL: whom a page is for is said by no database."""
    left, out = [], []
    for item in items:
        given = getattr(item, "callspec", None)
        asked = given.params if given is not None and item.path.name == "test_every_route.py" else {}
        repeats = asked.get("store") == "postgresql" and asked.get("login", "anna") not in ON_BOTH
        (out if repeats else left).append(item)
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = left
