"""Hand-made pages, one package each; none knows another."""

from journal.screens import (
    account,
    accounts,
    alerts,
    assessments,
    class_room,
    classbook,
    control,
    diary,
    exchange,
    home,
    jobs,
    lessons,
    messages,
    news,
    offline,
    oversight,
    personal,
    plans,
    remarks,
    reports,
    requests,
    settings,
    status,
    timetable,
)
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
        class_room.screen,
        messages.screen,
        news.screen,
        reports.screen,
        control.screen,
        oversight.screen,
        plans.screen,
        offline.screen,
        assessments.screen,
        remarks.screen,
        requests.screen,
        settings.screen,
        personal.screen,
        exchange.screen,
        jobs.screen,
        status.screen,
        accounts.screen,
        alerts.screen,
    ]
