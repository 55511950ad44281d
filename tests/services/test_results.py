"""What a family reads about marks: averages, and how many marks lift one."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from journal.services import formulas, results
from tests.grounds import Ground

MARKS = st.lists(st.tuples(st.sampled_from("2345"), st.sampled_from([Decimal(1), Decimal(2), Decimal("0.5")])), max_size=25)


@given(MARKS, st.integers(3, 5), st.integers(4, 5))
def test_the_marks_that_are_needed_are_enough_and_no_fewer_are(
    marks: list[tuple[str, Decimal]], target: int, with_: int
) -> None:
    count = formulas.needed(marks, target, with_)

    def reached(more: int) -> bool:
        proposed = formulas.proposal(formulas.weighted([*marks, *[(str(with_), Decimal(1))] * more]))
        return proposed is not None and proposed >= target

    if count is None:
        assert not any(reached(more) for more in range(21))
    else:
        assert reached(count) and not any(reached(more) for more in range(count))


@pytest.fixture
def ground(empty: Engine) -> Iterator[Ground]:
    made = Ground(empty)
    yield made
    made.close()


def test_a_period_of_a_pupil_by_subject(ground: Ground) -> None:
    pupil, other = ground.pupil(), ground.pupil()
    silent = ground.add(type(ground.subject), name="Biology", code="BI")
    ground.assign(subject_id=silent.id)
    for n, (value, kind) in enumerate((("3", "plain"), ("4", "test"))):
        lesson = ground.lesson(date(2026, 11, 16 + n), work_type_id=ground.kinds[kind])
        ground.mark(lesson, pupil, value)
        ground.mark(lesson, other, "2")
    ground.absence(ground.lesson(date(2026, 11, 18)), pupil, "I")
    ground.done()
    found = results.of_period(ground.session, pupil.id, ground.klass.id, ground.second)
    by_subject = {line.subject: line for line in found.lines}
    line = by_subject["Algebra"]
    assert (line.average, line.weighted and round(line.weighted, 2), line.missed) == (Decimal("3.5"), Decimal("3.67"), 1)
    assert line.proposal == 4 and line.needed(5, 5) == 5 and line.needed(5, 4) is None
    assert by_subject["Biology"].marks == [] and by_subject["Biology"].average is None
    assert found.lessons_missed == 1
