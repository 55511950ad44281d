"""Accounts of others: who has one, handing out codes on paper, the register; helping somebody by looking as he does."""

from journal.screens.accounts import helping
from journal.screens.accounts.routes import screen

__all__ = ["helping", "screen"]
