"""The command `python -m producers.csv`: loads CSV files into Kafka, or deletes what they name."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from models.declaration.in_force import model_named
from models.errors import ExactFeaturesError
from models.exit_codes import ExitCode
from models.kafka_format.codecs import Codec
from models.settings.environment import from_any_folder, load_settings
from models.settings.log_format import silence_libraries
from models.terminal_text import say
from producers.errors import InterruptedLoadError
from producers.load.loading import Load
from producers.load.options import LoadOptions
from producers.load.reading_arguments import add_reading_options, reading_of
from producers.load.signals import run
from producers.load.summary import interruption_line, print_result
from producers.rows.column_mapping import RowMapping
from producers.rows.deletions import DeletionMapping
from producers.rows.file_kinds import FileKinds, column_names

_DEFAULT_WAIT_SECONDS = 600.0

_EPILOG = """\
Each file's kind follows from its header, columns in any order, more columns ignored:
{kinds}
Separators (comma, comma+TAB, TAB, semicolon, pipe), quotes, line ends and encodings are recognised: docs/input.md.
With --delete, the first of these keys that a header names says what its rows delete, other columns ignored, so the
files that were loaded will do as well:
  {keys}
{bare_ids}What is deleted comes back when a later load holds it. Rows of other kinds that name it are kept.
Rows that are not valid go to the topic rejects with their file, line and reason; the others go on.

environment variables:
  MODEL                    what declares the kinds of files: a file ….py or a module (default models.lab)
  KAFKA_BOOTSTRAP_SERVERS  brokers, host:port,host:port (default localhost:9092)
  DATABASE_URL             Postgres: if given, no other model of these rows may be in force there; --wait and
                           --skip-loaded read it too (default postgresql://postgres@localhost:5432/postgres)
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
    silence_libraries()
    named, _ = _model_parser().parse_known_args(arguments)
    try:
        if named.model is not None:
            os.environ["MODEL"] = from_any_folder(named.model)
        settings = load_settings()
        kinds = FileKinds(model_named(settings.model))
        options = _parser(kinds).parse_args(arguments)
        if options.compression is not None:
            settings = settings.model_copy(update={"kafka_compression": options.compression})
        loading = LoadOptions(
            layout_of=(DeletionMapping if options.delete else RowMapping)(kinds),
            reading=reading_of(options),
            dry_run=options.dry_run,
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


def _model_parser() -> argparse.ArgumentParser:
    """Parses what the help of the others depends on."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--model", metavar="FILE|MODULE", help="what declares the kinds of files (default MODEL, or models.lab)"
    )
    return parser


def _epilog(kinds: FileKinds) -> str:
    columns = "\n".join(f"  {kind.name:<12} {', '.join(column_names(kind))}" for kind in kinds.tables)
    deletions = DeletionMapping(kinds)
    bare, bare_ids = deletions.of_bare_ids, ""
    if bare is not None:
        bare_ids = f"A file whose first line is a whole number holds {bare.key[0]} alone, one a line. "
    return _EPILOG.format(kinds=columns, keys=deletions.keys, bare_ids=bare_ids)


def _parser(kinds: FileKinds) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        parents=[_model_parser()],
        prog="python -m producers.csv",
        description="Load CSV files into Kafka, in constant memory, each row validated; or delete what they name.",
        epilog=_epilog(kinds),
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
    parser.add_argument("--dry-run", action="store_true", help="read and check everything, publish nothing")
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
