"""The rules: what each asks, whether it is on, and its thresholds, by grade level or subject too."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from journal.access import guard
from journal.access.actor import Role
from journal.access.line import Verb
from journal.kit.numbers import number_of
from journal.schema import CheckSetting, GradeLevel, Subject
from journal.screens.control import base, places
from journal.screens.control.base import screen
from journal.services.control import listing, registry, tuning
from journal.services.control.check import SEVERITIES
from journal.services.refusals import Invalid
from journal.web.database import current, unit_of_work
from journal.web.i18n import say
from journal.web.screen import OFFICE
from journal.web.session import actor

PLANNERS = frozenset({Role.ADMINISTRATOR, Role.DEPUTY})


@screen.page("/rules", to=OFFICE)
def rules() -> str:
    """Every rule with its settings."""
    session = current()
    return render_template(
        "control/rules.html",
        checks=registry.every(),
        parameters=tuning.parameters,
        own=tuning.settings_of(session),
        counts={check.code: number for check, number in listing.by_rule(session, listing.Filter())},
        grades=list(session.scalars(select(GradeLevel).order_by(GradeLevel.number))),
        subjects=list(session.scalars(select(Subject).order_by(Subject.name))),
        severities=SEVERITIES,
        may=guard.may_ever(CheckSetting, actor(), Verb.CHANGE),
        looked_at=base.last_look(session),
    )


@screen.page("/rules/<code>", to=PLANNERS, methods=("POST",))
def tune(code: str) -> Any:
    """Set a threshold of a rule, switch it, or take a setting away."""
    check = places.check_of(code)
    try:
        with unit_of_work() as session:
            setting_id = number_of(request.form.get("remove"))
            if setting_id is not None:
                tuning.remove(session, setting_id)
            else:
                _put(session, check.code)
    except Invalid as invalid:
        flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
    else:
        flash(_("Saved. The rules will look anew at night, or now by “Look now”."), "ok")
    return redirect(url_for("control.rules") + f"#{check.code}")


def _put(session: Any, code: str) -> None:
    names = [name for name in request.form if name not in ("csrf_token", "grade_level_id", "subject_id")]
    grade, subject = (_id(name) for name in ("grade_level_id", "subject_id"))
    for name in names:
        text = request.form[name].strip()
        if text and not (text.isdecimal() and len(text) < 4):
            raise Invalid({"value": tuning.whole_number()})
        tuning.put(session, code, name, int(text) if text else None, grade, subject)


def _id(name: str) -> int | None:
    text = request.form.get(name, "")
    return number_of(text)
