"""The second wall: the policy once more, as PostgreSQL's own row-level security.

The session narrows each statement; the wall narrows whatever reaches the database in a person's transaction past it: text,
a bare connection, a forgotten path. It is printed from the same policy. What a person may see is asked of every
read; a person's transaction writes only while the session flushes what it has checked, and only where the roles can.

Sub-selects of the policy stand in functions that look as the product itself: a policy that asked another table would be
narrowed by that table's own, without an end.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, Exists, ScalarSelect, Select, literal_column
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.sql.visitors import replacement_traverse

from journal.access.actor import Role
from journal.access.among import among
from journal.access.asking import ACCOUNT, GUARDIAN, NOW, STAFF, STUDENT, TODAY
from journal.access.line import Line, Verb
from journal.access.policy import POLICY
from journal.access.scope import Rows
from journal.schema import Entity, TrailEntry, TrailHead

SETTINGS = {
    ACCOUNT.key: ("journal.account", "integer"),
    STAFF.key: ("journal.staff", "integer"),
    STUDENT.key: ("journal.student", "integer"),
    GUARDIAN.key: ("journal.guardian", "integer"),
    NOW.key: ("journal.now", "timestamptz"),
    TODAY.key: ("journal.today", "date"),
}
"""Where a transaction says who asks, and when, for each bind of the policy's conditions."""
KEPT_BY_ALL = (TrailEntry, TrailHead)
"""What every write of anybody carries on."""
COMMANDS = {Verb.CREATE: "INSERT", Verb.CHANGE: "UPDATE", Verb.DELETE: "DELETE"}
DOLLAR = "$wall$"

HELPERS = f"""
CREATE FUNCTION wall_sees(text[]) RETURNS boolean LANGUAGE sql STABLE AS {DOLLAR}
  SELECT CASE current_setting('journal.principal', true) WHEN 'system' THEN true WHEN 'flush' THEN true
    WHEN 'person' THEN string_to_array(current_setting('journal.roles', true), ',') && $1 ELSE false END {DOLLAR};
CREATE FUNCTION wall_writes(text[]) RETURNS boolean LANGUAGE sql STABLE AS {DOLLAR}
  SELECT CASE current_setting('journal.principal', true) WHEN 'system' THEN true
    WHEN 'flush' THEN $1 IS NULL OR string_to_array(current_setting('journal.roles', true), ',') && $1
    ELSE false END {DOLLAR};
"""


class Wall:
    """What puts the wall up: functions first, then the policies of each table."""

    def __init__(self) -> None:
        self.functions: dict[str, str] = {}
        self.policies: list[str] = []
        for entity, line in POLICY.items():
            self._table(entity, line)

    @property
    def text(self) -> str:
        """Everything, as one script."""
        return "\n".join([HELPERS, *self.functions.values(), *self.policies])

    @property
    def mark(self) -> str:
        """By which a wall of this policy is known again."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    def _table(self, entity: type[Entity], line: Line) -> None:
        table = entity.__tablename__
        self.policies.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;")
        self.policies.append(f"CREATE POLICY wall_view ON {table} FOR SELECT USING ({self._view(entity, line)});")
        for verb, command in COMMANDS.items():
            able = "NULL" if entity in KEPT_BY_ALL else _array(line.grants[verb])
            asked = f"((SELECT wall_writes({able})))"
            words = f"WITH CHECK {asked}" if verb is Verb.CREATE else f"USING {asked}"
            self.policies.append(f"CREATE POLICY wall_{verb} ON {table} FOR {command} {words};")

    def _view(self, entity: type[Entity], line: Line) -> str:
        """The rows of each role; roles with the same rows stand together."""
        of: dict[str, list[Role]] = defaultdict(list)
        for role, rows in line.grants[Verb.VIEW].items():
            of[self._condition(entity, rows)].append(role)
        whole = of.pop("true", [])
        some = [f"((SELECT wall_sees({_array(roles)})) AND ({rows}))" for rows, roles in sorted(of.items())]
        # the product itself, and a flush, pass by the first question
        return " OR ".join([f"(SELECT wall_sees({_array(whole)}))", *some])

    def _condition(self, entity: type[Entity], rows: Rows) -> str:
        """A condition of the policy in words of PostgreSQL, its sub-selects as functions and its binds as settings."""
        asked: Any = replacement_traverse(rows(entity.__table__.c), {}, self._replaced)
        return _words(asked)

    def _replaced(self, element: Any, **_: Any) -> Any:
        if isinstance(element, among):
            value, given = element.clauses
            return literal_column(f"({_words(value)} IN ({self._function(_selected(given))}))")
        if isinstance(element, Exists):
            raise TypeError("the wall knows IN, not EXISTS: what may be seen is asked by the values of a sub-select")
        if isinstance(element, Select):
            return literal_column(self._function(element))
        return _setting(element, once=True)

    def _function(self, given: Select[Any]) -> str:
        """A call that gives the values of a sub-select, whoever asks."""
        inside = _words(replacement_traverse(given, {}, _setting))
        name = f"wall_{hashlib.sha256(inside.encode()).hexdigest()[:10]}"
        self.functions[name] = (
            f"CREATE FUNCTION {name}() RETURNS SETOF integer LANGUAGE plpgsql STABLE ROWS 100 AS {DOLLAR} "
            "DECLARE before text := current_setting('journal.principal', true); "
            f"BEGIN PERFORM set_config('journal.principal', 'system', true); RETURN QUERY {inside}; "
            f"PERFORM set_config('journal.principal', before, true); END {DOLLAR};"
        )
        return f"SELECT {name}()"


def _selected(element: Any) -> Any:
    """The select inside a scalar sub-select in its parentheses."""
    while isinstance(element, Grouping | ScalarSelect):
        element = element.element
    return element


def _setting(element: Any, *, once: bool = False, **_: Any) -> Any:
    """A bind of the policy as a setting of the transaction; `once`: read once a statement, not once a row."""
    if not isinstance(element, BindParameter) or element.key not in SETTINGS:
        return None
    name, kind = SETTINGS[element.key]
    read = f"CAST(NULLIF(current_setting('{name}', true), '') AS {kind})"
    return literal_column(f"(SELECT {read})" if once else read, type_=element.type)


def _words(element: Any) -> str:
    return str(element.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))  # type: ignore[no-untyped-call]


def _array(roles: Iterable[Role]) -> str:
    return "ARRAY[{}]::text[]".format(",".join(f"'{role}'" for role in sorted(roles)))
