"""Random models: tables of rows of all types, and features of all kinds over them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from tests.faults.column_kinds import Kind
from tests.faults.declaration import LAB, Column, Declaration, FeatureTable, RowTable
from tests.faults.drawn_aggregates import drawn_aggregates
from tests.faults.number_kinds import Exact, Whole
from tests.faults.text_kinds import Flag, Listed, Text
from tests.faults.time_kinds import Day, Moment
from tests.feature_oracle import FeatureColumns

_SHARE_OF_LAB: Final = 0.15
_PARTS: Final = (None, None, None, 2, 5, 16)
_PERIODS: Final = ("day", "week", "month", "year")
_NUMBER, _TEXT = Whole("Id"), Text()
_KEYS: Final[Sequence[Kind]] = (_NUMBER, _NUMBER, Whole("int", -(2**63)), Exact(12, 2), _TEXT, _TEXT, Day(), Moment())
"""Kinds that tell rows enough apart."""
_SINGLE: Final[Sequence[Kind]] = (
    *_KEYS,
    Whole("Annotated[int, Field(ge=-5, le=100)]", -5, 100),
    Exact(38, 10, ge=0),
    Exact(4, 4),
    Text(is_code=True),
    Flag(),
)
_LISTS: Final[Sequence[Kind]] = (Listed(_NUMBER, ";"), Listed(Whole("int", -(2**63)), "|"), Listed(_TEXT, "|"))
_ODD_NAMES: Final = ("line", "user", "order", "deleted", "größe", "published_at", "value")
"""Columns with names that Postgres or the project have for themselves."""


def drawn_model(draw: Random) -> Declaration:
    """The lab's, or one to three tables of rows, the first of them with one to three tables of features."""
    if draw.random() < _SHARE_OF_LAB:
        return LAB
    first = _grouped(draw, "things")
    more = [_named(draw, first)] if draw.random() < 0.7 else []
    more += [_grouped(draw, "other_things")] if draw.random() < 0.3 else []
    features = [drawn_features(draw, first, f"{first.name}_f{n}") for n in range(draw.choice([1, 1, 2, 3]))]
    features += [drawn_features(draw, table, f"{table.name}_f0") for table in more if table.group is not None]
    return Declaration((first, *more), tuple(features))


def _grouped(draw: Random, name: str) -> RowTable:
    """Rows with a key of one to three columns, of which the first may be the group as well."""
    group = Column(f"{name}_group", draw.choice(_SINGLE))
    key = [Column(f"{name}_key", draw.choice(_KEYS))]
    parts = [Column(f"{name}_part{n}", draw.choice(_SINGLE)) for n in range(draw.choice([0, 0, 1, 1, 2]))]
    key = [*([group] if draw.random() < 0.2 else []), *key, *parts]
    others = [any_column(draw, f"{name}_c{n}") for n in range(draw.randint(1, 6))]
    if draw.random() < 0.5:
        others.append(any_column(draw, draw.choice(_ODD_NAMES)))
    columns = [*key, *([] if group in key else [group]), *others]
    draw.shuffle(columns)
    return RowTable(name, tuple(columns), tuple(column.name for column in key), group.name, draw.choice(_PARTS))


def _named(draw: Random, first: RowTable) -> RowTable:
    """Rows without a group, whose key may be the group of others."""
    assert first.group is not None
    name, kind = "names", first.by_name[first.group].kind
    key = Column(first.group, kind) if draw.random() < 0.6 else Column("names_key", draw.choice(_KEYS))
    parts = [Column("names_part", draw.choice(_SINGLE))] if key.name == "names_key" and draw.random() < 0.4 else []
    columns = [key, *parts, *(any_column(draw, f"names_c{n}") for n in range(draw.randint(1, 3)))]
    draw.shuffle(columns)
    return RowTable(name, tuple(columns), tuple(column.name for column in (key, *parts)), parts=draw.choice(_PARTS))


def any_column(draw: Random, name: str) -> Column:
    """A column of any kind."""
    kind = draw.choice(_LISTS if draw.random() < 0.25 else _SINGLE)
    return Column(name, kind, optional=draw.random() < 0.4)


def drawn_features(draw: Random, table: RowTable, name: str) -> FeatureTable:
    """A table of features by the group of the rows, and perhaps by more."""
    assert table.group is not None
    plain = [column for column in table.columns if not column.optional and not isinstance(column.kind, Listed)]
    choices: list[tuple[str, str | None]] = [(each.name, None) for each in plain if each.name != table.group]
    choices += [(each.name, period) for each in plain if isinstance(each.kind, Day | Moment) for period in _PERIODS]
    more = draw.sample(choices, min(len(choices), draw.choice([0, 0, 1, 2])))
    said = FeatureColumns(table.key, ((table.group, None), *more), drawn_aggregates(draw, table))
    return FeatureTable(name, table, said)
