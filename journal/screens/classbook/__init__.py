"""The journal page: pupils by lessons of one assignment."""

from journal.screens.classbook.routes import screen

__all__ = ["screen"]
