"""The architecture's own tests; each failure says how to mend it. Layers and cycles are import-linter's (`make test`)."""

import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from journal.access.policy import POLICY
from journal.config import ROOT
from journal.schema import entities
from journal.schema.base import columns

CODE = sorted((ROOT / "journal").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OURS = [*CODE, ROOT / "app.py", *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").rglob("*.py"))]
CYRILLIC = re.compile("[\u0400-\u04ff]")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_files_are_rooms_not_halls() -> None:
    long = {name(p): n for p in OURS if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400}
    assert long == {}, "split the file by noun"


def test_no_file_is_a_drawer() -> None:
    drawers = {name(p) for p in OURS if p.stem in {"utils", "helpers", "common", "misc", "manager"}}
    assert drawers == set(), "name the file for what is in it"


def test_every_module_says_what_it_is() -> None:
    silent = [
        name(p)
        for p in CODE
        if p.read_text(encoding="utf-8").strip() and not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))
    ]
    assert silent == [], "begin the module with one sentence"


def test_no_cyrillic_in_code_and_templates() -> None:
    found = [name(p) for p in [*CODE, *TEMPLATES] if CYRILLIC.search(p.read_text(encoding="utf-8"))]
    assert found == [], "msgids are English; Russian stands in translations/ and in data files"


def test_only_the_clock_asks_what_time_it_is() -> None:
    asked = re.compile(r"\b(datetime\.now|date\.today|datetime\.utcnow|time\.time)\(")
    found = [name(p) for p in CODE if asked.search(p.read_text(encoding="utf-8")) and p.name != "clock.py"]
    assert found == [], "use journal.kit.clock"


def test_commits_stand_in_two_places() -> None:
    found = {name(p) for p in CODE if ".commit()" in p.read_text(encoding="utf-8")}
    assert found == {"journal/web/database.py", "journal/services/database.py"}, "commit through unit_of_work"


def test_only_records_flushes_and_bulk_loads() -> None:
    found = {name(p) for p in CODE if re.search(r"\.recording\(\)|\.flush\(\)", p.read_text(encoding="utf-8"))}
    assert found <= {"journal/services/records.py", "journal/access/session.py"}, "write through services.records"


def test_only_the_timetable_writes_what_follows_from_it() -> None:
    found = {name(p) for p in CODE if ".consequent()" in p.read_text(encoding="utf-8")}
    assert {one for one in found if not one.startswith("journal/services/timetable/")} == set()


def test_no_raw_connection_in_screens_and_panel() -> None:
    raw = re.compile(r"\.connection\(\)|exec_driver_sql|from sqlalchemy import[^\n]*\btext\b")
    found = [name(p) for p in CODE if {"admin", "screens"} & set(p.parts) and raw.search(p.read_text(encoding="utf-8"))]
    assert found == [], "ask through the session's own statements"


def test_every_entity_introduces_itself() -> None:
    for entity in entities():
        assert entity.label and entity.title and entity.area, entity
        assert entity in POLICY, f"add a line to journal/access/policy.py for {entity.__name__}"
        for column in columns(entity).values():
            assert column.info.get("label"), f"{entity.__name__}.{column.key}: give it a label in field()"


def test_every_reference_says_what_happens_when_its_row_goes() -> None:
    silent = [
        f"{entity.__name__}.{column.key}"
        for entity in entities()
        for column in columns(entity).values()
        for key in column.foreign_keys
        if key.constraint is not None and len(key.constraint.elements) == 1 and not key.ondelete
    ]
    assert silent == [], "say on_delete"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_parse_and_hold_no_inline_script_or_style(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True).parse(source)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:|\|safe\b", source)


def test_colours_are_tokens() -> None:
    hexes, tokens = re.compile(r"#[0-9a-fA-F]{3,8}\b"), re.compile(r"--[\w-]+:#[0-9a-fA-F]{3,8}")
    found = [
        name(p)
        for p in (ROOT / "static" / "css").glob("*.css")
        if p.name != "base.css" and hexes.search(tokens.sub("", p.read_text()))
    ]
    assert found == [], "use a token of base.css, or define one for all themes where only one page needs it"


def test_nothing_third_party_is_committed() -> None:
    found = [name(p) for p in (ROOT / "static").rglob("*") if p.suffix in (".woff", ".woff2", ".ttf") or ".min." in p.name]
    assert found == []


def test_groups_of_fields_name_fields() -> None:
    """A heading over nothing, or a field under two of them, would be lost in silence."""
    for entity in entities():
        named = [name for names in entity.groups.values() for name in names]
        assert len(named) == len(set(named)), entity.__name__
        assert set(named) - set(columns(entity)) <= {"password"}, entity.__name__


def test_requirements_are_pinned_with_hashes() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / file).read_text()
        assert all("==" in line for line in text.splitlines() if line and not line.startswith((" ", "#")))
        assert text.count("--hash=sha256:") > text.count("==")


def test_the_tests_that_the_security_page_names_exist() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    assert {f"V{n}" for n in range(1, 21)} <= set(re.findall(r"^\| (V\d+) ", text, re.MULTILINE))
    assert len(named) > 30
    missing = [
        (path, test) for path, test in named if f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8") and test
    ]
    assert missing == []
