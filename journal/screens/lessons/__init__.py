"""One lesson: topic, homework, attendance, marks."""

from journal.screens.lessons.routes import screen

__all__ = ["screen"]
