"""Whether the line that was taken for the header is one, and where it may stand instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Final

from producers.proposal.evidence.file_groups import HeadedFile
from producers.proposal.evidence.reading import KindEvidence
from producers.text.dialects import DELIMITERS

_MOST_MISFITS: Final = 0.5
"""If more rows than this share do not fit the header, it is not the header."""
_LOOKED_AT: Final = 200
_LEAST_ROWS: Final = 2


def not_the_header(found: KindEvidence) -> str | None:
    """What is wrong with the header of a kind's first file by its rows, and what to do; None if nothing is."""
    file = found.group.files[0]
    rows = found.rows + found.misfits
    if rows >= _LEAST_ROWS and (found.misfits > _MOST_MISFITS * rows or len(file.names) == 1):
        line = _line_of_header(file)
        if line is not None:
            return (
                f"{file.file.name}: line {file.file.header_line:,}, which was taken for the header, is not divided as "
                f"the rows below it are: is the header line {line:,}? Then add --skip-lines {line - 1}"
            )
    if found.misfits > _MOST_MISFITS * rows:
        return (
            f"{file.file.name}: {found.misfits:,} of {rows:,} rows do not fit the header in line "
            f"{file.file.header_line:,}: see --skip-lines, --delimiter and --quote"
        )
    return _is_row(found, file)


def _line_of_header(file: HeadedFile) -> int | None:
    """The first of the lines that are divided into as many fields as most are; None if most are as the header."""
    with file.file.opened() as rows:
        beginning = [(line, fields) for line, fields in islice(rows, _LOOKED_AT) if isinstance(fields, list)]
    for delimiter in (None, *DELIMITERS) if len(file.names) == 1 else (None,):
        counts = [_divided(fields, delimiter) for _, fields in beginning]
        [(most, often)] = Counter(counts).most_common(1) or [(1, 0)]
        if most > 1 and most != len(file.names) and often > _MOST_MISFITS * len(counts):
            return beginning[counts.index(most)][0]
    return None


def _divided(fields: Sequence[str], delimiter: str | None) -> int:
    return len(fields) if delimiter is None else delimiter.join(fields).count(delimiter) + 1


def _is_row(found: KindEvidence, file: HeadedFile) -> str | None:
    """A name that its column has as a value, in half of the columns, is a value itself."""
    alike = sum(name in seen.texts for name, seen in found.columns.items())
    if not alike or alike * 2 < len(found.columns):
        return None
    return (
        f"{file.file.name}: has no header, as its first line holds values of the rows below it: put a line with the "
        "columns' names before it"
    )
