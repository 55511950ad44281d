"""Switching rules and setting their thresholds, for the school, a grade level or a subject."""

from dataclasses import dataclass, field

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import CheckSetting
from journal.services import records
from journal.services.control import registry
from journal.services.control.check import Check, Parameter
from journal.services.control.thresholds import SWITCH
from journal.services.refusals import Invalid, Missing, Said, said
from journal.services.rules import rule

ON = Parameter(SWITCH, N_("Switched on"), 1, 0, 1)


def parameters(check: Check) -> list[Parameter]:
    """What can be set for a rule: its thresholds, and whether it looks at all."""
    return [ON, *check.parameters]


@dataclass
class Own:
    """What the school set for a rule: parameter -> value for all, and the rows for a grade level or a subject."""

    school: dict[str, int] = field(default_factory=dict)
    narrow: list[CheckSetting] = field(default_factory=list)


def settings_of(session: PolicySession) -> dict[str, Own]:
    """Rule -> what the school set for it."""
    found = {check.code: Own() for check in registry.every()}
    for one in session.scalars(select(CheckSetting).order_by(CheckSetting.parameter, CheckSetting.id)):
        own = found.setdefault(one.rule, Own())
        if one.grade_level_id is None and one.subject_id is None:
            own.school[one.parameter] = one.value
        else:
            own.narrow.append(one)
    return found


def put(
    session: PolicySession,
    code: str,
    name: str,
    value: int | None,
    grade_level_id: int | None = None,
    subject_id: int | None = None,
) -> None:
    """Set a threshold, or with None give the product's own back. Raises `Missing`, `Invalid`."""
    present = session.scalar(
        select(CheckSetting).where(
            CheckSetting.rule == code,
            CheckSetting.parameter == name,
            CheckSetting.grade_level_id.is_(None)
            if grade_level_id is None
            else CheckSetting.grade_level_id == grade_level_id,
            CheckSetting.subject_id.is_(None) if subject_id is None else CheckSetting.subject_id == subject_id,
        )
    )
    if value is None:
        if present is not None:
            records.delete(session, present)
    elif present is not None:
        records.change(session, present, {"value": value})
    else:
        values = {
            "rule": code,
            "parameter": name,
            "value": value,
            "grade_level_id": grade_level_id,
            "subject_id": subject_id,
        }
        records.create(session, CheckSetting, values)


def whole_number() -> Said:
    """What is said about a threshold that is no number."""
    return said(N_("A threshold is a whole number."))


def remove(session: PolicySession, setting_id: int) -> None:
    """Take a setting away."""
    present = session.get(CheckSetting, setting_id)
    if present is None:
        raise Missing
    records.delete(session, present)


@rule(CheckSetting)
def _fits_its_rule(_: PolicySession, one: CheckSetting, act: str) -> None:
    """A setting is of a rule there is, of a threshold it has, within its bounds."""
    if act == "delete":
        return
    check = registry.by_code().get(one.rule)
    if check is None:
        raise Invalid({"rule": said(N_("There is no such rule."))})
    parameter = {each.name: each for each in parameters(check)}.get(one.parameter)
    if parameter is None:
        raise Invalid({"parameter": said(N_("This rule has no such threshold."))})
    if not parameter.low <= one.value <= parameter.high:
        raise Invalid({"value": said(N_("From %(low)s to %(high)s."), low=parameter.low, high=parameter.high)})
