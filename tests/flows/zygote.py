"""The product's server as a process that can be killed at any moment and is back at once: a parent that forks it.

Spoken to by lines: `start` forks a server on the port and answers with its process id once it listens.
"""

import os
import signal
import socket
import sys
import time

import waitress

from journal.config import load
from journal.factory import create_app


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    port = int(sys.argv[1])
    app = create_app(load("demo.db", demo=True))
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            waitress.serve(app, host="127.0.0.1", port=port, threads=4, _quiet=True)
            os._exit(0)
        for _ in range(400):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.005)
        print(child, flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
