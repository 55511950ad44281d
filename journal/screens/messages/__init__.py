"""Messages: boxes, threads, writing, usual texts."""

from journal.screens.messages import threads, usual, writing
from journal.screens.messages.base import screen

__all__ = ["screen", "threads", "usual", "writing"]
