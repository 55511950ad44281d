"""Prints the policy as `docs/roles.md`: who may do what with which entity."""

import sys

from journal.access.actor import Role
from journal.access.line import Verb
from journal.access.policy import POLICY
from journal.access.scope import all_rows
from journal.schema import entities

LETTERS = {Verb.VIEW: "R", Verb.CREATE: "C", Verb.CHANGE: "U", Verb.DELETE: "D"}
HEAD = """# Who may do what

Printed from `journal/access/policy.py` by `make roles`; a test keeps it true. R reads, C creates, U changes, D deletes.
A capital letter is every row, a small one only the rows of the role's own scope (taught, of the class led, own, of the
child). An asterisk: only some fields may be written; a dagger: some fields are hidden.

"""


def table() -> str:
    """The whole page."""
    roles = list(Role)
    lines = [
        "| Entity | " + " | ".join(role.value.replace("_", " ") for role in roles) + " |",
        "|---" * (len(roles) + 1) + "|",
    ]
    lines.extend(
        f"| {entity.__name__} | " + " | ".join(_cell(entity, role) for role in roles) + " |" for entity in entities()
    )
    return HEAD + "\n".join(lines) + "\n"


def _cell(entity: type, role: Role) -> str:
    line = POLICY[entity]
    letters = ""
    for verb, letter in LETTERS.items():
        rows = line.grants[verb].get(role)
        if rows is not None:
            letters += letter if rows is all_rows else letter.lower()
    if not letters:
        return "–"
    return letters + ("*" if role in line.fields else "") + ("†" if role in line.hidden else "")


if __name__ == "__main__":
    sys.stdout.write(table())
