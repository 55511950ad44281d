"""`python -m journal.solver`: a problem comes in as JSON, the answer goes out (`process`)."""

import sys

from journal.solver.process import main

if __name__ == "__main__":
    sys.exit(main())
