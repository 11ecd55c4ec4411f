"""From files to a proposed model, step by step: kinds, columns, keys, references, groups, features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.types.column_types import Identifier, ListType, TextType, WholeNumber
from producers.files.csv_file import CsvFile
from producers.proposal.choices.features import propose_features
from producers.proposal.choices.grouping import choose_groups, choose_label
from producers.proposal.choices.keys import choose_pair, choose_single, pairs, whole_row
from producers.proposal.choices.references import note_references
from producers.proposal.choices.type_choice import chosen_type
from producers.proposal.evidence.file_groups import FileGroup, HeadedFile, grouped, headed
from producers.proposal.evidence.header_doubts import not_the_header
from producers.proposal.evidence.reading import KindEvidence, read_kind, uniqueness
from producers.proposal.names import class_name, column_name, singular, table_name, words
from producers.proposal.proposed import Proposal, ProposedColumn, ProposedKind

_ARE_HERE: Final = 0.5
_SURELY: Final = 7
"""More than that a column is called after its kind."""


def propose(files: Sequence[CsvFile], *, whole: bool) -> Proposal:
    """A model for the files.

    Args:
        files: any; those that show no columns are left out, each with a problem.
        whole: read all rows, and not the first ones of each file.

    Raises:
        OSError: a file cannot be read.
    """
    looked_at = [headed(file) for file in files]
    problems = [found for found in looked_at if isinstance(found, str)]
    readable = [found for found in looked_at if isinstance(found, HeadedFile) and not found.is_prose]
    groups = grouped(readable)
    kinds: list[ProposedKind] = []
    tables: set[str] = set()
    classes: set[str] = set()
    for group in groups:
        if fault := _no_columns(group):
            problems.append(fault)
            continue
        found = read_kind(group, whole=whole)
        if fault := not_the_header(found):
            problems.append(fault)
            continue
        kinds.append(_kind(found, tables, classes))
    _choose_keys(kinds, whole=whole)
    _shorten_tables(kinds, tables, classes)
    note_references(kinds)
    for kind in kinds:
        _align_references(kind)
    choose_groups(kinds)
    for kind in kinds:
        choose_label(kind)
        propose_features(kind, tables, classes)
    _note_files(kinds)
    kinds.sort(key=lambda kind: kind.group is not None)
    prose = [found.file.name for found in looked_at if isinstance(found, HeadedFile) and found.is_prose]
    return Proposal(kinds, _nulls(kinds), tuple(problems), tuple(prose))


def _no_columns(group: FileGroup) -> str | None:
    if group.columns:
        return None
    return f"{group.files[0].file.name}: has no column with a name of its own: give each column another name"


def _kind(found: KindEvidence, tables: set[str], classes: set[str]) -> ProposedKind:
    table = table_name(found.group.stem, tables)
    tables.add(table)
    name = class_name(table, classes)
    classes.add(name)
    return ProposedKind(table, name, found, _columns(found))


def _columns(found: KindEvidence) -> list[ProposedColumn]:
    columns: list[ProposedColumn] = []
    taken: set[str] = set()
    plain = {name for name in found.group.columns if column_name(name, ()) == name}
    for header, in_header in zip(found.group.headers, found.group.columns, strict=True):
        name = column_name(header, taken | (plain - {in_header}))
        taken.add(name)
        seen = found.columns[in_header]
        choice = chosen_type(header, seen)
        is_optional = seen.nothing > 0 and not (isinstance(choice.type, ListType) and not seen.markers)
        is_optional |= any("if that means nothing" in question for question in choice.questions)
        column = ProposedColumn(
            name,
            None if name.casefold() == in_header else header,
            in_header,
            choice.type,
            seen,
            is_optional or not seen.values,
        )
        column.evidence, column.written = choice.evidence, choice.written
        column.questions = [*choice.questions, *_of_markers(column)]
        columns.append(column)
    return columns


def _of_markers(column: ProposedColumn) -> list[str]:
    markers = column.seen.markers
    if not markers:
        return []
    shown = ", ".join(f'"{text}"' for text in sorted(markers)[:3])
    counted = f"{markers.total():,} of {column.seen.rows:,} hold {shown}"
    if isinstance(column.type, TextType | ListType):
        option = " ".join(f"--null '{text}'" for text in sorted(markers)[:3])
        return [f"{counted}: if that means nothing, load with {option}"]
    column.evidence.append(f"{counted}, read as nothing by --null")
    return []


def _nulls(kinds: Sequence[ProposedKind]) -> tuple[str, ...]:
    """Markers beside values that are no texts, where they can mean nothing else."""
    columns = [column for kind in kinds for column in kind.columns]
    sure = [column for column in columns if not isinstance(column.type, TextType | ListType)]
    return tuple(dict.fromkeys(text for column in sure for text in sorted(column.seen.markers)))


def _choose_keys(kinds: Sequence[ProposedKind], *, whole: bool) -> None:
    for kind in kinds:
        wanted = {column.in_header: _wanted(column, kind, kinds) for column in kind.columns if column.is_scalar}
        if choose_single(kind, {name: weight for name, weight in wanted.items() if weight}):
            continue
        note_references([kind, *(other for other in kinds if len(other.key) == 1)])
        choose_pair(kind, uniqueness(kind.found.group, [*pairs(kind), whole_row(kind)], whole=whole))


def _wanted(column: ProposedColumn, kind: ProposedKind, kinds: Sequence[ProposedKind]) -> int:
    """How surely columns of other kinds refer to this one: by name, and by values that repeat there and are here."""
    return max(
        (_refers_to(other, column, kind) for found in kinds if found is not kind for other in found.columns), default=0
    )


def _refers_to(other: ProposedColumn, column: ProposedColumn, kind: ProposedKind) -> int:
    name, thing = other.in_header, "_".join(map(singular, words(kind.table)))
    is_named = (
        name == column.in_header or name.endswith(f"_{column.in_header}") or name == f"{thing}_{column.in_header}"
    )
    is_text = isinstance(column.type, TextType) and isinstance(other.type, TextType)
    if not is_named and not (is_text and words(name)[-1:] == words(column.in_header)[-1:]):
        return 0
    repeats = other.seen.repeats.distinct < other.seen.values
    are_here = is_text and other.seen.repeats.share_in(column.seen.repeats) >= _ARE_HERE
    return _SURELY if repeats and are_here else 2 * is_named


def _shorten_tables(kinds: Sequence[ProposedKind], tables: set[str], classes: set[str]) -> None:
    """`customer_orders.csv` with the key `order_id`, beside customers.csv, holds orders."""
    things = {tuple(map(singular, words(kind.table))) for kind in kinds}
    for kind in kinds:
        full = words(kind.table)
        key = tuple(map(singular, words(kind.column(kind.key[0]).in_header)))
        for length in range(1, len(full)):
            rest = full[length:]
            if tuple(map(singular, full[:length])) in things and key[: len(rest)] == tuple(map(singular, rest)):
                tables.discard(kind.table)
                classes.discard(kind.class_name)
                short = table_name("_".join(rest), tables)
                kind.files = (kind.found.group.stem, short)
                kind.table, kind.class_name = short, class_name(short, classes)
                tables.add(kind.table)
                classes.add(kind.class_name)
                break


def _align_references(kind: ProposedKind) -> None:
    """A whole number that names an Id is one itself."""
    for name, other in kind.references.items():
        column, key = kind.column(name), other.column(other.key[0])
        if isinstance(column.type, ListType):
            if isinstance(key.type, Identifier) and isinstance(column.type.item, WholeNumber):
                column.type = ListType(key.type, column.type.separator)
        elif isinstance(key.type, Identifier) and isinstance(column.type, WholeNumber):
            column.type = key.type


def _note_files(kinds: Sequence[ProposedKind]) -> None:
    """Name the files of a kind where a header would fit another kind as well."""
    for kind in kinds:
        mine = {column.in_header for column in kind.columns}
        rivals = [
            other
            for other in kinds
            if (other is not kind and any({*file.compared} >= mine for file in other.found.group.files))
            or (
                other is not kind
                and any(
                    {*file.compared} >= {column.in_header for column in other.columns}
                    for file in kind.found.group.files
                )
            )
        ]
        if rivals:
            names = [file.file.source.file_name.rpartition(".")[0].lower() for file in kind.found.group.files]
            kind.files = tuple(dict.fromkeys([*names, *kind.files]))
            kind.evidence.append(f"files: their headers fit {', '.join(other.table for other in rivals)} as well")
