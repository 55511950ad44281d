"""Substitutions: who is away, which lessons are left without a teacher, and who takes them."""

from journal.screens.substitutions.routes import screen

__all__ = ["screen"]
