"""A model as it is proposed: plain values, from which the text of its file is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.types.column_types import ColumnType, ListType, Written
from producers.proposal.evidence.column_evidence import ColumnEvidence
from producers.proposal.evidence.reading import KindEvidence


@dataclass
class ProposedColumn:
    """A column, and why it is proposed so."""

    name: str
    header: str | None
    """What files call it, if that is not its name in any case of letters."""
    in_header: str
    """What files call it, in lower case."""
    type: ColumnType
    seen: ColumnEvidence
    optional: bool = False
    evidence: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    written: Written | None = None
    """How files write its values, where that is another way than the type's own."""

    @property
    def is_scalar(self) -> bool:
        """Whether a row has one value of it."""
        return not isinstance(self.type, ListType)


@dataclass
class ProposedKind:
    """A class of rows, and why it is proposed so."""

    table: str
    class_name: str
    found: KindEvidence
    columns: list[ProposedColumn]
    key: tuple[str, ...] = ()
    group: str | None = None
    label: str | None = None
    files: tuple[str, ...] = ()
    evidence: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    references: dict[str, ProposedKind] = field(default_factory=dict)
    """By column, the kind that its values name."""
    features: list[ProposedFeatures] = field(default_factory=list)

    def column(self, name: str) -> ProposedColumn:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


@dataclass
class ProposedFeatures:
    """A class of features."""

    table: str
    class_name: str
    by: tuple[str, ...]
    """Empty: the group of the rows."""
    aggregates: dict[str, str]
    """By name, as they are written."""
    notes: list[str] = field(default_factory=list)


@dataclass
class Proposal:
    """All that is proposed."""

    kinds: list[ProposedKind]
    nulls: tuple[str, ...] = ()
    """Texts that mean nothing, to be named with --null."""
    problems: tuple[str, ...] = ()
    """Files that are left out, each with the reason."""
    passed_over: tuple[str, ...] = ()
    """Files that hold text for people."""

    @property
    def questions(self) -> int:
        """How many doubts there are."""
        of_columns = sum(len(column.questions) for kind in self.kinds for column in kind.columns)
        return of_columns + sum(len(kind.questions) for kind in self.kinds)
