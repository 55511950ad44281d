"""One search for everything that a person may see: people, classes, subjects, rooms; by first letters, with a typing error,
in the wrong keyboard layout. The session narrows every question, so a search finds nothing that a list would not show."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from journal.access import guard
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.schema import AcademicYear, Entity, Guardian, Room, SchoolClass, Staff, Student, Subject
from journal.services import titles
from journal.services.accounts import letters

PEOPLE: tuple[type[Entity], ...] = (Student, Staff, Guardian)
NAMES = ("last_name", "first_name", "middle_name")
LABELS: dict[type[Entity], str] = {SchoolClass: "name", Subject: "name", Room: "number"}
MOST, LONGEST, MOST_WORDS, MOST_PLACES = 6, 60, 4, 2
YO, YE = "\u0451", "\u0435"
"""Two letters that people don't tell apart when they type."""
SHORTEST_WITH_ERROR = 4
"""Words shorter than this are searched as they are written."""


@dataclass(frozen=True)
class Found:
    """A row that fits."""

    entity: type[Entity]
    id: int
    title: str


def find(session: PolicySession, text: str) -> list[Found]:
    """The rows that fit, people first; the other keyboard layout is tried beside, a typing error where nothing fits."""
    spellings = _spellings(text)
    if not spellings:
        return []
    found = [hit for entity in (*PEOPLE, *LABELS) for hit in _of(session, entity, spellings)]
    return found or [hit for entity in PEOPLE for hit in _nearly(session, entity, spellings)]


def _spellings(text: str) -> list[list[str]]:
    """The words as typed, and as they would be in the other layout."""
    plain = " ".join(text[:LONGEST].split()).casefold()
    both = dict.fromkeys(one.replace(YO, YE) for one in (plain, letters.other_layout(plain).casefold()))
    return [words for one in both if (words := one.split()[:MOST_WORDS])]


def _of(session: PolicySession, entity: type[Entity], spellings: list[list[str]]) -> list[Found]:
    if not guard.may_ever(entity, session.principal, Verb.VIEW):
        return []
    fits = _person if entity in PEOPLE else _label
    asked = select(entity.id).where(or_(*(fits(entity, words) for words in spellings)))
    if entity is SchoolClass:
        asked = asked.join(AcademicYear, AcademicYear.id == SchoolClass.academic_year_id).where(AcademicYear.is_current)
    order = [getattr(entity, name) for name in (NAMES if entity in PEOPLE else (LABELS[entity],))]
    return _told(session, entity, session.scalars(asked.order_by(*order, entity.id).limit(MOST)).all())


def _told(session: PolicySession, entity: type[Entity], ids: Iterable[int]) -> list[Found]:
    kept = list(ids)
    named = titles.many(session, entity, kept)
    return [Found(entity, id_, named[id_]) for id_ in kept if id_ in named]


def _person(entity: Any, words: list[str]) -> ColumnElement[bool]:
    """Every word begins one of the names, which are written with a capital letter: no function runs over the rows."""
    return and_(
        *(
            or_(*(getattr(entity, name).startswith(start, autoescape=True) for name in NAMES for start in _written(word)))
            for word in words
        )
    )


def _written(word: str) -> list[str]:
    """How a word may stand in a name: with a capital, and with either of the two letters at one place."""
    places = [n for n, letter in enumerate(word) if letter == YE][:MOST_PLACES]
    return [one.capitalize() for one in (word, *(word[:n] + YO + word[n + 1 :] for n in places))]


def _label(entity: Any, words: list[str]) -> ColumnElement[bool]:
    """The label begins with the words, or has a word that does."""
    plain, text = func.replace(func.lower(getattr(entity, LABELS[entity])), YO, YE), " ".join(words)
    return or_(plain.startswith(text, autoescape=True), plain.contains(f" {text}", autoescape=True))


def _nearly(session: PolicySession, entity: type[Entity], spellings: list[list[str]]) -> list[Found]:
    """People whose last name is one error away from the first word."""
    if not guard.may_ever(entity, session.principal, Verb.VIEW):
        return []
    wanted = [words[0] for words in spellings if len(words[0]) >= SHORTEST_WITH_ERROR]
    if not wanted:
        return []
    last_name: Any = getattr(entity, "last_name")  # noqa: B009 - of three entities
    known = session.scalars(select(last_name).distinct()).all()
    close = [name for name in known if any(is_near(word, name.casefold().replace(YO, YE)) for word in wanted)][:MOST]
    asked = select(entity.id).where(last_name.in_(close)).order_by(last_name, entity.id).limit(MOST)
    return _told(session, entity, session.scalars(asked).all()) if close else []


def is_near(word: str, name: str) -> bool:
    """Whether a word begins a name but for one error: a letter wrong, missing, too many, or two exchanged."""
    start = name[: len(word) + 1]
    shared = 0
    while shared < min(len(word), len(start)) and word[shared] == start[shared]:
        shared += 1
    rest, other = word[shared:], start[shared:]
    return (
        not rest
        or other.startswith(rest[1:])  # too many
        or other[1:].startswith(rest)  # missing
        or other[1:].startswith(rest[1:])  # wrong
        or (len(rest) > 1 and other.startswith(rest[1] + rest[0] + rest[2:]))  # exchanged
    )
