"""A blank list of a journal for the roll-call: names and empty columns, to be taken where there is no computer."""

from typing import Any

from flask import request

from journal.kit import clock
from journal.screens.classbook.routes import asked_day, require_theirs, screen
from journal.services import gradebook, settings
from journal.services.refusals import said
from journal.services.reports.document import Column, Document, Table
from journal.web.database import current
from journal.web.documents.answer import TYPES, download
from journal.web.screen import STAFF

COLUMNS = 22


@screen.page("/<int:assignment_id>/blank", to=STAFF)
def blank(assignment_id: int) -> Any:
    """The list as a file (`kind`: pdf or xlsx) of those who are in the journal on a day."""
    on = asked_day("on") or clock.today()
    course = gradebook.course(current(), assignment_id)
    require_theirs(course)
    names = gradebook.names_on(current(), course, on)
    head = [Column("№", "whole", 4), Column(said("Student"), "text", 26), *(Column("", "text", 4) for _ in range(COLUMNS))]
    document = Document(
        said("List for the roll-call"),
        [
            (said("Class"), " · ".join(part for part in (course.class_name, course.subgroup) if part)),
            (said("Subject"), course.subject),
            (said("Teacher"), course.teacher),
            (said("As of"), on),
        ],
        [Table(head, [[n, name, *[None] * COLUMNS] for n, name in enumerate(names, 1)])],
        landscape=True,
        school=settings.value(current(), "school_name"),
    )
    kind = request.args.get("kind", "pdf")
    return download(document, kind if kind in TYPES else "pdf")
