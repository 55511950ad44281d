"""The director's page: what was checked, what was done, what is overdue."""

from journal.screens.oversight.routes import screen

__all__ = ["screen"]
