"""A long list of own rows, taken from where they stand: the same rows in the same order as gathered and sorted."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from journal import schema as s
from journal.access.session import PolicySession
from journal.admin import listing, nearest
from journal.services import records
from tests.counting import counted
from tests.personas import School


@pytest.fixture
def busy(school: School) -> School:
    """Anna has a second journal, took one of Boris's lessons, and has marks and absences in all of them."""
    mine, theirs = school.id(s.TeachingAssignment, "A"), school.id(s.TeachingAssignment, "B")
    with school.acting_as_system() as session:
        first = session.get(s.TeachingAssignment, mine)
        anna, klass, pupil = first.staff_id, first.school_class_id, school.id(s.Student, "A")
        more = {"staff_id": anna, "school_class_id": klass, "starts_on": date(2026, 9, 1), "hours_a_week": Decimal(1)}
        second = records.create(session, s.TeachingAssignment, {"subject_id": school.id(s.Subject, "B"), **more})
        reason = session.scalars(select(s.AbsenceReason.id)).first()
        for day in range(12):
            for number, (assignment, student) in enumerate(
                [(mine, pupil), (theirs, school.id(s.Student, "B")), (second.id, pupil)], 3
            ):
                when = {"held_on": date(2026, 10, 5) + timedelta(days=(day * 5) % 17), "number": number + day % 2 * 3}
                taken = {"substitute_id": anna} if number == 4 and day in (3, 8) else {}
                lesson = records.create(session, s.Lesson, {"assignment_id": assignment, **when, **taken})
                records.create(session, s.Mark, {"lesson_id": lesson.id, "student_id": student, "value": "4"})
                records.create(session, s.Absence, {"lesson_id": lesson.id, "student_id": student, "reason_id": reason})
    return school


def walked(session: PolicySession, entity: type[s.Entity], **asked: str) -> Iterator[list[int]]:
    """The ids of the pages from one end to the other, four rows a page."""
    way = "before" if "last" in asked else "after"
    for _ in range(40):
        page = listing.page(session, listing.understand(session, entity, MultiDict(asked)), size=4)
        yield page.ids
        further = page.previous if way == "before" else page.next
        if further is None:
            return
        asked = {name: value for name, value in asked.items() if name != "last"} | {way: further}
    raise AssertionError("the pages never end")


LISTS = [
    *((s.Mark, sort) for sort in ("", "-id", "student_id")),
    (s.Absence, "id"),
    *((s.Lesson, sort) for sort in ("", "-held_on,number", "number")),
    (s.SignIn, ""),
    (s.StaffAbsence, ""),
]


@pytest.mark.parametrize("login", ["anna", "boris"])
def test_the_same_rows_come_in_the_same_order(busy: School, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    session = busy.session(login, writing=False)
    for (entity, sort), end in product(LISTS, ({}, {"last": "1"})):
        asked = {"sort": sort, **end}
        gathered = list(walked(session, entity, **asked))
        with monkeypatch.context() as long:
            long.setattr(listing, "was_long", lambda *_: True)
            assert list(walked(session, entity, **asked)) == gathered, (entity, asked)
    assert sum(map(len, walked(session, s.Mark))) > 12


def test_only_a_long_list_that_nothing_narrows_is_taken_so(busy: School, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(listing, "nearest", lambda *given: asked.append(given) or nearest.nearest(*given))
    anna, admin = busy.session("anna", writing=False), busy.session("admin", writing=False)

    def page(session: PolicySession, **args: str) -> None:
        listing.page(session, listing.understand(session, s.Mark, MultiDict(args)))

    page(anna)
    monkeypatch.setattr(listing, "was_long", lambda *_: True)
    page(admin)
    page(anna, value="4")
    page(anna, at="3")
    assert not asked
    page(anna)
    assert len(asked) == 1


def test_a_page_reads_the_first_rows_of_each_journal_by_one_statement(busy: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "was_long", lambda *_: True)
    session = busy.session("anna", writing=False)
    asked = listing.understand(session, s.Mark, MultiDict())
    with counted(busy.engine) as seen:
        session.execute(listing.keys(asked, asked.order))
        alone = seen.statements
        listing.page(session, asked, counted=1)
    assert seen.statements == alone + 2, "the keys, and the columns of one page"
