"""Which columns name a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from models.types.column_types import Day, Flag, Identifier, Instant, TextType, WholeNumber
from producers.proposal import name_evidence
from producers.proposal.evidence.reading import Uniqueness
from producers.proposal.names import singular, words
from producers.proposal.proposed import ProposedColumn, ProposedKind

_MOST_REPEATED: Final = 0.2
"""A column that is named like a key may repeat in so large a share of the rows: they are corrections."""
_MOST_REPEATED_TOGETHER: Final = 0.05
_MOST_EMPTY: Final = 0.15
_MOST_AGAIN: Final = 0.2
"""So large a share may be repeated by later files, if nothing else says that the column names rows."""
_MOST_AGAIN_TOGETHER: Final = 0.3
_BY_CHANCE: Final = 10.0
"""So many rows would be alike in two columns if these had nothing to do with each other; none by chance is unlikely."""
_NAMED: Final = 3
"""The likelihood of two columns of which the names say that they name a row; see `_likelihood`."""
_BY_NAME: Final = 2
"""The weight of a column that others have the name of; see `choose_single`."""
_PAIRED: Final = 12
"""So many columns are tried in pairs."""
_LEAST_ROWS: Final = 2


_PAIRS: Final = ((0.0, 0.0, _NAMED), (_MOST_REPEATED_TOGETHER, _MOST_AGAIN_TOGETHER, _NAMED), (0.0, 0.0, 0))
"""The shares that pairs may repeat, in a file and in later ones, and their least likelihood, in the order of trust."""


def choose_single(kind: ProposedKind, wanted: Mapping[str, int]) -> bool:
    """Take the one column that names a row as the key, if there is one.

    Args:
        kind: whose key is looked for.
        wanted: names of columns that other kinds refer to, and how much that counts.
    """
    ranked = sorted(_singles(kind, wanted), key=lambda found: -found[0])
    if not ranked:
        return False
    _, column = ranked[0]
    unique = kind.found.unique[column.in_header]
    kind.key = (column.name,)
    kind.evidence.append(f"key: {column.name} is {_how_unique(unique, kind)}")
    kind.questions += _doubts(kind, [column], unique)
    rivals = [name.name for score, name in ranked[1:] if score == ranked[0][0]]
    if rivals:
        kind.questions.append(f"{', '.join(rivals)} would do as well: is {column.name} the right key?")
    return True


def _singles(kind: ProposedKind, wanted: Mapping[str, int]) -> Iterator[tuple[int, ProposedColumn]]:
    for place, column in enumerate(kind.columns):
        unique = kind.found.unique[column.in_header]
        if not _may_be_key(column) or not isinstance(column.type, Identifier | WholeNumber | TextType):
            continue
        is_first = place == 0
        own = _is_own(column, kind)
        named = own or name_evidence.names_row(column.in_header)
        score = 4 * own + 2 * named + wanted.get(column.in_header, 0) + is_first + isinstance(column.type, Identifier)
        if unique.share_again > _MOST_AGAIN and not own and wanted.get(column.in_header, 0) <= _BY_NAME:
            continue
        if unique.repeated == 0 and (named or is_first or column.in_header in wanted):
            yield score + 2, column
        elif unique.share_repeated <= _MOST_REPEATED and named and (is_first or own or column.in_header in wanted):
            yield score, column


def _is_own(column: ProposedColumn, kind: ProposedKind) -> bool:
    """Whether a column is called after its kind: `order_id` of orders, `device` of devices."""
    thing = tuple(map(singular, words(kind.table)))
    name = tuple(map(singular, words(column.in_header)))
    if name == thing or name in {(word,) for word in ("id", "key", "uuid", "guid")}:
        return True
    return len(name) > 1 and name_evidence.names_row(column.in_header) and name[:-1] in {thing, thing[-1:]}


def _may_be_key(column: ProposedColumn) -> bool:
    return column.is_scalar and column.seen.nothing <= _MOST_EMPTY * max(column.seen.rows, 1)


def pairs(kind: ProposedKind) -> list[tuple[str, str]]:
    """Two columns each that may name a row together, in the header's names, the likeliest first."""
    able = [column for column in kind.columns if _may_be_key(column) and _may_be_part(column)][:_PAIRED]
    able = [column for column in able if _repeats(kind.found.unique[column.in_header])]
    ranked = sorted(combinations(able, 2), key=lambda pair: -_likelihood(pair[0], pair[1], kind))
    return [(one.in_header, other.in_header) for one, other in ranked]


