"""The data of one person: what is kept, as a file for the person, and its end."""

from journal.screens.personal.routes import screen

__all__ = ["screen"]
