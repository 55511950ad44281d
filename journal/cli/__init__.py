"""Operator commands, grouped; errors are one clear line, never a traceback."""

import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from journal.cli import (
    account,
    archive,
    backup,
    control,
    database,
    demo,
    doctor,
    exporting,
    importing,
    new,
    person,
    run,
    timetable,
    trail,
    years,
)
from journal.config import ConfigError
from journal.services.refusals import Forbidden, Invalid, Missing

EPILOG = """
\b
Examples:
  python app.py run                        serve the school's own database
  python app.py demo                       make the demo school
  python app.py demo --classes 33 --years 3
  python app.py account password admin     set a password
  python app.py import list FILE.xlsx --kind students
  python app.py import timetable FILE.fet  look at a file; --apply takes it in
  python app.py export dump FILE.zip       everything, for another server
  python app.py backup make                take a copy of the database and check it
  python app.py backup restore FILE        what would change; --apply puts it back
  python app.py year next                  what the next year would be; --apply makes it
  python app.py archive make 2026/27       the year, printed and signed
  python app.py archive verify FILE.zip    was anything in it changed?
  python app.py control look               let the rules of journal keeping look now
  python app.py timetable generate         a timetable by the school's rules, as a draft
  python app.py trail verify               was anything changed past the journal?
  python app.py person export student 12   everything about one person
  python app.py doctor                     is everything well?
  python app.py new entity Club --area people --field name:line   for developers
"""


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def commands() -> None:
    """The journal: an electronic class journal, run by the school itself."""


for command in (
    run.run,
    run.work,
    database.db,
    demo.demo,
    account.account,
    importing.import_,
    exporting.export,
    backup.backup,
    archive.archive,
    years.year,
    control.control,
    timetable.timetable,
    trail.trail_,
    person.person,
    doctor.doctor,
    new.new,
):
    commands.add_command(command)


def main() -> None:
    """Hand the command line to click; what a person did wrong is one line on stderr and status 1."""
    try:
        commands.main(prog_name="python app.py", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (ConfigError, Forbidden, Invalid, Missing, OSError, SQLAlchemyError) as error:
        click.echo(f"Error: {str(error).splitlines()[0] if str(error) else type(error).__name__}", err=True)
        sys.exit(1)
