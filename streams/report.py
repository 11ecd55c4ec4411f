"""`python -m streams.report`: the command; what it does is in streams.queries.report."""

import sys

from streams.queries.report import main

if __name__ == "__main__":
    sys.exit(main())
