"""The chain of the trail: who changes an entry, a row, or cuts the end off, past the product, is found out."""

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from journal import schema as s
from journal.access.actor import System
from journal.services import database, records, trail, trail_archive
from journal.services.refusals import Invalid
from tests.grounds import Ground, days_ago


@pytest.fixture
def ground(empty: Engine) -> Iterator[Ground]:
    made = Ground(empty)
    pupil, lesson = made.pupil(), made.lesson(days_ago(3))
    made.mark(lesson, pupil, "5")
    made.done()
    yield made
    made.close()


def verdict(engine: Engine) -> trail.Verdict:
    with database.reading(engine, System("test")) as session:
        return trail.verify(session)


FREE = {
    "sqlite": ["DROP TRIGGER IF EXISTS trail_entry_no_update", "DROP TRIGGER IF EXISTS trail_entry_no_delete"],
    "postgresql": ["ALTER TABLE trail_entry DISABLE TRIGGER USER"],
}


def tamper(engine: Engine, statement: Any) -> None:
    """As somebody who owns the database, so that its triggers don't stop him."""
    with engine.begin() as connection:
        for free in FREE[engine.dialect.name]:
            connection.execute(text(free))
        connection.execute(statement)


ENTRY, MARK, HEAD = s.TrailEntry.__table__, s.Mark.__table__, s.TrailHead.__table__


def test_what_the_product_writes_is_whole(ground: Ground) -> None:
    found = verdict(ground.engine)
    assert found.broken == () and found.unsealed == 0
    assert found.entries == len(ground.seen(select(s.TrailEntry.id))) > 10
    assert found.rows >= 2, "the mark and the lesson are compared"


@pytest.mark.parametrize(
    "values",
    [
        {"actor": "Nobody"},
        {"changes": {"value": [None, "2"]}},
        {"row_id": 99},
        {"account_id": None, "act": "export"},
        {"seal": None},
    ],
    ids=lambda values: "-".join(values),
)
def test_a_changed_entry_is_the_first_broken_one(ground: Ground, values: dict[str, Any]) -> None:
    (mark,) = ground.seen(select(s.TrailEntry.id).where(s.TrailEntry.entity == "Mark"))[0]
    tamper(ground.engine, update(ENTRY).where(ENTRY.c.id == mark).values(values))
    broken = verdict(ground.engine).broken[0]
    assert (broken.what, broken.entry_id) == ("entry", mark)


def test_an_entry_taken_away_breaks_the_next(ground: Ground) -> None:
    ids = [row[0] for row in ground.seen(select(s.TrailEntry.id).order_by(s.TrailEntry.id))]
    tamper(ground.engine, delete(ENTRY).where(ENTRY.c.id == ids[4]))
    assert [(one.what, one.entry_id) for one in verdict(ground.engine).broken[:2]] == [("entry", ids[5]), ("head", None)]


def test_an_end_cut_off_is_missed_by_the_head(ground: Ground) -> None:
    (newest,) = ground.seen(select(s.TrailEntry.id).order_by(s.TrailEntry.id.desc()).limit(1))[0]
    tamper(ground.engine, delete(ENTRY).where(ENTRY.c.id == newest))
    assert verdict(ground.engine).broken[0].what == "head"


def test_a_head_set_back_by_hand_is_not_the_products(ground: Ground) -> None:
    (last, before) = (
        row for row in ground.seen(select(s.TrailEntry.id, s.TrailEntry.seal).order_by(s.TrailEntry.id.desc()).limit(2))
    )
    tamper(ground.engine, delete(ENTRY).where(ENTRY.c.id == last[0]))
    tamper(ground.engine, update(HEAD).values(seal=before[1], entry_count=HEAD.c.entry_count - 1))
    assert [one.what for one in verdict(ground.engine).broken][:1] == ["head"]


def test_an_entry_put_in_by_hand_breaks_the_chain(ground: Ground) -> None:
    row = {
        "version": 1,
        "happened_at": s.TrailEntry.__table__.c.happened_at,
        "actor": "x",
        "act": "change",
        "entity": "Mark",
    }
    with ground.engine.begin() as connection:
        at = connection.execute(select(ENTRY.c.happened_at).limit(1)).scalar()
        connection.execute(insert(ENTRY).values({**row, "happened_at": at, "seal": "0" * 64}))
    assert verdict(ground.engine).broken[0].what == "entry"


@pytest.mark.parametrize("value", ["2", "4"])
def test_a_mark_changed_past_the_product_is_found(ground: Ground, value: str) -> None:
    tamper(ground.engine, update(MARK).values(value=value))
    (broken,) = verdict(ground.engine).broken
    assert broken.what == "row" and "Mark" in broken.text and "value" in broken.text


def test_a_mark_deleted_past_the_product_is_found(ground: Ground) -> None:
    tamper(ground.engine, delete(MARK))
    (broken,) = verdict(ground.engine).broken
    assert broken.what == "row" and "deleted past the trail" in broken.text


def test_a_deleted_mark_put_back_by_hand_is_found(ground: Ground) -> None:
    with ground.engine.connect() as connection:
        kept = dict(connection.execute(select(MARK)).mappings().one())
    mark = ground.session.get(s.Mark, kept["id"])
    assert mark is not None
    records.delete(ground.session, mark)
    ground.done()
    assert verdict(ground.engine).broken == ()
    tamper(ground.engine, insert(MARK).values(kept))
    assert "there, though deleted" in verdict(ground.engine).broken[0].text


