"""Control of journal keeping, for the office: who is behind, what the rules found, remarks, checks, rules."""

from journal.screens.control import checks, overview, remarks, rules
from journal.screens.control.base import screen

__all__ = ["checks", "overview", "remarks", "rules", "screen"]
