"""Exchange: lists of other programs come in, the school's data goes out."""

from journal.screens.exchange import exports as exports
from journal.screens.exchange import imports as imports
from journal.screens.exchange.base import screen

__all__ = ["screen"]
