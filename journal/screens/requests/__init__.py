"""Requests to change what is locked: teachers ask, the deputy decides, the register prints."""

from journal.screens.requests.routes import screen

__all__ = ["screen"]
