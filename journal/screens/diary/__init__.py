"""The diary of a pupil."""

from journal.screens.diary.routes import screen

__all__ = ["screen"]
