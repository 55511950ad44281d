"""The thresholds of one rule as SQL: the school's own where it set them, the narrowest first."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal

from journal.schema import CheckSetting, SchoolClass, TeachingAssignment

SWITCH = "is_on"


class Thresholds:
    """What was set for a rule, and the defaults. Expressions speak of `SchoolClass` and `TeachingAssignment`."""

    def __init__(self, settings: Iterable[CheckSetting], defaults: Mapping[str, int]) -> None:
        self.settings = sorted(settings, key=_narrowness, reverse=True)
        self.defaults = {SWITCH: 1, **defaults}

    def whole(self, name: str) -> int:
        """The threshold of the school."""
        own = [one for one in self.settings if one.parameter == name and not _narrowness(one)]
        return own[0].value if own else self.defaults[name]

    def of(self, name: str) -> ColumnElement[Any]:
        """The threshold of the row's grade level and subject."""
        return self._chosen(name, lambda value: value)

    def ago(self, name: str, today: date) -> ColumnElement[Any]:
        """The threshold as a date so many days before today."""
        return self._chosen(name, lambda value: today - timedelta(days=value))

    def ahead(self, name: str, today: date) -> ColumnElement[Any]:
        """The threshold as a date so many days after today."""
        return self._chosen(name, lambda value: today + timedelta(days=value))

    def _chosen(self, name: str, made: Callable[[int], Any]) -> ColumnElement[Any]:
        own = [one for one in self.settings if one.parameter == name and _narrowness(one)]
        school = literal(made(self.whole(name)))
        return case(*((_place(one), literal(made(one.value))) for one in own), else_=school) if own else school

    @property
    def on(self) -> ColumnElement[bool]:
        """Whether the rule looks at the row's grade level and subject at all."""
        return self.of(SWITCH) > 0

    @property
    def anywhere(self) -> bool:
        """Whether it looks anywhere."""
        return bool(self.whole(SWITCH)) or any(one.parameter == SWITCH and one.value for one in self.settings)


def _narrowness(one: CheckSetting) -> int:
    return (one.grade_level_id is not None) + (one.subject_id is not None)


def _place(one: CheckSetting) -> ColumnElement[bool]:
    """The rows that a setting is for."""
    conditions = []
    if one.grade_level_id is not None:
        conditions.append(SchoolClass.grade_level_id == one.grade_level_id)
    if one.subject_id is not None:
        conditions.append(TeachingAssignment.subject_id == one.subject_id)
    return and_(*conditions)
