"""Every rule there is: a module in `checks` that has a `CHECK`; adding one touches nothing else."""

import importlib
import pkgutil
from functools import cache

from journal.services.control import checks
from journal.services.control.check import Check


@cache
def every() -> tuple[Check, ...]:
    """The rules in their order. Two with one code are refused at once."""
    names = [module.name for module in pkgutil.iter_modules(checks.__path__)]
    found = [importlib.import_module(f"{checks.__name__}.{name}").CHECK for name in names]
    codes = [check.code for check in found]
    if len(set(codes)) != len(codes):
        raise RuntimeError(f"two rules have one code: {sorted(codes)}")
    return tuple(sorted(found, key=lambda check: check.order))


def by_code() -> dict[str, Check]:
    """The rules by their codes."""
    return {check.code: check for check in every()}
