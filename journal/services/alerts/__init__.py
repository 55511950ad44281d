"""Unusual doings under somebody's login: rules that notice, the question to the owner, the review of what was changed."""

from journal.services.alerts.raising import at_sign_in

__all__ = ["at_sign_in"]
