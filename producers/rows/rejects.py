"""Rejected rows as dead letters."""

from __future__ import annotations

from collections.abc import Sequence

from models.rows import Fault, Reject
from producers import errors
from producers.errors import FieldFaultError, RowFaultError
from producers.printable import printable
from producers.rows.column_mapping import ColumnMapping
from producers.rows.json_rows import key_of

_MAX_VALUE = 1000


def reject_of(
    fault: RowFaultError,
    file: str,
    line: int,
    layout: ColumnMapping,
    fields: Sequence[str] = (),
    original: str | None = None,
) -> Reject:
    """The dead letter for a faulty row.

    Args:
        fault: what is wrong with it.
        file: the name of its file.
        line: where it begins.
        layout: how the file's rows are to be read.
        fields: what it was split into; none if it could not be.
        original: its text as it stands in the file; cut at MAX_ORIGINAL.
    """
    faults = [_shortened(found) for found in fault.faults]
    first = faults[0]
    return Reject(
        file=file,
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


def _row_id(layout: ColumnMapping, fields: Sequence[str]) -> int | str | None:
    """The row's own key, if it can be read whatever else is wrong: one number as such, else as on the wire."""
    found = {name: (position, parse) for name, position, parse in layout.parsers}
    try:
        values = {name: found[name][1](fields[found[name][0]].strip()) for name in layout.kind.key}
    except (IndexError, FieldFaultError):
        return None
    first, *others = values.values()
    if isinstance(first, int) and not isinstance(first, bool) and not others:
        return first
    return key_of(layout.kind.key, values).decode()
