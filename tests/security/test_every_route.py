"""Generated from the URL map: who may open what, whose ids open nothing."""

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.routing import Rule

from journal import schema as s
from journal.access.actor import Role
from journal.web.screen import own_path
from tests.conftest import client_of
from tests.personas import ROLES, School

NEVER = {"account.logout", "static", "panel.static"}
IDS: dict[str, type[s.Entity]] = {
    "assignment_id": s.TeachingAssignment,
    "lesson_id": s.Lesson,
    "class_id": s.SchoolClass,
    "student_id": s.Student,
    "homework_id": s.Homework,
    "attachment_id": s.Attachment,
    "account_id": s.Account,
    "alert_id": s.Alert,
    "check_id": s.JournalCheck,
    "request_id": s.CorrectionRequest,
    "remark_id": s.JournalRemark,
    "plan_id": s.SchemeOfWork,
    "scheme_id": s.SchemeOfWork,
    "thread_id": s.Message,
    "guardian_id": s.Guardian,
    "notice_id": s.AbsenceNotice,
    "document_id": s.ExcuseDocument,
    "note_id": s.BehaviourNote,
    "message_id": s.Message,
    "notification_id": s.Notification,
    "subject_id": s.Subject,
    "run_id": s.ImportRun,
    "support_id": s.SupportRequest,
    "year_id": s.AcademicYear,
    "archive_id": s.Archive,
    "job_id": s.Job,
}


def address(rule: Rule, school: School, side: str = "A") -> str:
    """A rule with the ids of a side in it; what has no row of the personas becomes 1."""
    text = rule.rule
    for part in rule.rule.split("<")[1:]:
        inside = part.split(">")[0]
        kind, _, name = inside.rpartition(":")
        text = text.replace(f"<{inside}>", kind[4:-1].split(",")[0] if kind.startswith("any(") else _id(name, school, side))
    return text


def _id(name: str, school: School, side: str) -> str:
    ids = school.ids(IDS[name], side) if name in IDS else []
    return str(ids[0]) if ids else "1"


def rules(app: Flask, method: str) -> Iterator[Rule]:
    """Every rule of ours that takes the method."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint not in NEVER:
            yield rule


@pytest.mark.parametrize("login", ["anna", "maria"])
def test_a_page_opens_for_its_audience_alone(shared_app: Flask, shared_school: School, login: str) -> None:
    client = client_of(shared_app, login)
    audiences: dict[str, frozenset[Role] | None] = shared_app.extensions["audiences"]
    for rule in rules(shared_app, "GET"):
        audience = audiences[rule.endpoint]
        answer = client.get(address(rule, shared_school), buffered=True)
        if audience is not None and not audience & ROLES[login]:
            assert answer.status_code == 403, rule
        else:
            assert answer.status_code in (200, 302, 400, 403, 404), (rule, answer.status_code)


def test_signed_out_visitors_see_the_way_in_and_nothing_else(shared_app: Flask, shared_school: School) -> None:
    client = shared_app.test_client()
    audiences: dict[str, frozenset[Role] | None] = shared_app.extensions["audiences"]
    for method in ("GET", "POST"):
        for rule in rules(shared_app, method):
            if audiences[rule.endpoint] is not None:
                answer = client.open(address(rule, shared_school), method=method)
                assert answer.status_code == 302 and answer.headers["Location"].startswith("/login"), (method, rule)


@pytest.mark.parametrize("login", ["boris", "vera", "viktor"])
def test_ids_of_the_other_side_in_an_address_open_nothing(shared_app: Flask, shared_school: School, login: str) -> None:
    """What names a row of side A in its path is not there for side B, in any format."""
    client = client_of(shared_app, login)
    for rule in rules(shared_app, "GET"):
        named = [name for name in rule.arguments if name in IDS]
        if (
            not named or IDS[named[0]] in (s.SchoolClass, s.Alert) or rule.endpoint.startswith(("panel", "plans."))
        ):  # plans are for all teachers
            continue
        answer = client.get(address(rule, shared_school, "A"), buffered=True)
        assert answer.status_code in (403, 404), (rule, answer.status_code)


@given(st.text(max_size=40))
def test_back_addresses_are_paths_of_our_own(text: str) -> None:
    """V17: whatever `next` says, the browser stays here."""
    path = own_path(text)
    assert path.startswith("/") and not path.startswith(("//", "/\\"))
    assert "\n" not in path and "\r" not in path and "\t" not in path


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_set_up_is_closed_for_good(shared_app: Flask, method: str) -> None:
    """V10: once an account exists the page is not there."""
    assert shared_app.test_client().open("/setup", method=method).status_code == 404
