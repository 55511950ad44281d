"""How the class is doing in a period, and who is at risk."""

from flask import render_template, request

from journal.screens.class_room.base import READERS, open_class, screen
from journal.screens.class_room.forms import whole
from journal.services.class_room import progress as progresses
from journal.web.database import current


@screen.page("/<int:class_id>/progress", to=READERS)
def progress(class_id: int) -> str:
    """Pupils by subjects: averages and final marks, against the period before."""
    opened = open_class(class_id)
    sheet = progresses.of_class(current(), opened.year, class_id, whole(request.args.get("period")), opened.on)
    return render_template("class_room/progress.html", opened=opened, sheet=sheet)
