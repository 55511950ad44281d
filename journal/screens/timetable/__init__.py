"""The timetable: the week, and its editor."""

from journal.screens.timetable import editing as editing
from journal.screens.timetable.routes import screen

__all__ = ["screen"]
