"""The teacher's side of control: the remarks on the own journals, answered here."""

from journal.screens.remarks.routes import screen

__all__ = ["screen"]
