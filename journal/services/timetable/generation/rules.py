"""The rules of generation, each with a name, a kind and a usual weight: which are kept, the school decides."""

from dataclasses import dataclass

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import TimetableRule
from journal.services import records
from journal.services.refusals import Invalid, said


@dataclass(frozen=True)
class Rule:
    """A rule. A hard one is kept or left; a soft one has a weight."""

    code: str
    label: str
    is_hard: bool
    weight: int = 1


EVERY = (
    Rule("unavailable", N_("Nobody is asked to come at an unavailable time"), True),
    Rule("class_gaps", N_("Classes have no gaps and begin with the first lesson"), True),
    Rule("once_a_day", N_("A subject stands once a day, unless it has more hours than days on which it can stand"), True),
    Rule("day_limit", N_("No more lessons a day than the norm allows"), True),
    Rule("rooms", N_("Subjects with rooms of their own find one free"), True),
    Rule("locked", N_("Locked lessons stay where they are"), True),
    Rule("teacher_gaps", N_("Teachers have few gaps"), False, 5),
    Rule("adjacent_days", N_("Lessons of a subject do not follow on neighbouring days"), False, 2),
    Rule("hard_subjects", N_("Hard subjects stand on lessons 2 to 4"), False, 2),
    Rule("day_points", N_("The difficulty of the days follows the norm: an easier day in mid-week"), False, 1),
    Rule("even_days", N_("Days of a class are equally long"), False, 3),
    Rule("unwanted", N_("Undesirable times are avoided"), False, 4),
    Rule("moves", N_("Few lessons are moved"), False, 20),
)
BY_CODE = {rule.code: rule for rule in EVERY}
HIGHEST = 100


def chosen(session: PolicySession) -> dict[str, int]:
    """Rule -> weight, of the rules that the school keeps."""
    return {code: weight for code, (is_on, weight) in settings(session).items() if is_on}


def settings(session: PolicySession) -> dict[str, tuple[bool, int]]:
    """Rule -> (whether it is kept, its weight), as set or as usual, in their order."""
    kept = {row.code: (row.is_on, row.weight) for row in session.scalars(select(TimetableRule))}
    return {rule.code: kept.get(rule.code, (True, rule.weight)) for rule in EVERY}


def choose(session: PolicySession, wanted: dict[str, tuple[bool, int]]) -> None:
    """Keep the choice. Raises `Forbidden`, `Invalid`."""
    rows = {row.code: row for row in session.scalars(select(TimetableRule))}
    for code, (is_on, weight) in wanted.items():
        if code not in BY_CODE or not 0 <= weight <= HIGHEST:
            raise Invalid({code: said(N_("A whole number from %(low)d to %(high)d."), low=0, high=HIGHEST)})
        values = {"is_on": is_on, "weight": weight}
        if code in rows:
            records.change(session, rows[code], values)
        elif (is_on, weight) != (True, BY_CODE[code].weight):
            records.create(session, TimetableRule, {"code": code, **values})
