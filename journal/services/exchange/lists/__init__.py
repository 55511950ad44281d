"""The kinds of lists that can be brought, one a module, in the order in which a new school brings them."""

from journal.services.exchange.lists import assignments, marks, rooms, staff, students, subjects, timetable
from journal.services.exchange.plan import ListKind

EVERY: dict[str, ListKind] = {
    kind.code: kind
    for kind in (staff.KIND, subjects.KIND, rooms.KIND, students.KIND, assignments.KIND, timetable.KIND, marks.KIND)
}
