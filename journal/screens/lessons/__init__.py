"""One lesson: topic, homework with its files, roll-call, marks, more works and criteria."""

from journal.screens.lessons import extras, works
from journal.screens.lessons.routes import screen

__all__ = ["extras", "screen", "works"]
