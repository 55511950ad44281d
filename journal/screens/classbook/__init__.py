"""The journal page: pupils by lessons of one assignment, and its final marks."""

from journal.screens.classbook import finals
from journal.screens.classbook.routes import screen

__all__ = ["finals", "screen"]
