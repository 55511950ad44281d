"""The session leaks nothing, whatever a page forgets."""

import pytest
from sqlalchemy import func, insert, literal_column, select, text, update
from sqlalchemy.orm import aliased

from journal import schema as s
from journal.access.actor import Actor, Forbidden, Role, System
from journal.access.policy import POLICY
from journal.access.session import PolicySession
from journal.services import records
from tests.access.expected import ENTITIES, SIDED, probes
from tests.personas import LOGINS, School


@pytest.mark.parametrize("login", LOGINS)
def test_every_entity_gives_each_persona_exactly_its_rows(shared_school: School, login: str) -> None:
    session = shared_school.session(login, writing=False)
    wrong = {}
    for entity in SIDED:
        seen = set(session.scalars(select(entity.id)))
        must, must_not = probes(shared_school, entity, login)
        if must - seen or must_not & seen:
            wrong[entity.__name__] = {"missing": must - seen, "leaked": must_not & seen}
    assert wrong == {}


def test_without_a_principal_every_entity_is_empty(shared_school: School) -> None:
    session = PolicySession(shared_school.engine)
    assert {entity.__name__ for entity in ENTITIES if session.scalars(select(entity.id)).first() is not None} == set()
    session.close()


def test_without_roles_every_entity_is_empty_but_the_own(shared_school: School) -> None:
    session = PolicySession(shared_school.engine)
    session.act_as(Actor(999_999, "nobody", frozenset()))
    assert {entity.__name__ for entity in ENTITIES if session.scalars(select(entity.id)).first() is not None} == set()
    session.close()


def test_every_way_of_reading_is_narrowed(shared_school: School) -> None:
    """Vera's father against Petya: count, get, alias, join, subquery, exists, union, CTE."""
    session = shared_school.session("viktor", writing=False)
    petya = shared_school.id(s.Student, "A")
    student, other = s.Student, aliased(s.Student)
    everybody = select(student.id).where(student.id == petya)
    counted = session.scalar(select(func.count()).select_from(student).where(student.id == petya))
    joined = select(s.Enrolment.id).join(student, student.id == s.Enrolment.student_id).where(student.id == petya)
    reads = {
        "count": counted,
        "get": session.get(student, petya),
        "alias": session.scalars(select(other.id).where(other.id == petya)).first(),
        "column": session.scalars(select(student.phone).where(student.id == petya)).first(),
        "join": session.scalars(joined).first(),
        "exists": session.scalars(select(s.Room.id).where(everybody.exists())).first(),
        "in": session.scalars(select(student.id).where(student.id.in_(everybody))).first(),
        "cte": session.scalars(select(student.id).join(everybody.cte(), literal_column("1") == 1)).first(),
    }
    assert {name: found for name, found in reads.items() if found} == {}


@pytest.mark.parametrize("login", ["admin", "anna", "viktor"])
def test_blind_statements_are_refused(shared_school: School, login: str) -> None:
    session = shared_school.session(login)
    for statement in (
        text("select 1"),
        select(s.Student.__table__),
        select(s.Student).from_statement(text("select * from student")),
        update(s.Student).values(first_name="x"),
        insert(s.Room).values(number="999"),
    ):
        with pytest.raises(Forbidden):
            session.execute(statement)
    for forbidden in (
        session.connection,
        lambda: session.bulk_save_objects([s.Room(number="999")]),
        lambda: session.bulk_insert_mappings(s.Room, [{"number": "999"}]),
        lambda: session.bulk_update_mappings(s.Room, [{"id": 1, "number": "999"}]),
    ):
        with pytest.raises(Forbidden):
            forbidden()


def test_a_session_serves_one_principal_for_life(shared_school: School) -> None:
    session = shared_school.session("anna")
    with pytest.raises(Forbidden):
        session.act_as(shared_school.actor("boris"))


def test_nothing_is_flushed_outside_records(school: School) -> None:
    session = school.session("admin")
    session.add(s.Room(number="77"))
    with pytest.raises(Forbidden):
        session.flush()


def test_an_unnamed_door_does_not_open() -> None:
    with pytest.raises(Forbidden):
        System("back")


def test_two_role_sets_do_not_share_their_rows(shared_school: School) -> None:
    """SQLAlchemy caches criteria by code object: a shared one would serve the first role's rows to the next."""
    session = PolicySession(shared_school.engine)
    boss = shared_school.actor("admin")
    session.act_as(boss)
    assert len(session.scalars(select(s.Student.id)).all()) == 2
    for roles in ({Role.STUDENT}, {Role.TEACHER}, {Role.GUARDIAN}, {Role.TEACHER, Role.STUDENT}):
        other = PolicySession(shared_school.engine)
        other.act_as(Actor(boss.account_id, "x", frozenset(roles)))
        assert other.scalars(select(s.Student.id)).all() == []
        other.close()
    session.close()


def test_a_foreign_reference_is_refused(school: School) -> None:
    """Anna may write homework for her lesson, but not for a lesson or a pupil of the other class."""
    session = school.session("anna")
    with pytest.raises((Forbidden, records.Invalid)):
        records.create(session, s.Homework, {"lesson_id": school.id(s.Lesson, "B"), "text": "x"})
    session.close()
    session = school.session("anna")
    with pytest.raises(Forbidden):
        records.create(
            session,
            s.Homework,
            {"lesson_id": school.id(s.Lesson, "A"), "student_id": school.id(s.Student, "B"), "text": "x"},
        )


def test_a_row_cannot_be_given_away(school: School) -> None:
    """Anna's plan can't be put under Boris's name: the row would leave her scope."""
    session = school.session("anna")
    scheme = session.get(s.SchemeOfWork, school.id(s.SchemeOfWork, "A"))
    assert scheme is not None
    with pytest.raises(Forbidden):
        records.change(session, scheme, {"staff_id": school.id(s.Staff, "B")})


def test_a_role_writes_only_its_fields(school: School) -> None:
    """A teacher answers a remark but can't reword it; a class teacher sets a reason but not a lesson."""
    session = school.session("anna")
    remark = session.get(s.JournalRemark, school.id(s.JournalRemark, "A"))
    assert remark is not None
    records.change(session, remark, {"answer": "Mended"})
    with pytest.raises(Forbidden):
        records.change(session, remark, {"text": "Fine"})


def test_every_mapped_class_has_its_line() -> None:
    missing = [entity.__name__ for entity in s.entities() if entity not in POLICY]
    assert missing == [], f"add a line to journal/access/policy.py for {missing}"
