"""Properties of the policy itself, and its print in docs/roles.md."""

from hypothesis import given
from hypothesis import strategies as st

from journal.access import guard
from journal.access.actor import Actor, Role
from journal.access.line import Verb
from journal.access.policy import POLICY
from journal.access.printed import table
from journal.config import ROOT
from journal.schema.base import columns

role_sets = st.frozensets(st.sampled_from(list(Role)))
entities = st.sampled_from(sorted(POLICY, key=lambda entity: entity.__name__))


def person(roles: frozenset[Role]) -> Actor:
    return Actor(1, "x", roles)


@given(entities, role_sets, role_sets, st.sampled_from(list(Verb)))
def test_more_roles_never_may_less(entity: type, some: frozenset[Role], more: frozenset[Role], verb: Verb) -> None:
    if guard.may_ever(entity, person(some), verb):
        assert guard.may_ever(entity, person(some | more), verb)


@given(entities, role_sets)
def test_what_may_be_changed_may_be_seen(entity: type, roles: frozenset[Role]) -> None:
    if guard.may_ever(entity, person(roles), Verb.CHANGE):
        assert guard.may_ever(entity, person(roles), Verb.VIEW)


@given(entities, role_sets)
def test_search_and_sort_stay_within_what_is_wholly_readable(entity: type, roles: frozenset[Role]) -> None:
    whole = guard.wholly_readable(entity, person(roles))
    assert whole <= set(guard.readable(entity, person(roles)))
    assert not {name for name in whole if columns(entity)[name].info.get("secret")}


@given(entities, role_sets, st.sampled_from([Verb.CREATE, Verb.CHANGE]))
def test_nobody_writes_a_secret_or_an_automatic_column(entity: type, roles: frozenset[Role], verb: Verb) -> None:
    for name in guard.writable(entity, person(roles), verb):
        assert not columns(entity)[name].info.get("secret")
        assert not columns(entity)[name].info.get("automatic")


def test_fields_named_by_the_policy_exist() -> None:
    wrong = {
        entity.__name__: names - set(columns(entity))
        for entity, line in POLICY.items()
        for names in [frozenset().union(*line.fields.values(), *line.hidden.values())]
        if names - set(columns(entity))
    }
    assert wrong == {}


def test_the_printed_roles_are_the_policy() -> None:
    assert (ROOT / "docs" / "roles.md").read_text(encoding="utf-8") == table(), "run: make roles"
