"""What a service says when it can't: texts for people, translated where they are shown."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from journal.access.actor import Forbidden
from journal.kit.text import N_

__all__ = ["Forbidden", "Invalid", "Locked", "Missing", "Said", "Stale"]


@dataclass(frozen=True)
class Said:
    """A text with its values; `text` is a msgid."""

    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


def as_json(text: Said) -> dict[str, Any]:
    """A text as a row keeps it: dates are told already."""
    values = {key: value.strftime("%d.%m.%Y") if isinstance(value, date) else value for key, value in text.values.items()}
    return {"text": text.text, "values": values}


def of_json(kept: dict[str, Any]) -> Said:
    """A text that a row has kept."""
    return Said(kept["text"], kept["values"])


def said(text: str, **values: Any) -> Said:
    """A text for people, with its values."""
    return Said(text, values)


class Invalid(Exception):
    """Bad input. `errors`: field -> what is wrong with it; the key "" is about the whole."""

    def __init__(self, errors: dict[str, Said]) -> None:
        super().__init__("; ".join(f"{name or '*'}: {error}" for name, error in errors.items()))
        self.errors = errors


class Locked(Invalid):
    """The value can't be changed any more; the way out is a correction request."""

    def __init__(self, why: Said) -> None:
        super().__init__({"": why})
        self.why = why


class Missing(Exception):
    """No such row for this person; whether it exists is not told."""


class Stale(Exception):
    """Somebody else saved first."""

    text = N_("Somebody else has changed this row since you opened it.")
