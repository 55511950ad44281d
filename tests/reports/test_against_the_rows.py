"""The reports of the whole demo school beside plain Python over its rows: two ways to the same numbers."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from journal.access.actor import Actor, Role, System
from journal.access.session import PolicySession
from journal.services import database
from journal.services.control import filling, findings, registry
from journal.services.database import open_engine
from journal.services.reports import choices
from journal.services.reports import registry as reports
from journal.services.reports.document import Document, plain

Rows = list[dict[str, Any]]
TODAY = date(2026, 11, 23)


class School:
    """The demo school: its tables as plain rows, and its reports as the deputy gets them."""

    def __init__(self, path: Path) -> None:
        self.engine = open_engine(f"sqlite:///{path}")
        connection = sqlite3.connect(path)
        connection.row_factory = sqlite3.Row
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        self.tables: dict[str, Rows] = {n: [dict(row) for row in connection.execute(f'SELECT * FROM "{n}"')] for n in names}
        connection.close()
        self.by_id = {name: {row["id"]: row for row in rows if "id" in row} for name, rows in self.tables.items()}
        self.session = PolicySession(self.engine)
        self.session.act_as(Actor(1, "Deputy", frozenset({Role.DEPUTY}), staff_id=1))

    def report(self, code: str, **asked: Any) -> Document:
        """A report by the words of its form."""
        report = {one.code: one for one in reports.every()}[code]
        _, given = choices.of(self.session, report, {name: str(value) for name, value in asked.items()}, [])
        return reports.make(self.session, report, given)

    def class_of(self, assignment: dict[str, Any]) -> dict[str, Any]:
        return self.by_id["school_class"][assignment["school_class_id"]]

    def grade_of(self, assignment: dict[str, Any]) -> dict[str, Any]:
        return self.by_id["grade_level"][self.class_of(assignment)["grade_level_id"]]

    def roll(self, assignment: dict[str, Any], on: str) -> set[int]:
        """Who is in a journal on a date."""
        in_class = {
            row["student_id"]
            for row in self.tables["enrolment"]
            if row["school_class_id"] == assignment["school_class_id"]
            and row["starts_on"] <= on
            and (row["ends_on"] or "9999") >= on
        }
        if not assignment["subgroup_id"]:
            return in_class
        return in_class & {
            row["student_id"]
            for row in self.tables["subgroup_member"]
            if row["subgroup_id"] == assignment["subgroup_id"]
            and row["starts_on"] <= on
            and (row["ends_on"] or "9999") >= on
        }

    @property
    def quarter(self) -> dict[str, Any]:
        return next(row for row in self.tables["grading_period"] if row["kind"] == "quarter")

    def journals(self) -> Rows:
        """Those with quarters and marks."""
        rows = self.tables["teaching_assignment"]
        return [one for one in rows if self.grade_of(one)["period_kind"] == "quarter" and self.grade_of(one)["has_marks"]]


@pytest.fixture(scope="module")
def demo(demo_template: Path) -> Iterator[School]:
    made = School(demo_template)
    yield made
    made.session.close()
    made.engine.dispose()


def spread(demo: School, assignment: dict[str, Any]) -> Counter[str | None]:
    """The final marks of a journal in the first quarter, by plain counting."""
    given = {
        row["student_id"]: row["value"]
        for row in demo.tables["final_mark"]
        if row["assignment_id"] == assignment["id"] and row["period_id"] == demo.quarter["id"] and row["kind"] == "period"
    }
    return Counter(given.get(student) for student in demo.roll(assignment, demo.quarter["ends_on"]))


def rates(counts: Counter[str | None]) -> tuple[int, Decimal | None, Decimal | None, Decimal | None]:
    n = sum(count for value, count in counts.items() if value not in (None, "exempt", "pass", "fail"))
    if not n:
        return 0, None, None, None
    points = 100 * counts["5"] + 64 * counts["4"] + 36 * counts["3"] + 16 * counts["2"] + 7 * (counts["none"] + counts["1"])
    passed = counts["5"] + counts["4"] + counts["3"]
    return n, Decimal(100 * passed) / n, Decimal(100 * (counts["5"] + counts["4"])) / n, Decimal(points) / n


def test_quality_by_class_and_subject(demo: School) -> None:
    found = demo.report("quality", period=demo.quarter["id"])
    for table, key in ((found.tables[0], "school_class_id"), (found.tables[1], "subject_id")):
        wanted: dict[str, Counter[str | None]] = defaultdict(Counter)
        for one in demo.journals():
            name = demo.by_id["school_class" if key == "school_class_id" else "subject"][one[key]]["name"]
            wanted[name] += spread(demo, one)
        assert {row[0]: (row[1], row[8], row[9], row[10]) for row in table.rows} == {
            name: rates(counts) for name, counts in wanted.items()
        }
    total: Counter[str | None] = Counter()
    for one in demo.journals():
        total += spread(demo, one)
    assert tuple(found.tables[0].totals[0][n] for n in (1, 8, 9, 10)) == rates(total)


def test_the_report_of_each_subject_teacher(demo: School) -> None:
    for staff_id in {one["staff_id"] for one in demo.journals()}:
        own = [one for one in demo.journals() if one["staff_id"] == staff_id]
        found = demo.report("subject-teacher", staff_id=staff_id, period=demo.quarter["id"]).tables[0]
        wanted = sorted((demo.class_of(one)["name"], *rates(spread(demo, one))) for one in own)
        assert sorted((row[0], row[3], row[10], row[11], row[12]) for row in found.rows) == wanted


def test_averages_and_finals_of_a_class(demo: School) -> None:
    klass = next(row for row in demo.tables["school_class"] if row["name"].startswith("7"))
    found = demo.report("averages", school_class_id=klass["id"], period=demo.quarter["id"]).tables[0]
    weights = {row["id"]: Decimal(str(row["weight"])) for row in demo.tables["work_type"]}
    names = {row["id"]: f"{row['last_name']} {row['first_name']}" for row in demo.tables["student"]}
    marks: dict[tuple[int, int], list[tuple[int, Decimal]]] = defaultdict(list)
    for mark in demo.tables["mark"]:
        lesson = demo.by_id["lesson"][mark["lesson_id"]]
        if demo.quarter["begins_on"] <= lesson["held_on"] <= demo.quarter["ends_on"]:
            weight = weights.get(mark["work_type_id"] or lesson["work_type_id"], Decimal(1))
            marks[mark["student_id"], mark["assignment_id"]].append((int(mark["value"]), weight))
    wanted = []
    for one in demo.journals():
        if one["school_class_id"] == klass["id"]:
            for student in demo.roll(one, demo.quarter["ends_on"]):
                own = marks[student, one["id"]]
                plainly = Decimal(sum(value for value, _ in own)) / len(own) if own else None
                total = sum((weight for _, weight in own), Decimal(0))
                weighted = sum((value * weight for value, weight in own), Decimal(0)) / total if total else None
                wanted.append(
                    (names[student], demo.by_id["subject"][one["subject_id"]]["name"], len(own), plainly, weighted)
                )
    assert sorted(tuple(row[:5]) for row in found.rows) == sorted(wanted)


def test_attendance_by_class(demo: School) -> None:
    since, until = date(2026, 9, 1), date(2026, 11, 20)
    found = demo.report("attendance-by-class", since=since, until=until).tables[0]
    missed_reasons = {row["id"] for row in demo.tables["absence_reason"] if row["is_absence"]}
    lessons = {
        row["id"]: row
        for row in demo.tables["lesson"]
        if str(since) <= row["held_on"] <= str(until) and not row["is_cancelled"]
    }
    assignments = demo.by_id["teaching_assignment"]
    day_lessons: dict[tuple[int, str], list[int | None]] = defaultdict(list)
    for lesson in lessons.values():
        group = assignments[lesson["assignment_id"]]["subgroup_id"]
        day_lessons[lesson["school_class_id"], lesson["held_on"]].append(group)
    member = {(row["subgroup_id"], row["student_id"]) for row in demo.tables["subgroup_member"]}
    missed: Counter[tuple[int, int, str]] = Counter()
    late: Counter[int] = Counter()
    for row in demo.tables["absence"]:
        lesson = lessons.get(row["lesson_id"])
        if lesson and row["reason_id"] in missed_reasons:
            missed[lesson["school_class_id"], row["student_id"], lesson["held_on"]] += 1
        elif lesson:
            late[lesson["school_class_id"]] += 1
    count: Counter[int] = Counter()
    whole: Counter[int] = Counter()
    for (class_id, student, on), lost in missed.items():
        count[class_id] += lost
        own = [group for group in day_lessons[class_id, on] if group is None or (group, student) in member]
        whole[class_id] += lost >= len(own)
    ids = {row["name"]: row["id"] for row in demo.tables["school_class"]}
    kinds = len(missed_reasons)
    got = {row[0]: (row[2], row[3 + kinds], row[4 + 2 * kinds]) for row in found.rows}
    assert got == {name: (whole[id_], count[id_], late[id_]) for name, id_ in ids.items()}
    assert sum(count.values()) > 1000


def test_fulfilment_of_the_programme(demo: School) -> None:
    since, until = date(2026, 9, 1), date(2026, 11, 20)
    found = demo.report("programme", since=since, until=until).tables[0]
    due: Counter[int] = Counter()
    empty: Counter[int] = Counter()
    taken: dict[int, set[int]] = defaultdict(set)
    for lesson in demo.tables["lesson"]:
        if str(since) <= lesson["held_on"] <= str(until):
            due[lesson["assignment_id"]] += 1
            empty[lesson["assignment_id"]] += not lesson["topic"]
            if lesson["planned_lesson_id"]:
                taken[lesson["assignment_id"]].add(lesson["planned_lesson_id"])
    ids = [one["id"] for one in demo.tables["teaching_assignment"]]
    wanted = sorted((due[id_], due[id_] - len(taken[id_]), empty[id_]) for id_ in ids)
    assert sorted((row[3], row[9], row[10]) for row in found.rows) == wanted


def test_filling_counts_every_lesson_once(demo: School) -> None:
    span = filling.Span(date(2026, 9, 1), TODAY)
    found = filling.load(demo.session, span)
    held = [row for row in demo.tables["lesson"] if "2026-09-01" <= row["held_on"] < str(TODAY) and not row["is_cancelled"]]
    given = {row["lesson_id"] for row in demo.tables["homework"] if row["student_id"] is None}
    seen = {row["lesson_id"] for row in demo.tables["absence"]}
    control = {row["id"] for row in demo.tables["work_type"] if row["is_control"]}
    no_topic = sum(not row["topic"] for row in held)
    no_homework = sum(row["id"] not in given and row["work_type_id"] not in control for row in held)
    untaken = sum(not row["attendance_taken"] and row["id"] not in seen for row in held)
    total = found.total
    assert (total.held, total.no_topic, total.no_homework, total.no_attendance) == (
        len(held),
        no_topic,
        no_homework,
        untaken,
    )
    for parts in (found.by_week.values(), found.by_grade.values(), (keeper.total for keeper in found.keepers)):
        assert sum(tally.held for tally in parts) == len(held)


def test_rules_agree_with_plain_python(demo: School) -> None:
    with database.reading(demo.engine, System("test")) as session:
        found = {check.code: {row["identity"] for row in findings.look(session, check)} for check in registry.every()}
    held = [
        row for row in demo.tables["lesson"] if row["held_on"] <= str(TODAY - timedelta(days=1)) and not row["is_cancelled"]
    ]
    assert {identity.split(":")[2] for identity in found["no-topic"]} == {str(row["id"]) for row in held if not row["topic"]}
    finals = {(row["assignment_id"], row["student_id"], row["period_id"]) for row in demo.tables["final_mark"]}
    wanted = {
        f"no-final:{one['id']}::{student}:{demo.quarter['id']}"
        for one in demo.journals()
        for student in demo.roll(one, demo.quarter["ends_on"])
        if (one["id"], student, demo.quarter["id"]) not in finals
    }
    assert found["no-final"] == wanted
    better = defaultdict(list)
    order = {row["id"]: (row["held_on"], row["number"]) for row in demo.tables["lesson"]}
    numbers: dict[int, int] = {}
    seen: Counter[int] = Counter()
    for row in sorted(held, key=lambda row: order[row["id"]]):
        seen[row["assignment_id"]] += 1
        numbers[row["id"]] = seen[row["assignment_id"]]
    for mark in demo.tables["mark"]:
        better[mark["assignment_id"], mark["student_id"]].append((numbers[mark["lesson_id"]], mark["value"]))
    twos = {
        f"two-not-mended:{mark['assignment_id']}:{mark['lesson_id']}:{mark['student_id']}:"
        for mark in demo.tables["mark"]
        if mark["value"] == "2"
        and seen[mark["assignment_id"]] - numbers[mark["lesson_id"]] >= 3
        and not any(
            n > numbers[mark["lesson_id"]] and value in "345"
            for n, value in better[mark["assignment_id"], mark["student_id"]]
        )
    }
    assert found["two-not-mended"] == twos and twos


@pytest.mark.parametrize("code", [report.code for report in reports.every()])
def test_every_report_is_made_and_its_rows_fit_its_columns(demo: School, code: str) -> None:
    klass = next(row for row in demo.tables["school_class"] if row["name"].startswith("7"))
    found = demo.report(code, school_class_id=klass["id"]) if "class" in code else demo.report(code)
    assert found.tables and found.school
    for table in found.tables:
        for row in [*table.rows, *table.totals]:
            assert len(row) == len(table.columns)
            [plain(value) for value in row]
