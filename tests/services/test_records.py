"""The only way to write: rules of the schema, versions, signatures, the trail; and the database keeps them too."""

from datetime import date

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from journal import schema as s
from journal.services import database, records, titles
from journal.services.refusals import Invalid, Stale
from tests.counting import counted
from tests.personas import School


def test_create_signs_and_leaves_a_trail(school: School) -> None:
    session = school.session("anna")
    row = records.create(session, s.Homework, {"lesson_id": school.id(s.Lesson, "A"), "text": "p. 5"}, operation="op-1")
    session.commit()
    me = school.actor("anna").account_id
    assert (row.written_by_id, row.changed_by_id, row.assignment_id) == (me, me, school.id(s.TeachingAssignment, "A"))
    entry = session.scalars(select(s.TrailEntry).where(s.TrailEntry.operation == "op-1")).one()
    assert (entry.act, entry.entity, entry.row_id, entry.changes["text"]) == ("create", "Homework", row.id, [None, "p. 5"])  # type: ignore[index]


def test_a_change_of_nothing_writes_nothing(school: School) -> None:
    session = school.session("admin")
    room = session.get(s.Room, school.id(s.Room, "A"))
    assert room is not None
    records.change(session, room, {"number": room.number})
    session.commit()
    assert room.version == 1


def test_a_version_seen_before_somebody_else_saved_is_stale(school: School) -> None:
    session = school.session("admin")
    room = session.get(s.Room, school.id(s.Room, "A"))
    assert room is not None
    records.change(session, room, {"name": "Hall"}, version_seen=1)
    with pytest.raises(Stale):
        records.change(session, room, {"name": "Gym"}, version_seen=1)


def test_all_errors_of_a_row_come_together_and_nothing_is_kept(school: School) -> None:
    session = school.session("admin")
    with pytest.raises(Invalid) as refused:
        records.create(
            session,
            s.Holiday,
            {
                "academic_year_id": 1,
                "name": "x" * 200,
                "kind": "feast",
                "begins_on": date(2026, 12, 2),
                "ends_on": date(2026, 12, 1),
            },
        )
    assert set(refused.value.errors) == {"name", "kind", "ends_on"}
    session.rollback()
    assert session.scalars(select(s.Holiday).where(s.Holiday.begins_on == date(2026, 12, 2))).all() == []


def test_the_last_administrator_stays(school: School) -> None:
    session = school.session("admin")
    grant = session.scalars(select(s.RoleGrant).where(s.RoleGrant.role == "administrator")).one()
    for act in (
        lambda: records.delete(session, grant),
        lambda: records.change(session, grant, {"ends_on": date(2026, 11, 1)}),
    ):
        with pytest.raises(Invalid):
            act()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO mark (lesson_id, assignment_id, student_id, position, value, written_at, changed_at, version)"
        " SELECT lesson_id, assignment_id, student_id, 1, '6', written_at, changed_at, 1 FROM mark LIMIT 1",
        "INSERT INTO mark (lesson_id, assignment_id, student_id, position, value, written_at, changed_at, version)"
        " SELECT lesson_id, assignment_id, student_id, 0, '5', written_at, changed_at, 1 FROM mark LIMIT 1",
        "INSERT INTO mark (lesson_id, assignment_id, student_id, position, value, written_at, changed_at, version)"
        " SELECT lesson_id, (SELECT max(id) FROM teaching_assignment), student_id, 1, '5', written_at, changed_at, 1"
        " FROM mark ORDER BY id LIMIT 1",
        "INSERT INTO enrolment (student_id, school_class_id, starts_on, version)"
        " SELECT student_id, school_class_id, '2026-10-01', 1 FROM enrolment LIMIT 1",
        "UPDATE academic_year SET ends_on = '2020-01-01'",
        "DELETE FROM student",
        "UPDATE account SET guardian_id = 1 WHERE staff_id IS NOT NULL",
    ],
)
def test_the_database_itself_refuses(school: School, statement: str) -> None:
    with school.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text(statement))


def test_titles_take_a_fixed_number_of_queries_and_hide_what_may_not_be_seen(school: School) -> None:
    session = school.session("viktor", writing=False)
    own, foreign = school.id(s.Student, "B"), school.id(s.Student, "A")
    assert titles.many(session, s.Student, [own, foreign]) == {own: "Vera Pupil"}


def test_the_migrated_schema_is_the_mapped_one(school: School) -> None:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - heavy, only here
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    with school.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": database.is_mapped})
        assert compare_metadata(context, s.Entity.metadata) == []
        kept = inspect(connection)
        checks = {t: len(kept.get_check_constraints(t)) for t in kept.get_table_names()}
    for entity in s.entities():
        wanted = [c for c in entity.__table__.constraints if type(c).__name__ == "CheckConstraint"]  # type: ignore[attr-defined]
        assert checks[entity.__tablename__] >= len(wanted), entity


def test_titles_are_asked_for_once_while_one_reads_and_anew_while_one_writes(school: School) -> None:
    """And never a title that another person asked for."""
    reading, ids = school.session("admin", writing=False), school.ids(s.Student, "A") + school.ids(s.Student, "B")
    reading.scalar(select(s.Student.id))
    first = titles.many(reading, s.Student, ids)
    with counted(reading.get_bind()) as count:  # type: ignore[arg-type]
        assert titles.many(reading, s.Student, ids) == first and count.statements == 0
    other = school.session("petya", writing=False)
    assert titles.many(other, s.Student, ids).keys() < first.keys()
    writing = school.session("admin")
    row = writing.get(s.Student, ids[0])
    assert row is not None and titles.many(writing, s.Student, ids) == first
    records.change(writing, row, {"last_name": "Changed"})
    assert titles.many(writing, s.Student, ids)[ids[0]].startswith("Changed")
    writing.commit()
    reading.rollback()
    assert titles.many(reading, s.Student, ids)[ids[0]].startswith("Changed")