def test_lessons_laid_and_taken_away_are_no_alarm(ground: Ground) -> None:
    lesson = ground.lesson(days_ago(-3), topic="")
    records.change(ground.session, lesson, {"number": 6})
    records.change(ground.session, lesson, {"number": 5})
    records.delete_many(ground.session, [lesson])
    ground.done()
    assert verdict(ground.engine).broken == ()


def test_a_transaction_that_fails_leaves_no_gap(ground: Ground) -> None:
    before = verdict(ground.engine).entries
    ground.lesson(days_ago(9))
    ground.session.rollback()
    ground.lesson(days_ago(8))
    ground.done()
    found = verdict(ground.engine)
    assert (found.entries, found.broken) == (before + 1, ())


def test_another_key_is_not_the_products(ground: Ground) -> None:
    trail.use_key("stolen")
    try:
        assert verdict(ground.engine).broken[0].what == "entry"
    finally:
        trail.use_key("")


texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
values = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | texts
changes = st.dictionaries(texts, st.lists(values, min_size=2, max_size=2), max_size=4)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=changes, title=texts)
def test_whatever_is_told_the_seal_survives_the_database(ground: Ground, changes: dict[str, Any], title: str) -> None:
    records.note(ground.session, "change", s.Setting, {**changes, "title": [title, None]})
    ground.done()
    assert verdict(ground.engine).broken == ()


def test_writers_side_by_side_make_one_chain(ground: Ground) -> None:
    """Each takes the head while it writes, so entries have one order."""
    before = verdict(ground.engine).entries

    def write(n: int) -> None:
        with database.work(ground.engine, System("test")) as session:
            for part in range(3):
                records.note(session, "export", s.Mark, {"n": [part, n]})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(12)))
    assert (verdict(ground.engine).entries, verdict(ground.engine).broken) == (before + 36, ())


@pytest.mark.parametrize("statement", [update(ENTRY).values(actor="x"), delete(ENTRY)], ids=["update", "delete"])
def test_the_database_itself_refuses_to_change_the_trail(ground: Ground, statement: Any) -> None:
    with pytest.raises(DBAPIError, match="append-only"), ground.engine.begin() as connection:
        connection.execute(statement)


# --- old entries go into files


def age(engine: Engine, days: int) -> None:
    """Everything so far happened long ago: the chain is made anew for that, as the product would have written it."""
    rows = []
    with engine.begin() as connection:
        for free in FREE[engine.dialect.name]:
            connection.execute(text(free))
        rows = [dict(row._mapping) for row in connection.execute(select(ENTRY).order_by(ENTRY.c.id))]
        last = ""
        for row in rows:
            row["happened_at"] -= timedelta(days=days)
            last = row["seal"] = trail._sealed(last, {name: row[name] for name in trail.SEALED})
            values = {"happened_at": row["happened_at"], "seal": last}
            connection.execute(update(ENTRY).where(ENTRY.c.id == row["id"]).values(values))
        proof = trail._proof(last, len(rows))
        connection.execute(update(HEAD).values(seal=last, entry_count=len(rows), proof=proof))
        for bound in BOUND[engine.dialect.name]:
            connection.execute(text(bound))


BOUND = {
    "sqlite": [
        f"CREATE TRIGGER trail_entry_no_{act} BEFORE {act.upper()} ON trail_entry"
        " BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
        for act in ("update", "delete")
    ],
    "postgresql": ["ALTER TABLE trail_entry ENABLE TRIGGER USER"],
}


def test_old_entries_go_into_a_file_and_the_chain_goes_on(ground: Ground, tmp_path: Path) -> None:
    ground.session.rollback()
    ground.close()
    age(ground.engine, 500)
    old = len(ground.seen(select(s.TrailEntry.id)))
    pupil = ground.pupil("Later")
    ground.done()
    before = ground.seen(select(s.TrailEntry.id))
    made = trail_archive.put_away(ground.engine, tmp_path, days_ago(400))
    assert made is not None and made.count == old and oct(made.path.stat().st_mode & 0o777) == "0o600"
    assert len(ground.seen(select(s.TrailEntry.id))) == len(before) - old
    assert trail_archive.put_away(ground.engine, tmp_path, days_ago(400)) is None
    ground.add(s.Student, last_name="Latest", first_name=str(pupil.id))
    ground.done()

    def looked(folder: Path) -> trail.Verdict:
        with database.reading(ground.engine, System("test")) as session:
            return trail.verify(session, archived=trail_archive.read_all(folder))

    with_files, without = looked(tmp_path), looked(tmp_path / "nothing")
    assert with_files.broken == without.broken == ()
    assert with_files.entries == without.entries and with_files.rows > without.rows
    with pytest.raises(DBAPIError, match="append-only"), ground.engine.begin() as connection:
        connection.execute(delete(ENTRY))
    lines = gzip.decompress(made.path.read_bytes()).decode().splitlines()
    made.path.write_bytes(gzip.compress("\n".join([*lines[:-2], lines[-1]]).encode()))
    assert {one.what for one in looked(tmp_path).broken} >= {"entry"}, "an entry taken out of a file is missed"
    made.path.write_bytes(gzip.compress("\n".join(lines[:-1]).encode()))
    assert "archive" in {one.what for one in looked(tmp_path).broken}
    tamper(ground.engine, update(HEAD).values(archived_count=old - 1))
    assert {one.what for one in looked(tmp_path / "nothing").broken} == {"head"}


def test_the_last_year_stays_in_the_database(ground: Ground, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        trail_archive.put_away(ground.engine, tmp_path, days_ago(30))
    assert list(tmp_path.iterdir()) == []
