"""The first page of each role; a teacher's day."""

from journal.screens.home.routes import screen

__all__ = ["screen"]
