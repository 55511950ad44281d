"""The class teacher's own page: pupils, missed lessons, progress, subgroups, notes; the office looks at every class."""

from journal.screens.class_room import absences, notes, progress, pupils, roster, splitting
from journal.screens.class_room.base import screen

__all__ = ["absences", "notes", "progress", "pupils", "roster", "screen", "splitting"]