def _repeats(unique: Uniqueness) -> bool:
    return bool(unique.repeated) or unique.share_again > 0


def _may_be_part(column: ProposedColumn) -> bool:
    types = (Identifier, WholeNumber, TextType, Day, Instant)
    return isinstance(column.type, types) and not isinstance(column.type, Flag) and column.seen.repeats.distinct > 1


def _likelihood(one: ProposedColumn, other: ProposedColumn, kind: ProposedKind) -> int:
    both = (one, other)
    named = [name_evidence.names_row(column.in_header) or column.name in kind.references for column in both]
    lines = [name_evidence.names_line(column.in_header) for column in both]
    moments = [isinstance(column.type, Day | Instant) for column in both]
    if (named[0] and lines[1]) or (named[1] and lines[0]):
        return 5
    if (named[0] and moments[1]) or (named[1] and moments[0]):
        return 4
    if all(named):
        return 3
    return int(any(named)) + int(any(moments))


def choose_pair(kind: ProposedKind, found: Mapping[tuple[str, ...], Uniqueness]) -> None:
    """Take the likeliest pair that names a row as the key; without one, all columns of one value, with a question."""
    names = {column.in_header: column for column in kind.columns}
    together = {pair: unique for pair, unique in found.items() if pair != whole_row(kind)}
    for most, again, least in _PAIRS:
        for pair, unique in together.items():
            columns = [names[name] for name in pair]
            likely = _likelihood(columns[0], columns[1], kind)
            if unique.share_repeated > most or unique.share_again > again or likely < least:
                continue
            if likely < _NAMED and _alike_by_chance(columns, kind) < _BY_CHANCE:
                continue
            kind.key = tuple(column.name for column in columns)
            kind.evidence.append(f"key: {' and '.join(kind.key)} together are {_how_unique(unique, kind)}")
            kind.questions += _doubts(kind, columns, unique)
            if likely < _NAMED:
                kind.questions.append("do these two columns name a row in later files as well?")
            return
    _take_all(kind, found[whole_row(kind)])


def _alike_by_chance(columns: Sequence[ProposedColumn], kind: ProposedKind) -> float:
    """How many pairs of rows would be alike in columns that had nothing to do with each other."""
    kinds = 1
    for column in columns:
        kinds *= max(column.seen.repeats.distinct, 1)
    return kind.found.rows**2 / 2 / kinds


def whole_row(kind: ProposedKind) -> tuple[str, ...]:
    """All columns of one value that each row has, in the header's names; those of all rows if there are none."""
    scalar = [column for column in kind.columns if column.is_scalar]
    full = [column for column in scalar if not column.seen.nothing]
    return tuple(column.in_header for column in full or scalar[:1] or kind.columns[:1])


def _take_all(kind: ProposedKind, unique: Uniqueness) -> None:
    columns = [column for column in kind.columns if column.in_header in whole_row(kind)]
    kind.key = tuple(column.name for column in columns)
    for column in columns:
        column.optional = False
    kind.questions.append(
        "no column, and no two columns, name a row: with all of these as the key, rows that are alike in them count "
        f"once ({unique.repeated:,} rows of those read); is there a column that numbers the rows?"
    )


def _how_unique(unique: Uniqueness, kind: ProposedKind) -> str:
    rows = f"all {kind.found.rows:,} rows read"
    if not unique.is_exact:
        rows = f"{unique.seen:,} rows that were followed of {kind.found.rows:,} read"
    if not unique.repeated:
        return f"unique in {rows}" + (", each file by itself" if unique.share_again else "")
    return f"unique but for {unique.repeated:,} of {rows}"


def _doubts(kind: ProposedKind, columns: Sequence[ProposedColumn], unique: Uniqueness) -> Iterator[str]:
    names = " and ".join(column.name for column in columns)
    if kind.found.rows < _LEAST_ROWS:
        yield f"{kind.found.rows} rows do not show whether {names} names a row"
    elif unique.repeated:
        yield f"rows that repeat {names} within a file: {unique.repeated:,}; the later one counts: is that meant?"
    if unique.share_again:
        yield (
            f"{unique.share_again:.0%} of the rows repeat {names} of an earlier file, and replace its rows: are they "
            "corrections?"
        )
    for column in columns:
        if column.seen.nothing:
            yield (
                f"{column.name} is empty in {column.seen.nothing:,} of {column.seen.rows:,} rows: they will be rejected"
            )
        column.optional = False
