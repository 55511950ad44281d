"""Help with each page, and the first steps of somebody new."""

from journal.screens.help.routes import screen

__all__ = ["screen"]
