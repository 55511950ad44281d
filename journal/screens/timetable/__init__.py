"""The timetable: the week, and its editor."""

from journal.screens.timetable import drafting as drafting
from journal.screens.timetable import editing as editing
from journal.screens.timetable import feeds as feeds
from journal.screens.timetable import files as files
from journal.screens.timetable import public as public
from journal.screens.timetable.routes import screen

__all__ = ["screen"]
