"""The calendar-thematic plans: the list, the table, import and export, approval."""

from journal.screens.plans import bringing, table
from journal.screens.plans.routes import screen

__all__ = ["bringing", "screen", "table"]
