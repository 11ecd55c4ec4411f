"""Texts of a file that are stored as they stand, though they may be meant otherwise: `NULL`, `'Caffeine'`."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence

from models.types.column_types import TextType
from producers.rows.column_mapping import ColumnMapping
from producers.values.null_markers import NULL_MARKERS

_APOSTROPHE = "'"


def is_in_apostrophes(text: str) -> bool:
    """Whether a text may be quoted by apostrophes."""
    return text[:1] == _APOSTROPHE and len(text) > 1 and text[-1] == _APOSTROPHE


class SuspectValues:
    """Counts such texts in the rows of one file that are published."""

    def __init__(self, layout: ColumnMapping) -> None:
        """Take the columns' places in a row."""
        self.markers: Counter[str] = Counter()
        """How often each marker was seen."""
        self.quoted = 0
        """How many texts stand in apostrophes."""
        self._marker_line = self._quoted_line = 0
        columns = zip(layout.columns, layout.positions, strict=True)
        texts = [(column, position) for column, position in columns if isinstance(column.type, TextType)]
        self._texts = [position for _, position in texts]
        self._optional = [position for column, position in texts if column.optional]
        self._null = layout.null

    def count(self, texts: Sequence[str], optional: Sequence[str]) -> bool:
        """Count those of a row whose line is not known; False, and nothing, if one is the first.

        Args:
            texts: all that stand in its columns of texts, without spaces around them.
            optional: those of them that may be empty.
        """
        markers = [text for text in optional if text in NULL_MARKERS]
        quoted = sum(map(is_in_apostrophes, texts))
        if (markers and not self._marker_line) or (quoted and not self._quoted_line):
            return False
        self.markers.update(markers)
        self.quoted += quoted
        return True

    def note(self, line: int, fields: Sequence[str]) -> None:
        """Look at a row that is published."""
        for text in self._found(fields, self._optional):
            if text in NULL_MARKERS and text not in self._null:
                self.markers[text] += 1
                self._marker_line = self._marker_line or line
        for text in self._found(fields, self._texts):
            if is_in_apostrophes(text):
                self.quoted += 1
                self._quoted_line = self._quoted_line or line

    @staticmethod
    def _found(fields: Sequence[str], positions: Sequence[int]) -> Iterator[str]:
        return (fields[position].strip() for position in positions if position < len(fields))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the person who loads the file should know, without the file's name."""
        return tuple(self._warnings())

    def _warnings(self) -> Iterator[str]:
        if self.markers:
            count = sum(self.markers.values())
            options = " ".join(f"--null {shlex.quote(text)}" for text in self.markers)
            values = "1 value that often means nothing is"
            if count != 1:
                values = f"{count:,} values that often mean nothing are"
            line = f"the first in line {self._marker_line:,}"
            yield f"{values} stored as text, {line}: to store none instead, add {options}"
        if self.quoted:
            texts = "1 text is" if self.quoted == 1 else f"{self.quoted:,} texts are"
            yield (
                f"{texts} in single quotes, which are stored too, first in line {self._quoted_line:,}: "
                'if they only quote, add --quote "\'"'
            )
