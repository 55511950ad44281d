"""The rules, one a module."""

from journal.services.alerts.rules import new_device, night, old_marks, other_room, pupils_device, two_places

RULES = {
    rule.name: rule
    for rule in (pupils_device.RULE, other_room.RULE, new_device.RULE, two_places.RULE, old_marks.RULE, night.RULE)
}
"""By name; at a sign-in the first that fits speaks."""
