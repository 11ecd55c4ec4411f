"""`python -m cli`: the same as `ingest`."""

from cli.main import main

main()
