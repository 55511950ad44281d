"""OR-Tools without pandas: nothing here uses its tables, and reading it takes three times as long as all the rest."""

import sys
from importlib import import_module
from types import ModuleType

NAMES = ("Index", "Series", "DataFrame")
"""What OR-Tools speaks of when it is read: in annotations, and in methods that are never called."""


def load() -> None:
    """Read OR-Tools beside an empty stand-in for pandas; with the real one where that is not enough any more."""
    if "pandas" in sys.modules:
        return
    empty = ModuleType("pandas")
    for name in NAMES:
        setattr(empty, name, type(name, (), {}))
    sys.modules["pandas"] = empty
    try:
        import_module("ortools.sat.python.cp_model")
    except (AttributeError, ImportError):
        for name in [name for name in sys.modules if name == "pandas" or name.startswith("ortools")]:
            del sys.modules[name]
