"""Leaves without school words: clock, text, colours of output."""
