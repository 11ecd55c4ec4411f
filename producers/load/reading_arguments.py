"""The reading options of the command `python -m producers.csv`."""

from __future__ import annotations

import argparse

from producers.rows.read_options import ReadOptions, options_from

_OPTIONS = ("encoding", "delimiter", "columns", "skip_lines", "comment", "null", "quote", "escape", "timezone")


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of how files are read to a parser."""
    group = parser.add_argument_group("how the files are read, where they do not show it themselves")
    group.add_argument("--encoding", metavar="NAME", help="such as utf-8, cp1252; by default found from each file")
    group.add_argument("--delimiter", metavar="CHAR", help="a character, or tab, comma, semicolon, pipe")
    group.add_argument(
        "--columns", metavar="THEIRS=OURS", action="append", help="a file's own name of one of our columns; repeatable"
    )
    group.add_argument(
        "--skip-lines", metavar="N", type=int, default=0, help="skip this many lines at the start of each file"
    )
    group.add_argument("--comment", metavar="TEXT", help="pass over lines that begin with it, such as # or //")
    group.add_argument(
        "--null",
        metavar="TEXT",
        action="append",
        default=[],
        help="a field of just this text, such as NA or \\N, is empty; repeatable",
    )
    group.add_argument("--quote", metavar="CHAR", default='"', help="what fields are quoted with, or none")
    group.add_argument(
        "--escape",
        metavar="CHAR",
        help="what stands before quotes in quoted fields, such as \\, or none; by default found from each file",
    )
    group.add_argument(
        "--timezone", metavar="NAME", help="of dates with a time that names none, such as Europe/Berlin; default UTC"
    )


def reading_of(arguments: argparse.Namespace) -> ReadOptions:
    """The options of how files are read, as they were given.

    Raises:
        ReadingOptionError: one cannot be used.
    """
    return options_from({name: getattr(arguments, name) for name in _OPTIONS})
