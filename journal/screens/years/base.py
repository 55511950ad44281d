"""The years of the school with their archives."""

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from journal.access.actor import Role
from journal.kit import clock
from journal.schema import AcademicYear, Archive
from journal.services.refusals import Invalid
from journal.services.years import archive, closed, signing
from journal.web.database import current, unit_of_work
from journal.web.i18n import say
from journal.web.screen import Screen

screen = Screen("years", __name__, url_prefix="/years")
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
KEPT = (archive.JOURNALS_YEARS, archive.SUMMARIES_YEARS)
READERS = ADMINISTRATOR | {Role.DIRECTOR}


@screen.page("/", to=READERS)
def index() -> str:
    """Every year: current, closed, to come; what is archived and how long it is kept."""
    session, config = current(), current_app.config["JOURNAL"]
    years = session.scalars(select(AcademicYear).order_by(AcademicYear.begins_on.desc())).all()
    archives = session.scalars(select(Archive).order_by(Archive.id.desc())).all()
    return render_template(
        "years/index.html",
        years=years,
        archives={year.id: [one for one in archives if one.academic_year_id == year.id] for year in years},
        there={path.name for path in config.archives.glob("*.zip")} if config.archives.is_dir() else set(),
        kept={year.id: [archive.kept_until(year, span) for span in KEPT] for year in years},
        fingerprint=signing.fingerprint(signing.public_of(signing.key_of(config.instance))),
        today=clock.today(),
        has_next=any(year.begins_on > clock.today() and not year.is_current for year in years),
    )


@screen.page("/<int:year_id>/current", to=ADMINISTRATOR, methods=("POST",), dangerous=True)
def make_current(year_id: int) -> object:
    """From now on the pages speak of this year."""
    try:
        with unit_of_work() as session:
            name = closed.make_current(session, year_id).name
    except Invalid as invalid:
        flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
    else:
        flash(_("The current year is %(name)s now.", name=name), "ok")
    return redirect(url_for("years.index"))
