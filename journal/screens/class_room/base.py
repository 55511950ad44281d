"""Which class is open and what the person may do there; one form, one act, one way back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from journal.access.actor import Actor, Role
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import AcademicYear, SchoolClass
from journal.schema.homework import NOTE_KINDS
from journal.schema.people import KINSHIPS
from journal.services import directory
from journal.services.class_room import years
from journal.services.refusals import Invalid, Missing, Stale
from journal.web.database import current, unit_of_work
from journal.web.forms import Form
from journal.web.i18n import say
from journal.web.screen import OFFICE, Screen
from journal.web.session import actor

screen = Screen("class_room", __name__, url_prefix="/class")
READERS = OFFICE | {Role.CLASS_TEACHER}
WRITERS = frozenset({Role.ADMINISTRATOR, Role.CLASS_TEACHER})
screen.entry(N_("My class"), "index", 18, to=frozenset({Role.CLASS_TEACHER}))
screen.entry(N_("Classes"), "index", 18, to=frozenset({Role.ADMINISTRATOR, Role.DEPUTY, Role.DIRECTOR}))


@dataclass(frozen=True)
class Opened:
    """A class as this person has it open."""

    row: SchoolClass
    year: AcademicYear
    leads: bool
    may_write: bool
    others: list[tuple[int, str]]
    """The classes that the person may change to."""

    @property
    def id(self) -> int:
        return self.row.id

    @property
    def on(self) -> date:
        """Today, or the nearest day of the class's year."""
        return min(max(clock.today(), self.year.begins_on), self.year.ends_on)


def person() -> Actor:
    """Who asks."""
    found = actor()
    assert found is not None
    return found


def open_class(class_id: int) -> Opened:
    """A class that the person leads, or any for the office. Raises `Missing`."""
    session, who = current(), person()
    row, year = years.of_class(session, class_id)
    leads = row.class_teacher_id == who.staff_id
    office = not who.roles.isdisjoint(OFFICE)
    if not leads and not office:
        raise Missing
    others = directory.classes(session, year, led_by=None if office else who.staff_id)
    return Opened(row, year, leads, leads or who.has(Role.ADMINISTRATOR), others)


def ask(form: Form, title: str, back: str, act: Callable[[PolicySession], Any], done: str, **more: Any) -> Any:
    """A page with one form: what is wrong stands beside its field, what was typed stays; then back to where it came from."""
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                act(session)
        except Invalid as invalid:
            form.take(invalid)
        except Stale as stale:
            form.form_errors.append(_(stale.text))
        else:
            flash(done, "ok")
            return redirect(back)
    return render_template("class_room/form.html", form=form, title=title, back=back, **more)


def counted(act: Callable[[PolicySession], int]) -> int | None:
    """Do one thing in a transaction of its own; what is refused is said on the next page, and None is given."""
    try:
        with unit_of_work() as session:
            return act(session)
    except Invalid as invalid:
        flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
        return None


def tried(act: Callable[[PolicySession], Any], done: str = "") -> bool:
    """The same for what counts nothing; `done` is said when it went well."""

    def once(session: PolicySession) -> int:
        act(session)
        return 1

    went = counted(once) is not None
    if went and done:
        flash(done, "ok")
    return went


def asked_date(name: str, otherwise: date) -> date:
    """A day of the address, or another one."""
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return otherwise


def parts(opened: Opened) -> list[tuple[str, str, str]]:
    """The pages of a class: endpoint, address, label."""
    pages = [("class_room.page", _("Students")), ("class_room.absences", _("Missed lessons")),
             ("class_room.progress", _("Progress")), ("class_room.notes", _("Notes in diaries"))]  # fmt: skip
    found = [(endpoint, url_for(endpoint, class_id=opened.id), label) for endpoint, label in pages]
    return [*found, ("class_room.subgroups", url_for("class_room.subgroups", class_id=opened.id), _("Subgroups"))]


@screen.app_context_processor
def _in_templates() -> dict[str, Any]:
    return {"class_parts": parts, "kinships": KINSHIPS, "note_kinds": NOTE_KINDS}
