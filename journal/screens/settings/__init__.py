"""The parameters of the system on one page."""

from journal.screens.settings.routes import screen

__all__ = ["screen"]
