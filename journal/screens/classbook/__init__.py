"""The journal page: pupils by lessons of one assignment, and its final marks."""

from journal.screens.classbook import blank, closing, finals
from journal.screens.classbook.routes import screen

__all__ = ["blank", "closing", "finals", "screen"]
