"""Files that name what to delete: by the column of an id, whatever columns there are beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from producers.rows.column_mapping import ColumnMapping
from producers.rows.file_kinds import COMPOUNDS, EXPERIMENTS, USERS, HeaderError, refuse_repeats
from producers.rows.numbers import parse_id
from producers.rows.validation import parsed

_ID_COLUMNS = (("experiment_id", EXPERIMENTS), ("user_id", USERS), ("compound_id", COMPOUNDS))
"""The first that the header names says what is deleted: a file of experiments names users as well."""
_EXPECTED = "one of the columns experiment_id, user_id, compound_id, or the file must hold one experiment id a line"
_NUMBER = re.compile(r"[0-9]+")


def deletion_mapping(header: Sequence[str], file_name: str) -> ColumnMapping:  # noqa: ARG001  # a LayoutOf
    """The layout of a file whose rows name what to delete.

    A first line of one whole number is not a header: such a file holds experiment ids.

    Raises:
        HeaderError: the header names no id, or an id twice.
    """
    if len(header) == 1 and _NUMBER.fullmatch(header[0]):
        return ColumnMapping(EXPERIMENTS, ("experiment_id",), (0,), has_header=False, deletes=True)
    for column, kind in _ID_COLUMNS:
        if column in header:
            columns = [column, kind.topic.key] if kind.topic.key in header else [column]
            columns = list(dict.fromkeys(columns))
            refuse_repeats(header, columns)
            return ColumnMapping(kind, tuple(header), tuple(map(header.index, columns)), deletes=True)
    raise HeaderError(f"its header names no id to delete by: it must name {_EXPECTED}")


def encode_deletion(layout: ColumnMapping, fields: list[str]) -> tuple[bytes, bytes | None]:
    """The key and the value of the record that deletes what a row names.

    Raises:
        RowFaultError: an id is missing or none.
    """
    ids = list(parsed(layout, fields, dict.fromkeys(layout.columns, parse_id)).values())
    # An experiment's key is its user where the file has it, so that the record goes where the row went.
    key = b"%d" % ids[-1]
    return key, b'{"experiment_id":%d,"deleted":true}' % ids[0] if layout.kind is EXPERIMENTS else None
