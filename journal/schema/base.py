"""What every entity shares: key, version, constraint names, and how a field introduces itself."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, ColumnElement, DateTime, ForeignKey, MetaData, String, Text, false
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column

from journal.kit.text import N_

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Entity(DeclarativeBase):
    """A thing the school keeps. Its declaration is all that the panel needs to know of it."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}

    area: ClassVar[str]
    """Which part of the menu it stands in."""
    label: ClassVar[tuple[str, str]]
    """Its name in the singular and the plural."""
    help: ClassVar[str] = ""
    title: ClassVar[tuple[str, ...]]
    """The columns that name a row to people; a reference stands for the title of its row."""
    title_joint: ClassVar[str] = " "
    sort: ClassVar[tuple[str, ...]] = ()
    """The columns that a list is sorted by at first; the title's by default."""

    groups: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    """Heading -> the fields that stand together under it, in the form and on the row's page."""

    part_of: ClassVar[str] = ""
    """The reference to the row whose part this one is: the panel edits the parts of a row together."""
    ordered_by: ClassVar[str] = ""
    """The column with the place of a part among the others, from 1."""

    has_search_index: ClassVar[bool] = False
    """Whether an index of letters finds its rows by what is searched in them: for what grows with each pupil and lesson."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)
    version: Mapped[int] = mapped_column(default=1, server_default="1", sort_order=-9)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Checks that columns bring along become the table's, where migrations see them."""
        super().__init_subclass__(**kwargs)
        for column in cls.__table__.columns:
            if "check" in column.info:
                name, condition = column.info["check"]
                cls.__table__.append_constraint(CheckConstraint(condition, name=name))  # type: ignore[attr-defined]

    narrowing: ClassVar[Callable[..., ColumnElement[bool]]] = staticmethod(lambda *_: false())
    """Which rows of an entity (or of an alias of it) some roles may touch: set by `journal.access`, no rows until then."""

    @classmethod
    def narrowed(cls, *question: Any) -> ColumnElement[bool]:
        """The condition on this class, or on the alias through which it is called."""
        return Entity.narrowing(cls, *question)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


def field(label: str, help: str = "", **facts: Any) -> dict[str, Any]:
    """How a column introduces itself: label, help and what the panel does with it.

    Facts: `listed` (False keeps it out of lists), `search`, `facet` (a reference to few rows, counted above a list),
    `choices` (code -> label), `names` (number -> label), `low` and `high` (bounds of a number), `secret` (never shown or
    written by a person), `automatic` (shown, never written).
    """
    return {"label": label, "help": help, **facts}


def _taken(facts: dict[str, Any], *names: str) -> dict[str, Any]:
    """Those of the facts that are options of the column itself, taken out of them."""
    return {name: facts.pop(name) for name in names if name in facts}


def line(size: int, label: str, help: str = "", **facts: Any) -> MappedColumn[Any]:
    """A line of text of at most `size` characters; `size` 0 is a text of any length in several lines."""
    options = _taken(facts, "nullable", "unique", "default", "index", "sort_order")
    if size == 0:
        facts.setdefault("listed", False)
    return mapped_column(String(size) if size else Text(), info=field(label, help, **facts), **options)


def whole(name: str, label: str, help: str = "", *, low: int, high: int, **facts: Any) -> MappedColumn[Any]:
    """A number between two bounds, which the database keeps too; `name` is the column's, for the constraint."""
    options = _taken(facts, "nullable", "unique", "default", "index")
    return mapped_column(
        info=field(
            label, help, low=low, high=high, check=(f"{name}_bounds", f"{name} >= {low} AND {name} <= {high}"), **facts
        ),
        **options,
    )


def flag(label: str, help: str = "", *, default: bool = False, **facts: Any) -> MappedColumn[Any]:
    """Yes or no."""
    return mapped_column(default=default, info=field(label, help, **facts))


def choice(name: str, label: str, choices: dict[str, str], help: str = "", **facts: Any) -> MappedColumn[Any]:
    """One code of a few, each with its label; `name` is the column's, for the constraint."""
    options = _taken(facts, "nullable", "default", "index")
    codes = ", ".join(f"'{code}'" for code in choices)
    return mapped_column(
        String(20),
        info=field(label, help, choices=choices, check=(f"{name}_choice", f"{name} IN ({codes})"), **facts),
        **options,
    )


