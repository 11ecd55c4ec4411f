"""The text of a model file, as a formatter would leave it: evidence and questions as comments."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from models.terminal_text import escaped
from models.types.column_types import (
    Amount,
    ColumnType,
    DecimalComma,
    ExactDecimal,
    ListType,
    UnixTime,
    Written,
)
from producers.proposal.names import literal
from producers.proposal.proposed import Proposal, ProposedColumn, ProposedFeatures, ProposedKind

_WIDTH: Final = 88
_INDENT: Final = "    "


def source_of(proposal: Proposal, title: str) -> str:
    """A model file.

    Args:
        proposal: with one kind at least.
        title: what its docstring says.
    """
    lines = [_docstring(title), "", *_wrapped(_PREFACE, ""), ""]
    lines += ["from models.declare import *"]
    for kind in proposal.kinds:
        lines += ["", "", *_row_class(kind)]
    for kind in proposal.kinds:
        for features in kind.features:
            lines += ["", "", *_features_class(features, kind)]
    return "\n".join(lines) + "\n"


_PREFACE: Final = (
    "Proposed from what the files hold: read it, and mend it where you know better. A comment that begins with ? is a "
    "question: the files do not show the answer."
)


def _docstring(title: str) -> str:
    text = escaped(title).replace("\\", "/").replace('"', "'")
    return f'"""{text}"""'


def _row_class(kind: ProposedKind) -> Iterator[str]:
    keywords = [f"table={literal(kind.table)}", f"key={_names(kind.key)}"]
    keywords += [f"group={literal(kind.group)}"] if kind.group is not None else []
    keywords += [f"label={literal(kind.label)}"] if kind.label is not None else []
    keywords += [f"files={_names(kind.files)}"] if kind.files else []
    yield from _call(f"class {kind.class_name}", ["Row", *keywords], ":")
    yield from _comments(_of_kind(kind), kind.questions)
    yield ""
    for column in kind.columns:
        yield from _field(column)


def _of_kind(kind: ProposedKind) -> Iterator[str]:
    found = kind.found
    names = [file.file.source.file_name for file in found.group.files]
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""  # noqa: PLR2004  # names enough to know them by
    extent = "all rows" if found.is_whole else "the first rows"
    yield f"{found.rows:,} rows read, {extent} of {', '.join(names[:3])}{more}"
    if found.misfits:
        yield f"rows that do not fit the header, and were passed over: {found.misfits:,}, first {found.first_misfit}"
    yield from kind.evidence
    if left_out := [*found.group.left_out]:
        yield f"left out, as not each file has them under a name of their own: {', '.join(map(repr, left_out))}"


def _field(column: ProposedColumn) -> Iterator[str]:
    annotation = annotation_of(column.type, column.header, column.written)
    declared = f"{_INDENT}{column.name}: {annotation}{' | None' if column.optional else ''}"
    evidence = "; ".join([*_emptiness(column), *column.evidence])
    trailing = f"{declared}  # {evidence}" if evidence else declared
    yield from _comments([], column.questions)
    if len(escaped(trailing)) <= _WIDTH:
        yield escaped(trailing)
        return
    yield from _comments([evidence] if evidence else [], [])
    if len(declared) <= _WIDTH:
        yield declared
    else:
        yield from _exploded(column)


def _exploded(column: ProposedColumn) -> Iterator[str]:
    """A field that is too long for one line."""
    marks = _marks_of(column.type, column.header, column.written)
    bare = f"{_bare(column.type)} | None" if column.optional else _bare(column.type)
    yield f"{_INDENT}{column.name}: Annotated["
    yield from (f"{_INDENT * 2}{part}," for part in (bare, *marks))
    yield f"{_INDENT}]"


def _emptiness(column: ProposedColumn) -> Iterator[str]:
    if column.seen.empty:
        yield f"{column.seen.empty:,} of {column.seen.rows:,} empty"


def annotation_of(kind: ColumnType, header: str | None = None, written: Written | None = None) -> str:
    """A type as a model file writes it."""
    marks = _marks_of(kind, header, written)
    return f"Annotated[{', '.join((_bare(kind), *marks))}]" if marks else _bare(kind)


def _bare(kind: ColumnType) -> str:
    return f"list[{kind.item.name}]" if isinstance(kind, ListType) else kind.name


def _marks_of(kind: ColumnType, header: str | None, written: Written | None) -> list[str]:
    marks: list[str] = []
    match kind:
        case ExactDecimal(digits, places):
            marks.append(f"Field(max_digits={digits}, decimal_places={places})")
        case ListType(separator=separator):
            marks.append(f"Separated({literal(separator)})")
    match written:
        case DecimalComma():
            marks.append("DecimalComma()")
        case Amount(sign, decimal):
            marks.append(f"Amount({literal(sign)})" if decimal == "." else f'Amount({literal(sign)}, decimal=",")')
        case UnixTime(unit):
            marks.append(f"UnixTime({literal(unit)})")
    return [*marks, *([] if header is None else [f"Header({literal(header)})"])]


def _features_class(features: ProposedFeatures, kind: ProposedKind) -> Iterator[str]:
    keywords = [f"table={literal(features.table)}", f"of={kind.class_name}"]
    keywords += [f"by={_names(features.by)}"] if features.by else []
    yield from _call(f"class {features.class_name}", ["Features", *keywords], ":")
    for name, text in features.aggregates.items():
        function, _, arguments = text.rstrip(")").partition("(")
        yield from _indented(_call(f"{name} = {function}", arguments.split(", ") if arguments else [], ""))


def _call(opening: str, arguments: Sequence[str], end: str, indent: str = "") -> Iterator[str]:
    whole = f"{opening}({', '.join(arguments)}){end}"
    if len(indent) + len(whole) <= _WIDTH - len(_INDENT):
        yield whole
        return
    yield f"{opening}("
    for argument in arguments:
        yield from _argument(argument)
    yield f"){end}"


def _argument(text: str) -> Iterator[str]:
    """One argument on a line of its own; each name of a long tuple on one of its own too."""
    name, _, names = text.partition("=(")
    if len(text) + 2 * len(_INDENT) < _WIDTH or not names:
        yield f"{_INDENT}{text},"
        return
    yield f"{_INDENT}{name}=("
    yield from (f"{_INDENT * 2}{part}," for part in names.removesuffix(")").split(", "))
    yield f"{_INDENT}),"


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"{_INDENT}{line}" for line in lines)


def _names(names: Sequence[str]) -> str:
    return literal(names[0]) if len(names) == 1 else f"({', '.join(map(literal, names))})"


def _comments(evidence: Iterator[str] | Sequence[str], questions: Sequence[str]) -> Iterator[str]:
    for text in evidence:
        yield from _wrapped(text, _INDENT)
    for text in questions:
        yield from _wrapped(f"? {text}", _INDENT)


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        escaped(text),
        _WIDTH,
        initial_indent=f"{indent}# ",
        subsequent_indent=f"{indent}# ",
        break_long_words=False,
        break_on_hyphens=False,
    )
