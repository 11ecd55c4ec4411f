"""Features that are proposed of a kind of rows: a few of each sort, to be deleted or added to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from models.declaration.identifiers import ENGINE_FEATURE_COLUMNS
from models.types.column_types import Day, ExactDecimal, Flag, Identifier, Instant, ListType, TextType, WholeNumber
from producers.proposal import name_evidence
from producers.proposal.names import class_name, singular, table_name, words
from producers.proposal.proposed import ProposedColumn, ProposedFeatures, ProposedKind

_MOST_MEASURES: Final = 8
_MOST_CATEGORIES: Final = 4
_FEW: Final = 0.5
"""A text is a category if its different values are at most so large a share of all."""
_MONTHS_FROM: Final = 32
"""Days that rows must span for features by month; else by day."""

Add = Callable[[str, str], None]


def propose_features(kind: ProposedKind, tables: set[str], classes: set[str]) -> None:
    """Note the features of a kind that has a group.

    Args:
        kind: of rows.
        tables: names that are in use; those given are added.
        classes: the same of classes.
    """
    if kind.group is None:
        return
    other = kind.references.get(kind.group)
    group = "_".join(map(singular, words(other.table if other is not None else kind.group)))
    _note(kind, f"{group}_features", (), tables, classes, _all_of(kind))
    period = _period(kind)
    if period is not None:
        name, column = period
        by = (kind.group, f"{name}({column.name})")
        _note(kind, f"{group}_{name}s", by, tables, classes, _few_of(kind))


def _note(
    kind: ProposedKind,
    table: str,
    by: tuple[str, ...],
    tables: set[str],
    classes: set[str],
    wanted: Iterator[tuple[str, str]],
) -> None:
    if table in tables:
        table = f"{kind.table}_by_{table}"
    table = table_name(table, tables)
    made = "".join(word.capitalize() for word in words(table))
    made = made if made not in classes else class_name(table, classes)
    tables.add(table)
    classes.add(made)
    taken = {kind.group, *ENGINE_FEATURE_COLUMNS, *(f"{name}_{period}" for name in by for period in ("day", "month"))}
    aggregates: dict[str, str] = {}
    for name, text in wanted:
        free = next(found for found in (name, *(f"{name}_{number}" for number in range(2, 1000))) if found not in taken)
        taken.add(free)
        aggregates[free] = text.replace("{name}", free)
    kind.features.append(ProposedFeatures(table, made, by, aggregates))


def _all_of(kind: ProposedKind) -> Iterator[tuple[str, str]]:
    yield _cut(f"total_{kind.table}"), "Count()"
    moment = next(iter(_moments(kind)), None)
    for column in _measures(kind):
        yield from _of_measure(column, moment)
    for column in kind.columns:
        if isinstance(column.type, ListType):
            yield _cut(f"total_{_short(column)}"), f'CountItems("{column.name}")'
    for column in _named(kind):
        yield f"top_{_short(column)}", f'MostCommon("{column.name}", count="{{name}}_count", ties="{{name}}_ties")'
    for column in _parts(kind):
        yield _cut(f"different_{column.name}"), f'CountDistinct("{column.name}")'
    for column in kind.columns:
        if isinstance(column.type, Flag):
            yield _cut(f"rows_{column.name}"), f'Count(where="{column.name}")'
    for column in _moments(kind):
        yield _cut(f"first_{column.name}"), f'Min("{column.name}")'
        yield _cut(f"last_{column.name}"), f'Max("{column.name}")'


def _few_of(kind: ProposedKind) -> Iterator[tuple[str, str]]:
    yield _cut(f"total_{kind.table}"), "Count()"
    for column in _measures(kind):
        if name_evidence.has_no_sum(column.in_header):
            yield _cut(f"average_{column.name}"), f'Mean("{column.name}")'
        else:
            yield _total(column), f'Sum("{column.name}")'


def _of_measure(column: ProposedColumn, moment: ProposedColumn | None) -> Iterator[tuple[str, str]]:
    if not name_evidence.has_no_sum(column.in_header):
        yield _total(column), f'Sum("{column.name}")'
    yield _cut(f"average_{column.name}"), f'Mean("{column.name}")'
    yield _cut(f"least_{column.name}"), f'Min("{column.name}")'
    yield _cut(f"greatest_{column.name}"), f'Max("{column.name}")'
    if moment is not None and name_evidence.has_no_sum(column.in_header):
        yield _cut(f"last_{column.name}"), f'Last("{column.name}", by="{moment.name}")'


def _total(column: ProposedColumn) -> str:
    return _cut(column.name if column.name.startswith("total") else f"total_{column.name}")


def _measures(kind: ProposedKind) -> list[ProposedColumn]:
    """Numbers that are not names, places or signs."""
    names = {*_names_in_key(kind), kind.group, *kind.references}
    return [
        column
        for column in kind.columns
        if isinstance(column.type, ExactDecimal | WholeNumber)
        and not isinstance(column.type, Identifier)
        and column.name not in names
        and not name_evidence.names_line(column.in_header)
        and not (isinstance(column.type, WholeNumber) and name_evidence.is_flag(column.in_header))
        and column.seen.repeats.distinct > 1
    ][:_MOST_MEASURES]


def _names_in_key(kind: ProposedKind) -> tuple[str, ...]:
    """The columns that name a row; none if the whole row does."""
    return kind.key if len(kind.key) <= 2 else ()  # noqa: PLR2004  # a pair


def _named(kind: ProposedKind) -> list[ProposedColumn]:
    """References, lists, and texts of few values, without the group."""
    able = [column for column in kind.columns if column.name not in {kind.group, *_names_in_key(kind)}]
    sure = [column for column in able if isinstance(column.type, ListType) or column.name in kind.references]
    few = [column for column in able if column not in sure and _is_category(column, kind)]
    return sure + few[:_MOST_CATEGORIES]


def _is_category(column: ProposedColumn, kind: ProposedKind) -> bool:
    if not isinstance(column.type, TextType) or column.name in _names_in_key(kind):
        return False
    distinct = column.seen.repeats.distinct
    return 1 < distinct <= _FEW * column.seen.values


def _parts(kind: ProposedKind) -> list[ProposedColumn]:
    """What several rows belong to: a part of the key that repeats, such as the number of an order."""
    able = [kind.column(name) for name in kind.key if len(kind.key) == 2 and name != kind.group]  # noqa: PLR2004  # a pair
    return [
        column
        for column in able
        if isinstance(column.type, TextType | Identifier)
        and (column.name in kind.references or name_evidence.names_row(column.in_header))
    ]


def _moments(kind: ProposedKind) -> list[ProposedColumn]:
    return [column for column in kind.columns if isinstance(column.type, Day | Instant)][:2]


def _period(kind: ProposedKind) -> tuple[str, ProposedColumn] | None:
    """The period that rows fall into, and the column that says when; None if they have no time, or one day only."""
    for column in _moments(kind):
        first, last = column.seen.first_day, column.seen.last_day
        if not column.optional and not column.seen.nothing and first and first != last:
            span = (date.fromisoformat(last) - date.fromisoformat(first)).days
            return ("month" if span >= _MONTHS_FROM else "day"), column
        if not column.optional and not column.seen.nothing and not first and column.seen.repeats.distinct > 1:
            return "month", column
    return None


def _short(column: ProposedColumn) -> str:
    return _cut(column.name)


def _cut(name: str) -> str:
    """So much of a name that endings have room."""
    return name.encode()[:50].decode(errors="ignore")
