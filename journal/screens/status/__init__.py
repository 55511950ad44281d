"""Whether the installation lives."""

from journal.screens.status.routes import screen

__all__ = ["screen"]
