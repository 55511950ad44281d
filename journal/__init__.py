"""An electronic class journal for a school."""
