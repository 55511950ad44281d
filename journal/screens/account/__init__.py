"""Signing in and out, one's own account, set-up of an empty database, how the pages look."""

from journal.screens.account import entering, factors, forgotten, looks, own
from journal.screens.account.base import screen

__all__ = ["entering", "factors", "forgotten", "looks", "own", "screen"]
