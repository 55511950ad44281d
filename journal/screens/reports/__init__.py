"""The standard reports: choose, read, take along as XLSX or PDF."""

from journal.screens.reports.routes import screen

__all__ = ["screen"]
