"""Academic years: closing, the archive, the next year."""

from journal.screens.years import archiving as archiving
from journal.screens.years import following as following
from journal.screens.years.base import screen

__all__ = ["screen"]