def ref(target: str, label: str, help: str = "", *, on_delete: str = "RESTRICT", **facts: Any) -> MappedColumn[Any]:
    """A reference to a row of another table; what happens to this row when that one goes is said, never guessed."""
    options = _taken(facts, "nullable", "unique", "index", "default", "sort_order")
    options.setdefault("index", True)
    return mapped_column(ForeignKey(f"{target}.id", ondelete=on_delete), info=field(label, help, **facts), **options)


def day(label: str, help: str = "", **facts: Any) -> MappedColumn[Any]:
    """A date without time."""
    options = _taken(facts, "nullable", "default", "index")
    return mapped_column(info=field(label, help, **facts), **options)


def moment(label: str, help: str = "", **facts: Any) -> MappedColumn[Any]:
    """A moment: aware, UTC."""
    options = _taken(facts, "nullable", "default", "index", "sort_order")
    return mapped_column(DateTime(timezone=True), info=field(label, help, **facts), **options)


def in_order(first: str, last: str) -> CheckConstraint:
    """`first` is not after `last`; an open end is no end."""
    return CheckConstraint(
        f"{last} IS NULL OR {first} <= {last}", name=f"{last}_after_{first}", info={"order": (first, last)}
    )


class Authored:
    """Who wrote a value first and who changed it last, and when: late entry stays visible as late."""

    written_at: Mapped[datetime] = moment(N_("First written"), automatic=True, listed=False, sort_order=10)
    written_by_id: Mapped[int | None] = ref(
        "account",
        N_("First written by"),
        on_delete="SET NULL",
        automatic=True,
        listed=False,
        nullable=True,
        index=False,
        sort_order=11,
    )
    changed_at: Mapped[datetime] = moment(N_("Last changed"), automatic=True, listed=False, sort_order=12)
    changed_by_id: Mapped[int | None] = ref(
        "account",
        N_("Last changed by"),
        on_delete="SET NULL",
        automatic=True,
        listed=False,
        nullable=True,
        index=False,
        sort_order=13,
    )


AREAS = {
    "people": N_("People"),
    "classes": N_("Classes and calendar"),
    "teaching": N_("Teaching"),
    "timetable": N_("Timetable"),
    "journal": N_("Journal"),
    "marks": N_("Scales and reasons"),
    "talk": N_("Talk"),
    "control": N_("Control"),
    "system": N_("System"),
}


def entities() -> list[type[Entity]]:
    """Every mapped class, in the order of the menu."""
    order = list(AREAS)
    classes = [mapper.class_ for mapper in Entity.registry.mappers]
    return sorted(classes, key=lambda entity: (order.index(entity.area), entity.__name__))


def entity_called(name: str) -> type[Entity] | None:
    """The mapped class of a name, as the trail keeps it; None for one that is no more."""
    return next((entity for entity in entities() if entity.__name__ == name), None)


@cache
def columns(entity: type[Entity]) -> dict[str, Column[Any]]:
    """The declared columns of an entity by name, without its key and version."""
    own: list[Any] = list(entity.__table__.columns)
    return {column.key: column for column in own if column.key not in ("id", "version")}


def scalar_default(column: Column[Any]) -> Any:
    """The plain value that a column has by default, or None."""
    default: Any = column.default
    return default.arg if default is not None and default.is_scalar else None


def target(column: Column[Any]) -> type[Entity] | None:
    """The entity that a reference points at."""
    for key in column.foreign_keys:
        if len(key.constraint.elements) == 1 if key.constraint is not None else False:
            return by_table()[key.column.table.name]
    return None


@cache
def by_table() -> dict[str, type[Entity]]:
    """Table name -> entity."""
    return {entity.__tablename__: entity for entity in entities()}


__all__ = [
    "AREAS",
    "Authored",
    "Entity",
    "Mapped",
    "by_table",
    "choice",
    "columns",
    "day",
    "entities",
    "field",
    "flag",
    "in_order",
    "line",
    "moment",
    "ref",
    "target",
    "whole",
]
