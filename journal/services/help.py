"""Help: what each page is for and how its work is done, in short steps; a school may add words of its own (HelpPage)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select

from journal.access.actor import Actor, Role
from journal.access.session import PolicySession
from journal.schema import HelpPage
from journal.services import reference
from journal.services.refusals import Missing

LANGUAGES = ("ru", "en")
MOST_STEPS = 5


@dataclass(frozen=True)
class Topic:
    """One page explained. `address`: the beginning of the addresses that it explains."""

    code: str
    address: str
    roles: frozenset[Role]
    title: str
    steps: tuple[str, ...]
    picture: str
    """A file of `static/help`, made by `make shots`; empty: none."""


@cache
def every(language: str) -> tuple[Topic, ...]:
    """Every topic in a language, as `data/help.toml` has them."""
    found = []
    for one in reference.read("help.toml")["topics"]:
        roles = frozenset(Role(name) for name in one["roles"]) if one["roles"] else frozenset(Role)
        said: dict[str, Any] = one[language]
        found.append(Topic(one["code"], one["address"], roles, said["title"], tuple(said["steps"]), one.get("picture", "")))
    return tuple(found)


def of(actor: Actor, language: str) -> list[Topic]:
    """The topics of a person's roles."""
    return [topic for topic in every(language) if topic.roles & actor.roles]


def about(actor: Actor, page: str, language: str) -> Topic | None:
    """The topic that explains a page best: the longest address that the page's begins with."""
    fits = [topic for topic in of(actor, language) if page.startswith(topic.address)]
    exact = [topic for topic in fits if topic.address != "/" or page == "/"]
    return max(exact, key=lambda topic: len(topic.address), default=None)


def get(actor: Actor, code: str, language: str) -> Topic:
    """A topic by its code. Raises `Missing`."""
    found = next((topic for topic in of(actor, language) if topic.code == code), None)
    if found is None:
        raise Missing
    return found


def own_words(session: PolicySession, topic: Topic) -> Sequence[HelpPage]:
    """What the school itself says about the page."""
    return session.scalars(select(HelpPage).where(HelpPage.address == topic.address).order_by(HelpPage.id)).all()


def tour(roles: Iterable[Role], language: str) -> list[tuple[str, str]]:
    """(address, text) of the first steps of somebody new, at most five; the first role of the list decides."""
    held = set(roles)
    for one in reference.read("help.toml")["tours"]:
        if held & {Role(name) for name in one["roles"]}:
            return [(step["address"], step[language]) for step in one["steps"]][:MOST_STEPS]
    return []
