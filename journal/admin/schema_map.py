"""The schema explained: what there is in each area and how much of it, who points at whom, and who may do what."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from journal.access import guard
from journal.access.actor import Actor, Role
from journal.access.line import Verb
from journal.access.policy import POLICY
from journal.access.scope import all_rows
from journal.access.session import PolicySession
from journal.kit.text import kebab
from journal.schema import Entity, entities
from journal.schema.base import AREAS, columns, target

COUNTED = 10_000
BOX = (186, 26)
GAP = (34, 8)
TOP = 34
AUTHORSHIP = frozenset({"written_by_id", "changed_by_id"})


def counts(session: PolicySession, shown: list[type[Entity]]) -> dict[type[Entity], int]:
    """How many rows of each the person sees, counted no further than one over `COUNTED`. One query."""
    if not shown:
        return {}
    parts = []
    for entity in shown:
        some = select(entity.id).limit(COUNTED + 1).subquery()
        parts.append(select(func.count()).select_from(some).scalar_subquery())
    row: Any = session.execute(select(*parts)).one()
    return dict(zip(shown, row, strict=True))


@dataclass(frozen=True)
class Box:
    """An entity on the map; `tone`: chosen, neighbour, or plain."""

    entity: type[Entity]
    slug: str
    x: int
    y: int
    tone: str


@dataclass(frozen=True)
class Line:
    """A reference on the map, from the middle of one box to that of another."""

    path: str
    label: str
    is_strong: bool


@dataclass(frozen=True)
class Map:
    """The whole picture with its size."""

    boxes: list[Box]
    lines: list[Line]
    areas: list[tuple[str, int]]
    width: int
    height: int


def draw(person: Actor, chosen: type[Entity] | None) -> Map:
    """Areas are columns, entities stand under each other; the references of the chosen one are strong."""
    shown = [one for one in entities() if guard.may_ever(one, person, Verb.VIEW)]
    near = _near(chosen, shown)
    places: dict[type[Entity], tuple[int, int]] = {}
    areas: list[tuple[str, int]] = []
    tallest = 0
    for area, label in AREAS.items():
        own = [one for one in shown if one.area == area]
        if own:
            x = len(areas) * (BOX[0] + GAP[0])
            areas.append((label, x))
            for number, entity in enumerate(own):
                places[entity] = (x, TOP + number * (BOX[1] + GAP[1]))
            tallest = max(tallest, len(own))
    tones = {one: "chosen" if one is chosen else "near" if one in near else "plain" for one in shown}
    boxes = [Box(one, kebab(one.__name__), *places[one], tones[one]) for one in shown]
    lines = [_line(one, other, name, places, chosen) for one, other, name in _references(shown)]
    width = len(areas) * (BOX[0] + GAP[0]) - GAP[0]
    return Map(boxes, sorted(lines, key=lambda one: one.is_strong), areas, width, TOP + tallest * (BOX[1] + GAP[1]))


def _references(shown: list[type[Entity]]) -> list[tuple[type[Entity], type[Entity], str]]:
    """(from, to, column) of every reference between shown entities; authorship is none."""
    found = []
    for one in shown:
        for name, column in columns(one).items():
            other = target(column)
            if other in shown and other is not one and name not in AUTHORSHIP:
                found.append((one, other, name))
    return found  # type: ignore[return-value]


def _near(chosen: type[Entity] | None, shown: list[type[Entity]]) -> set[type[Entity]]:
    if chosen is None:
        return set()
    pairs = [(one, other) for one, other, _ in _references(shown) if chosen in (one, other)]
    return {one for pair in pairs for one in pair} - {chosen}


def _line(
    one: type[Entity],
    other: type[Entity],
    name: str,
    places: dict[type[Entity], tuple[int, int]],
    chosen: type[Entity] | None,
) -> Line:
    """A curve from the side of one box to the side of the other."""
    (x1, y1), (x2, y2) = places[one], places[other]
    right = x2 > x1
    start, end = (x1 + BOX[0] if right else x1), (x2 if right else x2 + BOX[0])
    if x1 == x2:
        start = end = x1 + BOX[0]
    bend = GAP[0] if right or x1 == x2 else -GAP[0]
    y1, y2 = y1 + BOX[1] // 2, y2 + BOX[1] // 2
    back = bend if x1 == x2 else -bend
    path = f"M{start} {y1}C{start + bend} {y1} {end + back} {y2} {end} {y2}"
    return Line(path, columns(one)[name].info["label"], chosen in (one, other))


def rights(entity: type[Entity]) -> list[tuple[Role, dict[Verb, str]]]:
    """Role -> what it may: `all` rows, `some` of them, `fields` of some, or nothing."""
    line = POLICY[entity]
    found = []
    for role in Role:
        may = {}
        for verb in Verb:
            rows = line.grants[verb].get(role)
            if rows is not None:
                bounded = verb is Verb.CHANGE and role in line.fields
                may[verb] = "fields" if bounded else "all" if rows is all_rows else "some"
        if may:
            found.append((role, may))
    return found


def because(entity: type[Entity], person: Actor) -> list[Role]:
    """By which of the person's roles anything of the entity is seen."""
    grants = POLICY[entity].grants[Verb.VIEW]
    return [role for role in Role if role in person.roles and role in grants]
