"""Codes in words: what a rule is called stands with the rule, in the services; its columns learn it here."""

from journal.schema import Alert, CheckSetting, Finding, JournalRemark, TimetableRule
from journal.schema.base import columns
from journal.services.alerts.rules import RULES
from journal.services.control import registry
from journal.services.timetable.generation.rules import EVERY


def learn() -> None:
    """Let the columns that hold a rule's code be read, picked and filtered by what the rule is called."""
    checks = {check.code: check.label for check in registry.every()}
    for entity in (Finding, CheckSetting, JournalRemark):
        columns(entity)["rule"].info["choices"] = checks
    columns(Alert)["rule"].info["choices"] = {name: rule.label for name, rule in RULES.items()}
    columns(TimetableRule)["code"].info["choices"] = {rule.code: rule.label for rule in EVERY}
