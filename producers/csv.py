"""The command `python -m producers.csv`: loads CSV files into Kafka, or deletes what they name."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from models.errors import ExactFeaturesError
from models.exit_codes import ExitCode
from models.kafka_format.codecs import Codec
from models.settings.environment import load_settings
from models.settings.log_format import silence_libraries
from models.terminal_text import say
from producers.errors import InterruptedLoadError
from producers.load.loading import Load
from producers.load.options import LoadOptions
from producers.load.reading_arguments import add_reading_options, reading_of
from producers.load.result import print_result
from producers.load.signals import run
from producers.load.summary import interruption_line
from producers.rows.column_mapping import row_mapping
from producers.rows.deletions import deletion_mapping

_DEFAULT_WAIT_SECONDS = 600.0

_EPILOG = """\
Each file's kind follows from its header, columns in any order, more columns ignored:
  users        user_id, name, email, signup_date
  compounds    compound_id, compound_name, compound_structure
  experiments  experiment_id, user_id, experiment_compound_ids, experiment_run_time
Separators (comma, comma+TAB, TAB, semicolon, pipe), quotes, line ends and encodings are recognised: docs/input.md.
With --delete, the first of these columns that a header names says what its rows delete, other columns ignored:
  experiment_id, user_id, compound_id
so the files that were loaded will do as well. A file whose first line is a whole number holds experiment ids, one a
line. What is deleted comes back when a later load holds it. Deleting a user keeps the user's experiments.
Rows that are not valid go to the topic rejects with their file, line and reason; the others go on.

environment variables:
  KAFKA_BOOTSTRAP_SERVERS  brokers, host:port,host:port (default localhost:9092)
  DATABASE_URL             Postgres, read by --wait and --skip-loaded only (default postgresql://postgres@localhost:5432/postgres)
  KAFKA_SECURITY_PROTOCOL  PLAINTEXT (default), SSL, SASL_PLAINTEXT or SASL_SSL; with KAFKA_SASL_USERNAME,
                           KAFKA_SASL_PASSWORD, KAFKA_SASL_MECHANISM, KAFKA_SSL_CAFILE: docs/security.md
  TOPIC_PARTITIONS         partitions of a topic that does not exist yet (default 4)
  TOPIC_REPLICATION        its replicas (default 1)
  KAFKA_COMPRESSION        none (default), gzip, snappy, lz4 or zstd
  DELIVERY_TIMEOUT         seconds that Kafka may be away before the load gives up (default 60)

exit codes:
  0    every row was published
  1    some rows were rejected, or some files could not be loaded; the others were
  2    nothing could be loaded: a wrong option, path or folder
  3    Kafka is not reachable, not trusted, or refuses the login
  4    --wait: not applied in time, or Postgres is not reachable, not trusted, or refuses the login
  130  interrupted

examples:
  python -m producers.csv data/ --wait
  python -m producers.csv --delete wrong_experiments.csv --wait
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the result is its exit code."""
    options = _parser().parse_args(arguments)
    silence_libraries()
    try:
        settings = load_settings()
        if options.compression is not None:
            settings = settings.model_copy(update={"kafka_compression": options.compression})
        loading = LoadOptions(
            layout_of=deletion_mapping if options.delete else row_mapping,
            reading=reading_of(options),
            skip_loaded=options.skip_loaded,
        )
    except ExactFeaturesError as error:
        say(str(error))
        return error.exit_code
    return _run(Load(options.paths, settings, loading), options)


def _run(load: Load, options: argparse.Namespace) -> ExitCode:
    try:
        report = run(load, wait_timeout=options.wait_timeout if options.wait else None)
    except InterruptedLoadError:
        print_result(load.report, wait_timeout=options.wait_timeout)
        say(interruption_line(load.report))
        return ExitCode.INTERRUPTED
    except ExactFeaturesError as error:
        if load.report.files:
            print_result(load.report, wait_timeout=options.wait_timeout)
        say(str(error))
        return error.exit_code
    return print_result(report, wait_timeout=options.wait_timeout)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m producers.csv",
        description="Load CSV files into Kafka, in constant memory, each row validated; or delete what they name.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    # Text, as a Path would garble an address.
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="DIR|FILE|-",
        help="CSV files, folders of them, archives, addresses, or - for standard input",
    )
    add_reading_options(parser)
    parser.add_argument("--delete", action="store_true", help="delete what the files name, instead of loading it")
    parser.add_argument("--wait", action="store_true", help="wait until Postgres holds everything published")
    parser.add_argument(
        "--skip-loaded",
        action="store_true",
        help="leave out files that Postgres holds already, by their content; needs DATABASE_URL",
    )
    parser.add_argument(
        "--compression",
        type=Codec,
        choices=list(Codec),
        help="how rows are compressed in Kafka (default KAFKA_COMPRESSION, or none)",
    )
    parser.add_argument(
        "--wait-timeout",
        type=_seconds,
        default=_DEFAULT_WAIT_SECONDS,
        metavar="SECONDS",
        help="give up waiting after this many seconds (default %(default)g)",
    )
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds greater than 0")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
