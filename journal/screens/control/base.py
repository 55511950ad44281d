"""The screen of control: its sections, who writes remarks, when the rules looked last."""

from datetime import datetime

from flask import request, url_for
from flask_babel import gettext as _

from journal.access.actor import Role
from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.services import settings
from journal.web.screen import OFFICE, Screen
from journal.web.session import actor

screen = Screen("control", __name__, url_prefix="/control")
screen.entry(N_("Control"), "overview", 12, to=OFFICE)

WRITERS = frozenset({Role.DEPUTY, Role.CONTROL, Role.DIRECTOR})
"""Who writes remarks."""
SECTIONS = (
    ("control.overview", N_("Filling")),
    ("control.findings", N_("Findings")),
    ("control.remarks", N_("Remarks")),
    ("control.checks", N_("Checks")),
    ("requests.index", N_("Requests")),
    ("control.rules", N_("Rules")),
)


def may_remark() -> bool:
    """Whether the person writes remarks."""
    person = actor()
    return person is not None and not person.roles.isdisjoint(WRITERS)


def sections() -> list[tuple[str, str, bool]]:
    """The pages of control: address, name, whether it is this one."""
    return [(url_for(endpoint), _(label), endpoint == request.endpoint) for endpoint, label in SECTIONS]


screen.add_app_template_global(sections, "control_sections")


def last_look(session: PolicySession) -> datetime | None:
    """When the rules looked last, as a moment or None."""
    text = settings.value(session, "findings_computed_at")
    return datetime.fromisoformat(text) if text else None
