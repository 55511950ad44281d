"""When lessons ring: by the schedule of the class, which may give way to another on a weekday or on a date."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.schema import BellDay, BellPeriod, BellSchedule

Times = tuple[time, time]
DEFAULT = 0
"""Instead of the id of a schedule: the default one."""


@dataclass(frozen=True)
class Bells:
    """Every schedule of the school. A class without a schedule of its own has the default one."""

    periods: Mapping[int, Mapping[int, Times]] = field(default_factory=dict)
    """Schedule -> lesson number -> begin and end."""
    weekdays: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """(schedule, weekday) -> the schedule that rings then."""
    dates: Mapping[tuple[int, date], int] = field(default_factory=dict)
    """(schedule, date) -> the schedule that rings then."""

    def of(self, schedule_id: int | None, *, on: date | None = None, weekday: int | None = None) -> Mapping[int, Times]:
        """Lesson number -> begin and end, on a date, on a weekday, or as usual."""
        usual = schedule_id or DEFAULT
        day = on.isoweekday() if on else weekday
        rings = self.dates.get((usual, on)) if on else None
        rings = rings or (self.weekdays.get((usual, day)) if day else None) or usual
        return self.periods.get(rings, {})

    def at(
        self, schedule_id: int | None, number: int, *, on: date | None = None, weekday: int | None = None
    ) -> Times | tuple[None, None]:
        """When a lesson begins and ends; (None, None) where no bell is known."""
        return self.of(schedule_id, on=on, weekday=weekday).get(number, (None, None))


def load(session: PolicySession) -> Bells:
    """Every schedule. One query."""
    periods: dict[int, dict[int, Times]] = defaultdict(dict)
    weekdays: dict[tuple[int, int], int] = {}
    dates: dict[tuple[int, date], int] = {}
    asked = (
        select(
            BellSchedule.id,
            BellSchedule.is_default,
            BellPeriod.number,
            BellPeriod.starts_at,
            BellPeriod.ends_at,
            BellDay.weekday,
            BellDay.on_day,
            BellDay.rings_id,
        )
        .join(BellPeriod, BellPeriod.bell_schedule_id == BellSchedule.id)
        .outerjoin(BellDay, BellDay.bell_schedule_id == BellSchedule.id)
    )
    for schedule_id, is_default, number, starts, ends, weekday, on_day, rings_id in session.execute(asked):
        for key in (schedule_id, DEFAULT) if is_default else (schedule_id,):
            periods[key][number] = (starts, ends)
            if weekday:
                weekdays[key, weekday] = rings_id
            if on_day:
                dates[key, on_day] = rings_id
    return Bells(dict(periods), weekdays, dates)
