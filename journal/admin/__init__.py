"""The generated panel: one view per policy line. The only place that knows Flask-Admin."""

from journal.admin.build import install

__all__ = ["install"]
