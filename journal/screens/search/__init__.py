"""The search over everything: a page, and the answers for Ctrl+K."""

from journal.screens.search.routes import screen

__all__ = ["screen"]
