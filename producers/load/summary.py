"""The result of a load: as text for a terminal, printed, and as an exit code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.exit_codes import ExitCode
from models.json_output import print_json
from models.reject_text import fault_text
from models.rows import Fault, Reject
from models.terminal_table import table_lines
from models.terminal_text import escaped, say, shown
from producers.load.report import FileReport, LoadReport

_COLUMNS = ("file", "kind", "read", "published", "rejected", "seconds", "rows/s")
_PATH_CHARACTERS = 200
_VALUE_CHARACTERS = 80
_REASON_CHARACTERS = 300


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


def table(report: LoadReport) -> str:
    """One line a file and one for the total."""
    total = FileReport("total", "", report.read, report.published, report.rejected, report.seconds)
    rows = [_cells(file) for file in (*report.files, total)]
    return "\n".join(table_lines(_COLUMNS, rows, right=_COLUMNS[2:]))


def _cells(file: FileReport) -> tuple[str, ...]:
    counts = (file.read, file.published, file.rejected)
    rate = f"{file.rows_per_second:,.0f}"
    return (
        shown(file.path, _PATH_CHARACTERS),
        file.kind,
        *(f"{count:,}" for count in counts),
        f"{file.seconds:.2f}",
        rate,
    )


def interruption_line(report: LoadReport) -> str:
    """What an interrupted load has published."""
    line = f"interrupted: {report.published:,} rows were published"
    open_ = report.read - report.acknowledged
    if open_ > 0:
        line += f", and {open_:,} more may have been: Kafka did not acknowledge them"
    return line


def reject_lines(report: LoadReport) -> Iterator[str]:
    """The first rejected rows, and how many more there are; a note names files whose rows have one common fault."""
    in_common = {file.path: file.rejected for file in report.files if file.has_common_fault}
    shown_rejects = [reject for reject in report.first_rejects if reject.file not in in_common]
    for reject in shown_rejects:
        yield _reject_line(reject)
    more = report.rejected - sum(in_common.values()) - len(shown_rejects)
    if more > 0:
        yield f"… and {more:,} more"


def _reject_line(reject: Reject) -> str:
    faults: Sequence[Fault | Reject] = reject.faults or [reject]
    texts = [
        fault_text(
            fault.field,
            None if fault.value is None else shown(fault.value, _VALUE_CHARACTERS),
            shown(fault.reason, _REASON_CHARACTERS),
        )
        for fault in faults
    ]
    return f"{shown(reject.file, _PATH_CHARACTERS)}:{reject.line}: {'; '.join(texts)}"
