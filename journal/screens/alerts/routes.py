"""The cases for the administrator and the director; one case for its owner too, with what can be put back."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Column, select

from journal.access.actor import Role
from journal.schema import Account, Alert, Entity
from journal.schema.accounts import ALERT_STATES
from journal.schema.base import columns, target
from journal.services import titles
from journal.services.alerts import review
from journal.services.alerts.rules import RULES
from journal.web.database import current, unit_of_work
from journal.web.screen import SIGNED_IN, Screen
from journal.web.session import actor

screen = Screen("alerts", __name__, url_prefix="/alerts")
WATCHERS = frozenset({Role.ADMINISTRATOR, Role.DIRECTOR})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
MOST = 200


@screen.page("/", to=WATCHERS)
def index() -> str:
    """Every case, the newest first; those that wait for somebody by default."""
    everything = "all" in request.args
    wanted = select(Alert, Account.name).join(Account, Account.id == Alert.account_id)
    if not everything:
        wanted = wanted.where(Alert.state.in_(["open", "foreign"]))
    rows = current().execute(wanted.order_by(Alert.raised_at.desc(), Alert.id.desc()).limit(MOST)).all()
    return render_template("alerts/index.html", rows=rows, everything=everything, states=ALERT_STATES)


@screen.page("/<int:alert_id>", to=SIGNED_IN)
def case(alert_id: int) -> str:
    """One case: what was noticed, what was changed since."""
    session = current()
    alert = session.get(Alert, alert_id) or abort(404)
    person = actor()
    assert person is not None
    return render_template(
        "alerts/case.html",
        alert=alert,
        owner=review.owner(session, alert),
        changes=_told(review.changes(session, alert)),
        states=ALERT_STATES,
        is_own=alert.account_id == person.account_id,
        may_close=person.has(Role.ADMINISTRATOR) and alert.state != "closed",
        may_put_back=person.has(Role.ADMINISTRATOR) or alert.account_id == person.account_id,
    )


def _told(changes: list[review.Change]) -> list[tuple[review.Change, str, str, str]]:
    """The changes with their words: what it is, what it was, what it became."""
    names = _names(changes)
    return [
        (
            one,
            _(review.REVIEWED[one.entity].label[0]),
            "—" if one.act == "create" else _values(one, one.before, names),
            _("deleted") if one.act == "delete" else _values(one, one.after, names),
        )
        for one in changes
    ]


def _shown_columns(entity: str) -> dict[str, Column[Any]]:
    """The fields that a teacher writes; whose row it is, its name says already."""
    own = columns(review.REVIEWED[entity])
    skipped = {"lesson_id", "student_id", "assignment_id", "period_id", "school_class_id"}
    return {name: column for name, column in own.items() if name not in skipped and not column.info.get("automatic")}


def _names(changes: list[review.Change]) -> dict[str, dict[int, str]]:
    """The names of the rows that changed references point at, by table."""
    wanted: dict[type[Entity], set[int]] = {}
    for one in changes:
        for name, column in _shown_columns(one.entity).items():
            pointed = target(column)
            if pointed is not None:
                wanted.setdefault(pointed, set()).update(
                    value for value in (one.before.get(name), one.after.get(name)) if value
                )
    return {entity.__tablename__: titles.many(current(), entity, ids) for entity, ids in wanted.items()}


def _values(change: review.Change, values: dict[str, Any], names: dict[str, dict[int, str]]) -> str:
    told = []
    for name, column in _shown_columns(change.entity).items():
        value, pointed = values.get(name), target(column)
        if value in (None, "", False):
            continue
        text = names[pointed.__tablename__].get(value, str(value)) if pointed else titles.shown(column, value)
        told.append(text if name in ("value", "reason_id") else f"{_(column.info['label'])}: {text}")
    return "; ".join(told) or "—"


@screen.page("/<int:alert_id>/back", to=SIGNED_IN, methods=("POST",), dangerous=True)
def back(alert_id: int) -> Any:
    """Put back what was changed: the rows chosen, or all."""
    chosen = None if "all" in request.form else request.form.getlist("change", type=int)
    with unit_of_work() as session:
        alert = session.get(Alert, alert_id) or abort(404)
        done, refused = review.put_back(session, alert, chosen)
    if refused:
        names = ", ".join(refused[:5])
        flash(
            ngettext(
                "%(num)d row could not be put back, it is locked for you: %(names)s. Ask the administrator.",
                "%(num)d rows could not be put back, they are locked for you: %(names)s. Ask the administrator.",
                len(refused),
                names=names,
            ),
            "bad",
        )
    flash(ngettext("%(num)d row is as it was.", "%(num)d rows are as they were.", done), "ok" if done else "")
    return redirect(url_for("alerts.case", alert_id=alert_id))


@screen.page("/<int:alert_id>/close", to=ADMINISTRATOR, methods=("POST",))
def close(alert_id: int) -> Any:
    """The administrator has looked into it."""
    with unit_of_work() as session:
        review.close(session, session.get(Alert, alert_id) or abort(404))
    return redirect(url_for("alerts.index"))


@screen.app_context_processor
def _in_templates() -> dict[str, Any]:
    return {"alert_label": _label, "alert_text": _text}


def _label(alert: Alert) -> str:
    rule = RULES.get(alert.rule)
    return _(rule.label) if rule else alert.rule


def _text(alert: Alert) -> str:
    """The case in a sentence."""
    rule = RULES.get(alert.rule)
    return _(rule.text, **alert.facts) if rule else ""
