"""`python -m streams.audit`: the command; what it does is in streams.queries.audit."""

import sys

from streams.queries.audit import main

if __name__ == "__main__":
    sys.exit(main())
