"""Rejected rows as dead letters."""

from __future__ import annotations

from models.row_ids import ID_COLUMNS
from models.rows import Fault, Reject
from producers import errors
from producers.csv_file import CsvFile
from producers.errors import RowFaultError
from producers.fields import parse_id
from producers.layout import Layout
from producers.text import printable

_MAX_VALUE = 1000


def reject_of(
    fault: RowFaultError, source: CsvFile, line: int, fields: list[str], original: str | None = None
) -> Reject:
    """The dead letter for a faulty row.

    Args:
        fault: what is wrong with it.
        source: its file.
        line: where it begins.
        fields: what it was split into; none if it could not be.
        original: its text as it stands in the file; cut at MAX_ORIGINAL.
    """
    faults = [_shortened(found) for found in fault.faults]
    first, layout = faults[0], source.layout
    return Reject(
        file=source.name,
        line=line,
        field=first.field,
        value=first.value,
        reason=first.reason,
        code=first.code,
        faults=faults,
        original=None if original is None else printable(original),
        kind=None if layout.deletes else layout.kind.name,
        row_id=None if layout.deletes else _row_id(layout, fields),
    )


def _shortened(found: errors.Fault) -> Fault:
    value = None if found.value is None else printable(found.value[:_MAX_VALUE])[:_MAX_VALUE]
    return Fault(code=found.code, field=found.field, value=value, reason=printable(found.reason))


def _row_id(layout: Layout, fields: list[str]) -> int | None:
    """The row's own id, if it can be read whatever else is wrong."""
    position = layout.header.index(ID_COLUMNS[layout.kind.name])
    try:
        return parse_id(fields[position].strip())
    except (IndexError, ValueError):
        return None
