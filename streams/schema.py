"""`python -m streams.schema`: the command; what it does is in streams.postgres.migration."""

import sys

from streams.postgres.migration import main

if __name__ == "__main__":
    sys.exit(main())
