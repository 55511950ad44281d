"""Support: a problem is told from any page and answered by the administrator."""

from journal.screens.support.routes import screen

__all__ = ["screen"]
