"""Unusual doings: what was noticed under whose login, what was changed since, putting it back."""

from journal.screens.alerts.routes import screen

__all__ = ["screen"]
