"""Hand-made pages, one package each; none knows another."""

from journal.screens import account, classbook, diary, home, lessons, reports, status, timetable
from journal.web.screen import Screen


def all_screens() -> list[Screen]:
    """Every screen of the product."""
    return [
        account.screen,
        home.screen,
        classbook.screen,
        lessons.screen,
        timetable.screen,
        diary.screen,
        reports.screen,
        status.screen,
    ]
