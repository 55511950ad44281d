"""The demo school: invented, deterministic, a whole year up to today."""

from journal.services.demo.build import Demo, build

__all__ = ["Demo", "build"]
