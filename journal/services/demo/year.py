"""The academic years of the demo school: periods, breaks, public holidays."""

from dataclasses import dataclass
from datetime import date

from journal.access.session import PolicySession
from journal.schema import AcademicYear
from journal.services import records
from journal.services.years import planning


@dataclass(frozen=True)
class Year:
    """A year in the database with the first days of its breaks."""

    row: AcademicYear
    begins: int

    @property
    def first(self) -> date:
        return self.row.begins_on

    @property
    def last(self) -> date:
        return self.row.ends_on


def first_year(today: date) -> int:
    """The calendar year in which the academic year of a date began; summer belongs to the year that ended."""
    return today.year if today.month >= 9 else today.year - 1


def make(session: PolicySession, begins: int, *, current: bool) -> Year:
    """A year with its periods and days off."""
    row = records.create(
        session,
        AcademicYear,
        {
            "name": f"{begins}/{(begins + 1) % 100:02}",
            "begins_on": date(begins, 9, 1),
            "ends_on": date(begins + 1, 5, 26),
            "is_current": current,
        },
    )
    planning.lay(session, row, planning.proposed(begins))
    return Year(row, begins)
