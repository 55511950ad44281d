"""What is news to the person, and what of it is told by e-mail."""

from journal.screens.news.routes import screen

__all__ = ["screen"]
