"""The diary of a pupil: the week, all marks, announced absences, and the week that a phone keeps."""

from journal.screens.diary import absence, installed, marks, week
from journal.screens.diary.base import screen

__all__ = ["absence", "installed", "marks", "screen", "week"]
