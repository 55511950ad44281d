"""`python -m journal.solver`: a problem comes in as JSON, the answer goes out (`process`)."""

import sys

from journal.solver import light

if __name__ == "__main__":
    light.load()
    from journal.solver.process import main

    sys.exit(main())
