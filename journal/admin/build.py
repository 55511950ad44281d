"""Makes a view for every entity that has a policy line, and says whom each of its endpoints is for."""

from flask import Flask, abort, request
from flask_admin import Admin, AdminIndexView, expose
from flask_babel import gettext as _

from journal.access import guard
from journal.access.actor import ROLE_LABELS, Role
from journal.access.line import Verb
from journal.admin import schema_map, words
from journal.admin.exceptions import VIEWS
from journal.admin.view import NEEDS, EntityView
from journal.kit.text import N_, kebab
from journal.schema import Account, Entity, RoleGrant, Setting, entities
from journal.schema.base import AREAS
from journal.web import proof, screen
from journal.web.database import current
from journal.web.menu import Entry
from journal.web.session import actor

PREFIX = "panel"
POWERS = frozenset({RoleGrant, Account, Setting})
"""Entities whose rows give people power: writing them wants the password to have been proven just now."""


class Index(AdminIndexView):  # type: ignore[misc]
    """The areas of the panel with what the person may open in each."""

    @expose("/")
    def index(self) -> str:
        """The areas."""
        person = actor()
        assert person is not None
        shown = [entity for entity in entities() if guard.may_ever(entity, person, Verb.VIEW)]
        found = schema_map.counts(current(), shown)
        areas = {
            _(label): [(entity, kebab(entity.__name__), found[entity]) for entity in shown if entity.area == area]
            for area, label in AREAS.items()
        }
        areas = {name: own for name, own in areas.items() if own}
        return str(self.render("admin/index.html", areas=areas, counted=schema_map.COUNTED))

    @expose("/map")
    def map(self) -> str:
        """The entities with their references, and who may do what with the chosen one."""
        person = actor()
        assert person is not None
        names = {kebab(entity.__name__): entity for entity in entities() if guard.may_ever(entity, person, Verb.VIEW)}
        given = request.args.get("of", "")
        if given and given not in names:
            abort(404)
        chosen = names.get(given)
        return str(
            self.render(
                "admin/map.html",
                drawn=schema_map.draw(person, chosen),
                box=schema_map.BOX,
                chosen=chosen,
                slug=given,
                rights=schema_map.rights(chosen) if chosen else [],
                because=schema_map.because(chosen, person) if chosen else [],
                verbs=Verb,
                roles=ROLE_LABELS,
            )
        )


def install(app: Flask) -> None:
    """Put the panel under `/admin/`."""
    words.learn()
    index = Index(endpoint=PREFIX, url="/admin", template="admin/index.html")
    admin = Admin(app, index_view=index)
    for entity in entities():
        guard.line_of(entity)
        admin.add_view(view_of(entity))
    _declare(app)
    app.extensions["menu"].append(Entry(N_("Reference data"), f"{PREFIX}.index", 90, screen.STAFF))


def view_of(entity: type[Entity]) -> EntityView:
    """The view of an entity: the general one unless `exceptions.py` has a reason."""
    made = VIEWS.get(entity, EntityView)
    return made(entity, endpoint=f"{PREFIX}-{kebab(entity.__name__)}", url=f"/admin/{kebab(entity.__name__)}")


def _declare(app: Flask) -> None:
    """Every endpoint of the panel is for exactly the roles that the policy lets do it to some row."""
    for entity in entities():
        for name, verb in NEEDS.items():
            able = frozenset(role for role in Role if guard.roles_for(entity, frozenset([role]), verb, frozenset()))
            endpoint = f"{PREFIX}-{kebab(entity.__name__)}.{name}"
            screen.declare(app, endpoint, able)
            if verb is Verb.DELETE or (entity in POWERS and verb is not Verb.VIEW):
                proof.dangerous(app, endpoint)
    for page in ("index", "map"):
        screen.declare(app, f"{PREFIX}.{page}", screen.STAFF)
