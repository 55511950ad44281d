"""Who has an account and who has never signed in; slips with codes; the register of what was handed out."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from journal.access.actor import Role
from journal.kit.text import N_
from journal.schema import SchoolClass
from journal.services import calendar
from journal.services.accounts import codes, people
from journal.services.reports.document import Column, Document, Table
from journal.web import database, show
from journal.web.database import current, unit_of_work
from journal.web.documents.answer import download
from journal.web.documents.slips import pdf
from journal.web.screen import Screen
from journal.web.session import actor

screen = Screen("accounts", __name__, url_prefix="/accounts")
ISSUERS = frozenset({Role.ADMINISTRATOR, Role.CLASS_TEACHER})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
STATES = {
    "none": N_("no account"),
    "inactive": N_("switched off"),
    "entered": N_("signs in"),
    "given": N_("code handed out"),
    "lapsed": N_("code has lapsed"),
    "ready": N_("has a password, never signed in"),
    "made": N_("made, no code yet"),
}
KINDS = {"staff": N_("staff"), "student": N_("student"), "guardian": N_("guardian")}


@screen.page("/", to=ISSUERS)
def index() -> Any:
    """The people of a group (the staff, a class): with account, state, last sign-in."""
    groups = _groups()
    group = _group(groups)
    everybody = _people(group)
    shown = people.never_entered(everybody) if "never" in request.args else everybody
    return render_template(
        "accounts/index.html",
        groups=groups,
        group=group,
        people=shown,
        everybody=everybody,
        never=len(people.never_entered(everybody)),
        only_never="never" in request.args,
        states=STATES,
        kinds=KINDS,
        may_look=Role.ADMINISTRATOR in _person().roles,
    )


def _person() -> Any:
    person = actor()
    assert person is not None
    return person


def _groups() -> list[tuple[str, str]]:
    """The groups that this person looks after: code and name."""
    session, person = current(), _person()
    classes = select(SchoolClass.id, SchoolClass.name).order_by(SchoolClass.grade_level_id, SchoolClass.name)
    year = calendar.current_year(session)
    if year is not None:
        classes = classes.where(SchoolClass.academic_year_id == year.id)
    if not person.has(Role.ADMINISTRATOR):
        classes = classes.where(SchoolClass.class_teacher_id == person.staff_id)
    staff = [("staff", _("Staff"))] if person.has(Role.ADMINISTRATOR) else []
    return [*staff, *((str(id_), name) for id_, name in session.execute(classes))]


def _group(groups: list[tuple[str, str]]) -> str:
    """The group asked for; one that isn't this person's to look after is not there."""
    asked = request.values.get("group") or (groups[0][0] if groups else "")
    if asked not in {code for code, _name in groups}:
        abort(404)
    return asked


def _people(group: str) -> list[people.Person]:
    return people.of_staff(current()) if group == "staff" else people.of_class(current(), int(group))


@screen.page("/slips", to=ISSUERS, methods=("POST",), dangerous=True)
def slips() -> Any:
    """Accounts and new codes for the people chosen, as slips to cut: this print is the only place with the codes."""
    group = _group(_groups())
    chosen = request.form.getlist("person")
    known = {person.key for person in _people(group)}
    if not chosen or not known.issuperset(chosen):
        flash(_("Choose the people first."), "bad")
        return redirect(url_for("accounts.index", group=group))
    with unit_of_work() as session:
        made = codes.issue(session, people.make(database.engine(), session, chosen))
    return Response(
        pdf(made, request.url_root),
        mimetype="application/pdf",
        headers={"Content-Disposition": 'inline; filename="slips.pdf"', "Cache-Control": "no-store"},
    )


@screen.page("/register", to=ISSUERS)
def register() -> str:
    """Who was given a code, when, by whom, and whether it was used."""
    return render_template("accounts/register.html", given=_register())


def _register() -> list[codes.Given]:
    return codes.register(current())


@screen.page("/register.<any(pdf, xlsx):kind>", to=ISSUERS, name="register_file")
def register_file(kind: str) -> Response:
    """The register for the folder."""
    columns = [
        Column(N_("Full name"), width=26),
        Column(N_("Login"), width=16),
        Column(N_("Handed out"), width=16),
        Column(N_("By"), width=20),
        Column(N_("Used"), width=16),
        Column(N_("Signature"), width=18),
    ]
    rows = [
        [one.name, one.login, show.moment(one.given_at), one.given_by, show.moment(one.used_at) or _("no"), ""]
        for one in _register()
    ]
    table = Table(columns, rows, empty=N_("Nobody was given a code yet."))
    return download(Document(title=N_("Register of access codes handed out"), tables=[table]), kind)
