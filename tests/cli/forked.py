"""Commands without the second that a start takes: a process that has read the product forks one for each command.

Spoken to by lines of JSON: arguments, environment and the files for what is said; it answers with the exit status. The
command itself runs as `python app.py …` does, from `journal.cli.main` on, in a process of its own.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from journal.config import ROOT


def main() -> None:
    """Fork a command for each line."""
    from journal import cli  # noqa: PLC0415 - only in the process that forks

    for name in cli.COMMANDS:
        cli.commands.get_command(None, name)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(asked, cli.main)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(asked: dict[str, Any], command: Any) -> None:
    os.environ.clear()
    os.environ.update(asked["environment"])
    for number, name in ((1, "out"), (2, "err")):
        descriptor = os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, number)
    sys.argv = ["app.py", *asked["args"]]
    status = 0
    try:
        command()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1 if end.code else 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


@cache
def _parent() -> "subprocess.Popen[str]":
    """The process that forks, one for each worker of the tests."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.forked"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(started.kill)
    return started


def run(folder: Path, *args: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """What a command says and its status; the folder is its instance."""
    parent = _parent()
    assert parent.stdin is not None and parent.stdout is not None
    with tempfile.TemporaryDirectory() as said:
        files = {name: f"{said}/{name}" for name in ("out", "err")}
        asked = {"args": args, "environment": {**os.environ, "JOURNAL_INSTANCE": str(folder), **environment}, **files}
        parent.stdin.write(json.dumps(asked) + "\n")
        parent.stdin.flush()
        status = int(parent.stdout.readline())
        out, err = (Path(name).read_text(encoding="utf-8") for name in files.values())
    return subprocess.CompletedProcess(list(args), status, out, err)


if __name__ == "__main__":
    main()
