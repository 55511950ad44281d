"""The source of a new entity: its class, its policy line and its test, from a few words about its fields."""

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click

from journal.kit.text import kebab, snake
from journal.schema.base import by_table

WIDTH = 125
MODULES = {
    "people": "people",
    "classes": "classes",
    "teaching": "teaching",
    "timetable": "planning",
    "journal": "marks",
    "marks": "marks",
    "talk": "messages",
    "control": "control",
    "system": "accounts",
}
"""Area -> the module of `journal/schema/` that holds its classes."""
SECTIONS = {
    "people": "people",
    "classes": "classes and calendar",
    "teaching": "teaching",
    "timetable": "timetable",
    "journal": "journal",
    "marks": "scales and reasons",
    "talk": "talk",
    "control": "control",
    "system": "system",
}
"""Area -> the comment under which its lines stand in `journal/access/policy.py`."""
KINDS = ("line", "text", "whole", "flag", "day", "moment", "choice", "ref")


@dataclass(frozen=True)
class Field:
    """A column as it was asked for: `name:kind[?][:fact,fact]`; a question mark lets it be empty."""

    name: str
    kind: str
    facts: tuple[str, ...]
    nullable: bool
    entity: str = ""

    @property
    def label(self) -> str:
        """Its name in words, to be bettered by hand."""
        return self.name.removesuffix("_id").replace("_", " ").capitalize()

    @property
    def python(self) -> str:
        """The type of its values."""
        kinds = {"line": "str", "text": "str", "choice": "str", "flag": "bool", "day": "date", "moment": "datetime"}
        found = kinds.get(self.kind, "int")
        return f"{found} | None" if self.nullable else found

    def source(self) -> str:
        """The column's line in the class."""
        label, rest = f'N_("{self.label}")', ", nullable=True" if self.nullable else ""
        made = {
            "line": lambda: f"line({self.facts[0] if self.facts else 80}, {label}{rest}, search=True)",
            "text": lambda: f"line(0, {label}{rest})",
            "whole": lambda: f'whole("{self.name}", {label}, low={self.facts[0]}, high={self.facts[1]}{rest})',
            "flag": lambda: f"flag({label})",
            "day": lambda: f"day({label}{rest})",
            "moment": lambda: f"moment({label}{rest})",
            "choice": lambda: f'choice("{self.name}", {label}, {self.choices_name}{rest})',
            "ref": lambda: f'ref("{self.facts[0]}", {label}{rest})',
        }[self.kind]()
        return f"    {self.name}: Mapped[{self.python}] = {made}\n"

    @property
    def choices_name(self) -> str:
        """The name of the table of its choices."""
        return f"{snake(self.entity).upper()}_{self.name.upper()}S"

    def sample(self) -> str:
        """A value for a form, as Python."""
        if self.kind == "ref":
            return f'str(school.id(s.{by_table()[self.facts[0]].__name__}, "A"))'
        samples = {
            "line": '"Sample"',
            "text": '"A longer text"',
            "whole": f'"{self.facts[0]}"' if self.facts else '""',
            "flag": '"1"',
            "day": '"2026-11-23"',
            "moment": '"2026-11-23T10:00"',
            "choice": f'"{self.facts[0]}"' if self.facts else '""',
        }
        return samples[self.kind]


def field(entity: str, text: str) -> Field:
    """Read one field. Raises `click.BadParameter` that says what is wrong."""
    name, _, rest = text.partition(":")
    kind, _, facts = rest.partition(":")
    made = Field(name, kind.removesuffix("?"), tuple(part for part in facts.split(",") if part), kind.endswith("?"), entity)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name) or name in ("id", "version"):
        raise click.BadParameter(f"{text}: a field's name is small letters, digits and underscores, not id or version")
    if made.kind not in KINDS:
        raise click.BadParameter(f"{text}: its kind is one of {', '.join(KINDS)}")
    wrong = {
        "line": len(made.facts) > 1 or not all(fact.isdecimal() for fact in made.facts),
        "whole": len(made.facts) != 2 or not all(re.fullmatch(r"-?\d+", fact) for fact in made.facts),
        "choice": not made.facts or not all(re.fullmatch(r"[a-z-]{1,20}", fact) for fact in made.facts),
        "ref": len(made.facts) != 1 or made.facts[0] not in by_table(),
    }
    if wrong.get(made.kind):
        shapes = {
            "line": "name:line:80",
            "whole": "name:whole:0,40",
            "choice": "name:choice:open,closed",
            "ref": "staff_id:ref:staff, with a table that there is",
        }
        raise click.BadParameter(f"{text}: write {shapes[made.kind]}")
    if made.kind == "ref" and not name.endswith("_id"):
        raise click.BadParameter(f"{text}: the name of a reference ends in _id")
    return made


