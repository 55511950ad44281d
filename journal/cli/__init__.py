"""Operator commands, grouped; errors are one clear line, never a traceback."""

import sys
from importlib import import_module

import click
from sqlalchemy.exc import SQLAlchemyError

from journal.config import ConfigError
from journal.services.refusals import Forbidden, Invalid, Missing

COMMANDS = {
    "run": "run:run",
    "work": "run:work",
    "db": "database:db",
    "demo": "demo:demo",
    "account": "account:account",
    "import": "importing:import_",
    "export": "exporting:export",
    "backup": "backup:backup",
    "archive": "archive:archive",
    "year": "years:year",
    "control": "control:control",
    "timetable": "timetable:timetable",
    "trail": "trail:trail_",
    "person": "person:person",
    "doctor": "doctor:doctor",
    "new": "new:new",
}
"""Name -> module of this package and the command in it; a module is read when its command is asked for."""

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


class Commands(click.Group):
    """The commands, each read when it is asked for: a start reads only what it needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context | None, cmd_name: str) -> click.Command | None:  # type: ignore[override]
        """One of them."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(import_module(f"journal.cli.{module}"), name)
        return found


@click.group(cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def commands() -> None:
    """The journal: an electronic class journal, run by the school itself."""


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
