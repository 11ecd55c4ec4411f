"""By which column features are kept, and which column people read in place of a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.types.column_types import Day, ExactDecimal, Identifier, Instant, TextType
from producers.proposal import name_evidence
from producers.proposal.proposed import ProposedColumn, ProposedKind

_MOST_EMPTY: Final = 0.15
_OFTEN: Final = 0.3
"""A column repeats often enough to be a group if so large a share of its values occurred before."""
_NAMED: Final = 3
"""The least fitness of a column that is called so that it may be a group; see `_fitness`."""
_LONGEST_LABEL_SHARE: Final = 0.5


def choose_groups(kinds: Sequence[ProposedKind]) -> None:
    """Choose the group of each kind that refers to another, and of others that have what can be summed up."""
    for kind in kinds:
        if not _by_reference(kind):
            is_named = any(kind in other.references.values() for other in kinds if other is not kind)
            _by_repeats(kind, is_named=is_named)


def _is_of_events(kind: ProposedKind) -> bool:
    """Whether rows are what happens, and not what it happens to: they have a time, or refer to others."""
    return bool(kind.references) or any(isinstance(column.type, Instant) for column in kind.columns)


def choose_label(kind: ProposedKind) -> None:
    """Choose the label of a kind that is named by others: its name or title, or else its first text."""
    if len(kind.key) != 1:
        return
    texts = [column for column in kind.columns if isinstance(column.type, TextType) and column.name not in kind.key]
    able = [column for column in texts if column.name not in kind.references]
    able = [column for column in able if not name_evidence.is_measure(column.in_header)]
    named = next((column for column in able if name_evidence.is_label(column.in_header)), None)
    first = next((column for column in able if _is_telling(column)), None) if kind.group is None else None
    found = named if named is not None and kind.group is None else first
    if found is not None:
        kind.label = found.name
        if found is first and found is not named:
            kind.questions.append(f"label: is {found.name} what people read in place of {kind.key[0]}?")


def _is_telling(column: ProposedColumn) -> bool:
    return column.seen.repeats.distinct >= _LONGEST_LABEL_SHARE * max(column.seen.values, 1)


def _may_be_group(column: ProposedColumn, kind: ProposedKind) -> bool:
    is_name = isinstance(column.type, TextType | Identifier)
    return is_name and kind.key != (column.name,) and column.seen.nothing <= _MOST_EMPTY * max(column.seen.rows, 1)


def _by_reference(kind: ProposedKind) -> bool:
    able = [kind.column(name) for name in kind.references if kind.column(name).is_scalar]
    able = [column for column in able if kind.key != (column.name,) and column.seen.nothing * 2 <= column.seen.rows]
    if not able:
        return False
    able.sort(
        key=lambda column: (
            not name_evidence.names_actor(column.in_header),
            _is_of_events(kind.references[column.name]),
        )
    )
    chosen, *others = able
    other = kind.references[chosen.name]
    share = chosen.seen.repeats.share_in(other.column(other.key[0]).seen.repeats)
    kind.evidence.append(
        f"group: {chosen.name} is {other.key[0]} of {other.table}: {share:.0%} of its "
        f"{chosen.seen.repeats.distinct:,} values are there"
    )
    if others:
        kind.questions.append(f"group: or features by {' or '.join(column.name for column in others)}?")
    _use(chosen, kind)
    return True


def _by_repeats(kind: ProposedKind, *, is_named: bool) -> None:
    """A column that repeats, where rows have a measure or a time and refer to no other file.

    Of rows that others refer to, only a column that is called after who or what does something, or like a key.
    """
    if not any(isinstance(column.type, ExactDecimal | Day | Instant) for column in kind.columns):
        return
    if is_named and not any(isinstance(column.type, Instant) for column in kind.columns):
        return
    able = [column for column in kind.columns if _may_be_group(column, kind) and _repeats(column) >= _OFTEN]
    if not able:
        return
    if is_named:
        able = [column for column in able if _fitness(column, kind) >= _NAMED]
        if not able:
            return
    able.sort(key=lambda column: -_fitness(column, kind))
    chosen = able[0]
    kind.evidence.append(
        f"group: {chosen.name} has {chosen.seen.repeats.distinct:,} values in {kind.found.rows:,} rows read"
    )
    others = [column.name for column in able[1:4]]
    instead = f", or by {' or '.join(others)}" if others else ""
    kind.questions.append(f"group: are features wanted by {chosen.name}{instead}? No column names rows of another file")
    _use(chosen, kind)


def _fitness(column: ProposedColumn, kind: ProposedKind) -> float:
    name = column.in_header
    in_key = column.name in kind.key and len(kind.key) <= 2  # noqa: PLR2004  # more are the whole row
    named = 4 * name_evidence.names_actor(name) + 3 * (name_evidence.names_row(name) and not in_key) + 2 * in_key
    return named + 1 - _repeats(column)


def _repeats(column: ProposedColumn) -> float:
    return 1 - column.seen.repeats.distinct / max(column.seen.values, 1) if column.seen.repeats.distinct > 1 else 0


def _use(column: ProposedColumn, kind: ProposedKind) -> None:
    kind.group = column.name
    column.optional = False
    if column.seen.nothing and column.name not in kind.key:
        kind.questions.append(
            f"{column.name} is empty in {column.seen.nothing:,} of {column.seen.rows:,} rows: they will be rejected"
        )
