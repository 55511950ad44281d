"""Long work: how far it is, how it ended, and the button that stops it."""

from journal.screens.jobs.routes import screen

__all__ = ["screen"]
