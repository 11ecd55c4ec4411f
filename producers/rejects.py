"""Rejected rows as dead letters."""

from __future__ import annotations

from models.rows import Reject
from producers.errors import RowFaultError
from producers.text import printable

_MAX_VALUE = 1000


def reject_of(fault: RowFaultError, file: str, line: int) -> Reject:
    """The dead letter for a faulty row; its value is cut at 1000 characters."""
    value = None if fault.value is None else printable(fault.value[:_MAX_VALUE])[:_MAX_VALUE]
    return Reject(file=file, line=line, field=fault.field, value=value, reason=printable(fault.reason))
