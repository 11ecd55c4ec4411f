"""The two classes that a model file extends: `Row` and `Features`."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

Names = str | tuple[str, ...]


class Row(BaseModel):
    """The rows of one kind of file, of one topic and of one table; a pydantic model whose fields are the columns.

    Functions of pydantic's (`field_validator`, `model_validator`) may decide too what a row is. They are called
    more than once for a row, on the way to Kafka and behind it: what they give must stay as it is when given to them.

    Class keywords:
        table: name of the table, the topic and the kind of file.
        key: the column or columns that name a row.
        group: the column by which features are kept.
        files: names of files that decide where a header fits two kinds; without them, the table's.
        label: the column that people read in place of the key.
        partitions: into how many parts Postgres divides the table, by a hash of the key; without it, it is whole.
    """

    # Checked and built only when the whole file is: one class at fault must not hide the faults of others.
    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="ignore",
        defer_build=True,
        arbitrary_types_allowed=True,
        protected_namespaces=(),
    )
    __declared__: ClassVar[RowKeywords]

    def __init_subclass__(
        cls,
        *,
        table: str = "",
        key: Names = (),
        group: str | None = None,
        files: Names = (),
        label: str | None = None,
        partitions: int | None = None,
        **kwargs: Any,  # noqa: ANN401  # pydantic's own keywords
    ) -> None:
        """Keep the keywords as they are."""
        super().__init_subclass__(**kwargs)
        cls.__declared__ = RowKeywords(table, _names(key), group, _names(files), label, partitions)


class RowKeywords:
    """The keywords of a Row, as written."""

    def __init__(
        self,
        table: str,
        key: tuple[str, ...],
        group: str | None,
        files: tuple[str, ...],
        label: str | None,
        partitions: int | None,
    ) -> None:
        self.table = table
        self.key = key
        self.group = group
        self.files = files
        self.label = label
        self.partitions = partitions


class Features:
    """A feature table: one row for each group of rows, one column or more for each aggregate.

    Class keywords:
        table: name of the table.
        of: the Row class whose rows count.
        by: the columns that make a group, the Row's `group` first; without them, just that. A date or datetime may
            stand there by its day, week, month or year: `month(ordered_at)`.
    """

    __declared__: ClassVar[FeaturesKeywords]

    def __init_subclass__(cls, *, table: str = "", of: type[Row] | None = None, by: Names = ()) -> None:
        """Keep the keywords as they are."""
        super().__init_subclass__()
        cls.__declared__ = FeaturesKeywords(table, of, _names(by))


class FeaturesKeywords:
    """The keywords of a Features, as written."""

    def __init__(self, table: str, of: type[Row] | None, by: tuple[str, ...]) -> None:
        self.table = table
        self.of = of
        self.by = by


def _names(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
