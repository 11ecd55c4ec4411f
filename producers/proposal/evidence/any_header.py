"""Files read before there is a model: any first line is a header."""

from __future__ import annotations

from collections.abc import Sequence

from models.declaration.base_classes import Row
from models.declaration.model import Model, RowTable
from producers.rows.column_mapping import ColumnMapping
from producers.rows.file_kinds import FileKinds


class NoKinds(FileKinds):
    """No kind of file is known, so the most columns decide how a header is split."""

    def __init__(self) -> None:
        """Know nothing."""
        super().__init__(Model("", "", (), ()))
        self.unknown = RowTable("", Row, (), (), None, None, ())
        self.tables = (self.unknown,)

    def recognised(self, header: Sequence[str]) -> int:  # noqa: ARG002  # nothing of any header is known
        """None of the columns."""
        return 0


class AnyHeader:
    """Mappings of which only the header is of use; see `ColumnMappingOf`."""

    def __init__(self) -> None:
        """Know nothing."""
        self.kinds: FileKinds = NoKinds()

    def __call__(self, header: Sequence[str], file_name: str) -> ColumnMapping:  # noqa: ARG002  # any name will do
        """The mapping of a file whose columns are not known."""
        return ColumnMapping(self.kinds.tables[0], tuple(header), ())
