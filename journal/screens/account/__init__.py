"""Signing in and out, set-up of an empty database, how the pages look."""

from journal.screens.account.routes import screen

__all__ = ["screen"]
