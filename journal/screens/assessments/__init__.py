"""The assessment schedule: control works on a calendar, checked while they are planned, published."""

from journal.screens.assessments.routes import screen

__all__ = ["screen"]
