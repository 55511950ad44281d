"""Long work: done once, after a restart done again, stopped before and after it has begun, its error told in words."""

from pathlib import Path

import pytest
from sqlalchemy import select

from journal import schema as s
from journal.services import jobs, records
from journal.services.jobs import Silent, Task
from journal.services.refusals import Invalid, said
from tests.conftest import config_for
from tests.personas import School

NOWHERE = config_for("", Path("/nowhere"))


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> dict[str, jobs.Work]:
    made: dict[str, jobs.Work] = {}
    monkeypatch.setattr(jobs, "KINDS", made)
    return made


def asked(school: School, login: str = "admin") -> int:
    with school.acting(login) as session:
        return jobs.ask(session, "test", "A test", {"n": 1}).id


def state(school: School, job_id: int) -> s.Job:
    return school.system().scalars(select(s.Job).where(s.Job.id == job_id)).one()


def test_a_job_is_done_once_on_behalf_of_its_person(school: School, kinds: dict[str, jobs.Work]) -> None:
    seen: list[Task] = []

    def work(task: Task) -> dict[str, object]:
        seen.append(task)
        return {"address": "/x"}

    kinds["test"] = work
    job = asked(school, "anna")
    for _ in range(2):
        jobs.perform(school.engine, NOWHERE, job, Silent())
    assert [(task.actor.name, task.actor.sign_in_id, task.facts) for task in seen] == [("Anna", 0, {"n": 1})]
    assert (state(school, job).state, state(school, job).result) == ("done", {"address": "/x"})


def test_errors_are_told_in_words_and_never_as_a_trace(school: School, kinds: dict[str, jobs.Work]) -> None:
    def refused(task: Task) -> dict[str, object]:
        raise Invalid({"": said("No %(what)s.", what="room")})

    def broken(task: Task) -> dict[str, object]:
        raise ZeroDivisionError("secret")

    for work, words in ((refused, "No room."), (broken, "Something unexpected")):
        kinds["test"] = work
        job = asked(school)
        jobs.perform(school.engine, NOWHERE, job, Silent())
        found = state(school, job)
        assert found.state == "failed" and str(jobs.problems(found)[0]).startswith(words)
        assert "secret" not in str(found.result)


def test_after_a_restart_what_was_left_is_done_again(school: School, kinds: dict[str, jobs.Work]) -> None:
    kinds["test"] = lambda task: {}
    job = asked(school)
    with school.acting_as_system() as session:
        records.change(session, session.get_one(s.Job, job), {"state": "running"})
    assert list(jobs.left_over(school.engine)) == [job]
    jobs.perform(school.engine, NOWHERE, job, Silent())
    assert state(school, job).state == "done" and list(jobs.left_over(school.engine)) == []


def test_a_waiting_job_is_stopped_at_once(school: School, kinds: dict[str, jobs.Work]) -> None:
    kinds["test"] = lambda task: {}
    job = asked(school)
    assert jobs.stop_waiting(school.engine, job) and not jobs.stop_waiting(school.engine, job)
    jobs.perform(school.engine, NOWHERE, job, Silent())
    assert state(school, job).state == "cancelled"


def test_whoever_may_not_enter_any_more_has_nothing_done(school: School, kinds: dict[str, jobs.Work]) -> None:
    kinds["test"] = lambda task: {}
    job = asked(school, "anna")
    with school.acting_as_system() as session:
        account = session.scalars(select(s.Account).where(s.Account.login == "anna")).one()
        records.change(session, account, {"is_active": False})
    jobs.perform(school.engine, NOWHERE, job, Silent())
    assert state(school, job).state == "failed"
