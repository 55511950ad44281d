"""What a browser shows when there is no line: a page without personal data, and the worker that keeps it."""

from journal.screens.offline.routes import screen

__all__ = ["screen"]
