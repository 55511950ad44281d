"""The guide for a new entity, followed word for word in a copy of the source; and what the command refuses."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po
from click.testing import CliRunner

from journal.cli import commands
from journal.cli import entity_source as source
from journal.config import ROOT

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", "instance", ".*_cache", ".hypothesis", "shots", "*.db", ".import_linter_cache"
)
RUSSIAN = {"Club": "Кружок", "Clubs": "Кружки", "Leader": "Руководитель", "Meets on": "День занятий"}


def files(folder: Path) -> dict[str, bytes]:
    parts = [p for top in ("journal", "migrations", "tests", "templates") for p in (folder / top).rglob("*") if p.is_file()]
    return {str(p.relative_to(folder)): p.read_bytes() for p in parts if "__pycache__" not in p.parts}


def test_the_guide_leads_to_a_working_entity(tmp_path: Path) -> None:
    copy = tmp_path / "journal"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    steps = re.findall(r"```sh\n\s*(.*?)\n\s*```", (copy / "docs/guides/add-an-entity.md").read_text("utf-8"), re.DOTALL)
    assert [step.split()[1:3] for step in steps][0] == ["app.py", "new"] and len(steps) == 5
    before = files(copy)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "CI": ""}
    environment |= {"JOURNAL_INSTANCE": str(tmp_path / "instance")}
    for step in steps:
        command = step.replace("pytest ", "pytest -p no:randomly -k sqlite ")
        done = subprocess.run(command, shell=True, cwd=copy, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (step, done.stdout[-3000:], done.stderr[-3000:])
        if "catalogues" in step:
            _translate(copy)
    after = files(copy)
    touched = {name for name in after if after[name] != before.get(name)}
    (migration,) = {name for name in touched if name.startswith("migrations/")}
    assert touched - {migration} == {"journal/schema/people.py", "journal/access/policy.py", "tests/admin/test_club.py"}
    assert _shown(copy, environment) == "Кружки"
    for tool in (["ruff", "check", "."], ["ruff", "format", "--check", "."]):
        done = subprocess.run(tool, cwd=copy, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def _translate(copy: Path) -> None:
    """What a person does in `translations/ru`."""
    path = copy / "translations/ru/LC_MESSAGES/messages.po"
    catalogue = read_po(path.open("rb"), locale="ru")
    assert {message.id for message in catalogue if message.id and not message.string} == set(RUSSIAN)
    for text, russian in RUSSIAN.items():
        catalogue[text].string = russian
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, omit_header=False)


SHOWN = """
from flask_babel import force_locale, gettext
from journal.config import load
from journal.factory import create_app
from journal.schema.base import by_table
with create_app(load()).test_request_context(), force_locale("ru"):
    print(gettext(by_table()["club"].label[1]))
"""


def _shown(copy: Path, environment: dict[str, str]) -> str:
    """The entity's name as the copy shows it in Russian."""
    done = subprocess.run(
        [sys.executable, "-c", SHOWN], cwd=copy, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["club", "--area", "people", "--field", "name:line"], "the name of a class"),
        (["Student", "--area", "people", "--field", "name:line"], "such an entity already"),
        (["Club", "--area", "sport", "--field", "name:line"], "sport"),
        (["Club", "--area", "people"], "--field"),
        (["Club", "--area", "people", "--field", "name"], "its kind is one of"),
        (["Club", "--area", "people", "--field", "Name:line"], "small letters"),
        (["Club", "--area", "people", "--field", "id:line"], "not id or version"),
        (["Club", "--area", "people", "--field", "n:whole:1"], "name:whole:0,40"),
        (["Club", "--area", "people", "--field", "who_id:ref:nobody"], "a table that there is"),
        (["Club", "--area", "people", "--field", "who:ref:staff"], "ends in _id"),
        (["Club", "--area", "people", "--field", "a:line", "--field", "a:day"], "the same name"),
        (["Club", "--area", "people", "--field", "a:line", "--plural", 'x"'], "in words"),
    ],
)
def test_a_wrong_word_is_said_and_nothing_is_written(arguments: list[str], said: str) -> None:
    before = files(ROOT)
    done = CliRunner().invoke(commands, ["new", "entity", *arguments])
    assert done.exit_code == 2 and said in done.output
    assert files(ROOT) == before


def test_imports_are_completed_in_their_order() -> None:
    text = '"""A module."""\n\nfrom sqlalchemy import JSON\n\nfrom a.b import CON, Big, small\n\nx = 1\n'
    assert "from a.b import CON, Big, Mid, other, small\n" in source.importing(text, "a.b", {"other", "Mid"})
    assert source.importing(text, "datetime", {"date"}).startswith(
        '"""A module."""\n\nfrom datetime import date\nfrom sqlal'
    )
    many = {f"name_{n:02}" for n in range(20)}
    assert "from a.b import (\n    CON,\n    Big,\n    name_00,\n" in source.importing(text, "a.b", many)
