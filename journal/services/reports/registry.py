"""Every standard report: a module in `kinds` that has a `REPORT`."""

import importlib
import pkgutil
from functools import cache

from journal.access.actor import Actor, Forbidden
from journal.access.session import PolicySession
from journal.services import settings
from journal.services.refusals import Missing, said
from journal.services.reports import kinds
from journal.services.reports.document import Document
from journal.services.reports.report import Given, Report


@cache
def every() -> tuple[Report, ...]:
    """The reports in their order. Two with one code are refused at once."""
    names = [module.name for module in pkgutil.iter_modules(kinds.__path__)]
    found = [importlib.import_module(f"{kinds.__name__}.{name}").REPORT for name in names]
    codes = [report.code for report in found]
    if len(set(codes)) != len(codes):
        raise RuntimeError(f"two reports have one code: {sorted(codes)}")
    return tuple(sorted(found, key=lambda report: report.order))


def of(actor: Actor) -> list[Report]:
    """The reports that a person may make."""
    return [report for report in every() if actor.roles & report.to]


def get(actor: Actor, code: str) -> Report:
    """A report by its code. Raises `Missing`, and `Forbidden` when it is not for this person."""
    found = {report.code: report for report in every()}.get(code)
    if found is None:
        raise Missing
    if not actor.roles & found.to:
        raise Forbidden(code)
    return found


def make(session: PolicySession, report: Report, given: Given) -> Document:
    """The document, with the school's name, and with a word about a period that is not over."""
    document = report.make(session, given)
    document.school = settings.value(session, "school_name")
    if given.period is not None and given.period.ends_on >= given.today:
        document.notes.append(said("The period is not over: this is how things stand on %(day)s.", day=given.today))
    return document
