"""Titles that are read many at once are those that one row after another would have, for whoever reads them."""

from typing import Any

import pytest
from sqlalchemy import select

from journal import schema as s
from journal.access import guard
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.schema import Entity
from journal.schema.base import columns, target
from journal.services import records, titles
from tests.counting import counted
from tests.personas import LOGINS, School


def told(session: PolicySession, entity: type[Entity], row_id: int) -> str | None:
    """The title of a row by the rows that it points at, one by one; None for a hidden one."""
    row: Any = session.get(entity, row_id)
    if row is None:
        return None
    parts = []
    for name in entity.title:
        value, column = getattr(row, name), columns(entity)[name]
        pointed = target(column)
        if value is not None and value != "":
            parts.append((told(session, pointed, value) or "…") if pointed else titles.shown(column, value))
    return entity.title_joint.join(parts)


@pytest.mark.parametrize("login", LOGINS)
def test_many_at_once_are_what_they_are_one_by_one(school: School, login: str) -> None:
    session = school.session(login, writing=False)
    for entity in s.entities():
        if guard.may_ever(entity, session.actor, Verb.VIEW):
            ids = [row_id for side in "AB" for row_id in school.ids(entity, side)]
            one_by_one = {row_id: title for row_id in ids if (title := told(session, entity, row_id)) is not None}
            assert titles.many(session, entity, ids) == one_by_one, entity


def test_what_a_title_is_made_of_comes_with_it_and_is_remembered(school: School) -> None:
    session = school.session("deputy", writing=False)
    ids = [*school.ids(s.Lesson, "A"), *school.ids(s.Lesson, "B")]
    subjects = session.scalars(select(s.TeachingAssignment.subject_id)).all()
    with counted(school.engine) as asked:
        titles.many(session, s.Lesson, ids)
        titles.many(session, s.Subject, subjects)
        titles.many(session, s.Lesson, ids)
    assert asked.statements == 1


def test_a_transaction_that_writes_remembers_nothing(school: School) -> None:
    session = school.session("admin")
    subject = session.scalars(select(s.Subject)).first()
    assert titles.many(session, s.Subject, [subject.id]) == {subject.id: subject.name}
    records.change(session, subject, {"name": "Словесность"})
    assert titles.many(session, s.Subject, [subject.id]) == {subject.id: "Словесность"}
    assert session.scalar(select(s.Subject.id).where(s.Subject.name == "Словесность")) == subject.id