def class_source(name: str, area: str, plural: str, fields: Sequence[Field]) -> str:
    """The mapped class with the tables of its choices."""
    titled = next((each.name for each in fields if each.kind == "line"), fields[0].name)
    choices = "".join(
        f"{each.choices_name} = {{{', '.join(f'{q(code)}: N_({q(code)})' for code in each.facts)}}}\n"
        for each in fields
        if each.kind == "choice"
    )
    return (
        (f"\n\n{choices}" if choices else "")
        + f"\n\nclass {name}(Entity):\n"
        + f'    __tablename__ = "{snake(name)}"\n'
        + f'    area = "{area}"\n'
        + f'    label = (N_("{words(name)}"), N_("{plural}"))\n'
        + f'    title = ("{titled}",)\n\n'
        + "".join(each.source() for each in fields)
    )


def q(text: str) -> str:
    """A text between quotation marks."""
    return f'"{text}"'


def words(name: str) -> str:
    """`SchoolClub` -> `School club`."""
    return kebab(name).replace("-", " ").capitalize()


def imports_of(fields: Iterable[Field]) -> dict[str, set[str]]:
    """Module -> the names that the class needs of it."""
    found = {"journal.kit.text": {"N_"}, "journal.schema.base": {"Entity", "Mapped"}}
    for each in fields:
        found["journal.schema.base"].add("line" if each.kind == "text" else each.kind)
        if each.kind in ("day", "moment"):
            found.setdefault("datetime", set()).add("date" if each.kind == "day" else "datetime")
    return found


def importing(source: str, module: str, names: set[str]) -> str:
    """A module's source that imports these names, its own way of writing kept."""
    lines = source.splitlines(keepends=True)
    nodes = [node for node in ast.parse(source).body if isinstance(node, ast.ImportFrom)]
    found = next((node for node in nodes if node.module == module), None)
    if found is None:
        at = nodes[0].lineno - 1
        return "".join([*lines[:at], f"from {module} import {', '.join(sorted(names))}\n", *lines[at:]])
    every = sorted({*names, *(alias.name for alias in found.names)}, key=_place)
    line = f"from {module} import {', '.join(every)}\n"
    if len(line) > WIDTH + 1:
        line = f"from {module} import (\n{''.join(f'    {name},{chr(10)}' for name in every)})\n"
    return "".join([*lines[: found.lineno - 1], line, *lines[found.end_lineno :]])


def _place(name: str) -> tuple[int, str]:
    """Constants, classes, functions: the order in which imports stand."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2, name)


def policy_with(source: str, area: str, line: str) -> str:
    """The policy with one line more, at the end of its area's section."""
    start = source.index(f"    # {SECTIONS[area]}\n")
    ends = [place for mark in ("\n    # ", "\n}\n") if (place := source.find(mark, start + 1)) > 0]
    at = min(ends) + 1
    return f"{source[:at]}    {line}\n{source[at:]}"


def test_source(name: str, plural: str, fields: Sequence[Field], view: str) -> str:
    """A test of everything that the panel gives the entity."""
    values = "".join(f'        "{each.name}": {each.sample()},\n' for each in fields)
    needs_school = any(each.kind == "ref" for each in fields)
    nearest = ("administrator", "office", "staff", "everybody")
    may = {login: nearest.index(view) > place for place, login in enumerate(("deputy", "anna", "petya"))}
    named = next((each for each in fields if each.kind == "line"), None)
    filtered = f"{named.name}.has=sampl" if named else "q="
    return f'''"""{plural} in the panel: made, listed, found, exported, remembered; closed to others."""

import pytest
from flask import Flask
{"" if not needs_school else chr(10) + "from journal import schema as s" + chr(10)}from tests.conftest import client_of
{"from tests.personas import School" + chr(10) if needs_school else ""}
ADDRESS = "/admin/{kebab(name)}/"


def values({"school: School" if needs_school else ""}) -> dict[str, str]:
    """A whole form."""
    return {{
{values}    }}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_panel_keeps_it(app: Flask{", school: School" if needs_school else ""}, language: str) -> None:
    client, asked = client_of(app, "admin"), {{"Accept-Language": language}}
    assert client.get(ADDRESS + "new", headers=asked).status_code == 200
    made = client.post(ADDRESS + "new", data=values({"school" if needs_school else ""}))
    assert made.status_code == 302, made.get_data(as_text=True)
    id_ = made.headers["Location"].rpartition("=")[2]
    for page in ("?{filtered}", f"details?id={{id_}}", f"edit?id={{id_}}", f"history?id={{id_}}", f"delete?id={{id_}}"):
        assert client.get(ADDRESS + page, headers=asked).status_code == 200, page
    assert f"details?id={{id_}}" in client.get(ADDRESS + "?{filtered}", headers=asked).get_data(as_text=True)
    assert len(client.get(ADDRESS + "export", buffered=True).get_data(as_text=True).splitlines()) == 2
    assert ADDRESS in client.get("/admin/", headers=asked).get_data(as_text=True), "the menu of the panel names it"
    assert client.post(ADDRESS + f"delete?id={{id_}}").status_code == 302


@pytest.mark.parametrize(("login", "may"), {list(may.items())!r})
def test_it_is_open_to_whom_the_policy_names(app: Flask, login: str, may: bool) -> None:
    client = client_of(app, login)
    assert client.get(ADDRESS).status_code == (200 if may else 403)
    assert client.get(ADDRESS + "new").status_code == 403
'''.replace("'", '"')
