"""Words: marking a text for translation, names for addresses, order of Russian names."""

import re


def N_(text: str) -> str:
    """Mark a text for the catalogues without translating it now."""
    return text


def kebab(name: str) -> str:
    """`SchoolClass` -> `school-class`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def snake(name: str) -> str:
    """`SchoolClass` -> `school_class`."""
    return kebab(name).replace("-", "_")


def short_name(last: str, first: str, middle: str | None = None) -> str:
    """Last name with initials, as a timetable prints it."""
    initials = " ".join(f"{part[0]}." for part in (first, middle) if part)
    return f"{last} {initials}".strip()


def like(text: str) -> str:
    """A pattern for LIKE that finds `text` anywhere, with its wildcards escaped by a backslash."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
