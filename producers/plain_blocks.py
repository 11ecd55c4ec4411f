"""Experiments by the block of lines, where each line of it is plain: four fields, no quotes, nothing to be repaired.

Most files are of this kind from end to end, and then neither the csv module nor a look at each row is needed: one
regular expression says that all lines are well formed. Whatever is recognised here is what `producers.records` and
`producers.fast_rows` would give; property tests hold them together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from producers import kinds
from producers.dialect import Dialect
from producers.fast_rows import COMPOUND_IDS, MAX_EXPERIMENT_CHARACTERS, RUN_TIME, WHOLE_ID
from producers.layout import Layout

_PLAIN_DELIMITERS = frozenset(",\t|")
_PLAIN_POSITIONS = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class PlainRows:
    """The records of consecutive lines: key and value of each."""

    records: list[tuple[bytes, bytes]]


Recognise = Callable[[str], PlainRows | None]
"""The rows of a text of whole lines; None unless all of them are plain."""


def recogniser(layout: Layout, dialect: Dialect) -> Recognise | None:
    """What recognises blocks of files of this layout and dialect; None if there are no plain ones."""
    delimiter = dialect.delimiter
    as_published = layout.kind is kinds.EXPERIMENTS and layout.positions == _PLAIN_POSITIONS
    four_columns = len(layout.header) == len(_PLAIN_POSITIONS)
    if not as_published or not four_columns or layout.deletes or dialect.trailing_commas:
        return None
    if delimiter not in _PLAIN_DELIMITERS:
        return None
    fields = re.escape(delimiter).join((WHOLE_ID, WHOLE_ID, COMPOUND_IDS, RUN_TIME))
    is_plain = re.compile(rf"(?:{fields}\n)*+(?:{fields})?+".encode()).fullmatch
    separator = delimiter.encode()

    def recognise(text: str) -> PlainRows | None:
        if dialect.tabs_after_commas:
            text = text.replace(",\t", ",")
        if not text.isascii():
            return None
        data = text.encode().replace(b"\r\n", b"\n")
        if not is_plain(data):
            return None
        lines = data.removesuffix(b"\n").split(b"\n")
        return PlainRows([_record(line, separator) for line in lines]) if _fit(lines) else None

    return recognise


def _fit(lines: list[bytes]) -> bool:
    return max(map(len, lines)) <= MAX_EXPERIMENT_CHARACTERS


def _record(line: bytes, separator: bytes) -> tuple[bytes, bytes]:
    experiment_id, user_id, compound_ids, run_time = line.split(separator)
    return user_id, (
        b'{"experiment_id":%b,"user_id":%b,"experiment_compound_ids":[%b],"experiment_run_time":%b}'
        % (experiment_id, user_id, compound_ids.replace(b";", b","), run_time)
    )
