"""The result of a load: printed, and as an exit code."""

from __future__ import annotations

from models.exit_codes import ExitCode
from models.json_output import print_json
from models.terminal_text import escaped, say
from producers.load.report import LoadReport
from producers.load.summary import reject_lines, table


def print_result(report: LoadReport, *, wait_timeout: float, as_json: bool = False) -> ExitCode:
    """Print the result of a load.

    Args:
        report: of the load, ended or not.
        wait_timeout: seconds that Postgres was waited for at most.
        as_json: whether data is printed as JSON.
    """
    for line in (*report.notes, *report.problems, *reject_lines(report)):
        # Line breaks are those of a file's name.
        say(escaped(line))
    if as_json:
        print_json(report.as_dict())
    elif report.files:
        print(f"load {report.load_id}", table(report), sep="\n", flush=True)
    if report.applied is False:
        say(f"not applied within {wait_timeout:g} s; check that a worker is running: {'; '.join(report.lagging)}")
        return ExitCode.POSTGRES
    if report.applied and not as_json:
        print(f"applied in {report.waited_seconds:.2f} s")
    return ExitCode.PARTLY if report.rejected or report.problems else ExitCode.DONE
