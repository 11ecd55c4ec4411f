"""Which of our columns a header's own names may mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from models.declaration.model import RowTable
from producers.rows.file_kinds import column_names

_UNIT = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+")
_LAST_WORDS = ("id", "date", "at")
"""Words that people leave away at the end of a column's name."""
_LEAST_BESIDE = 2
"""So many columns must have names before the last name left is taken for the last column."""
_ALIKE = 0.8
_LEAST_LETTERS = 4
"""Names that are shorter are not compared letter by letter."""
_SURE = 2
"""So many ways to compare names leave no room for chance: equal but for case and signs, or another usual word."""

Words = tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """What the names of a header may mean."""

    kind: RowTable
    names: Mapping[str, str]
    """Ours to theirs, where exactly one of theirs fits best; those that are called as ours included."""
    doubtful: Mapping[str, Sequence[str]]
    """Ours to those of theirs that fit equally well."""
    sure: int
    """How many of the names are surely meant."""

    @property
    def is_complete(self) -> bool:
        """Whether each column of the kind has its name."""
        return len(self.names) == len(self.kind.columns)

    @property
    def renamed(self) -> dict[str, str]:
        """Theirs to ours, without those that are called as ours."""
        return {theirs: ours for ours, theirs in self.names.items() if one_line(theirs).casefold() != ours.casefold()}


def one_line(name: str) -> str:
    """A column's name with single spaces in place of line breaks and other white space."""
    return " ".join(name.split())


def proposal(header: Sequence[str], kind: RowTable) -> Proposal:
    """What the names of a header may mean, if the file is of that kind.

    Args:
        header: the names as they stand in the file.
        kind: its columns are looked for.
    """
    free = dict.fromkeys(name for name in header if name.strip())
    wanted = dict.fromkeys(column_names(kind))
    names: dict[str, str] = {}
    doubtful: dict[str, Sequence[str]] = {}
    sure = 0
    for number, fits in enumerate(_COMPARISONS, 1):
        found = {ours: [theirs for theirs in free if fits(theirs, _forms(ours, kind))] for ours in wanted}
        for ours, candidates in found.items():
            rivals = [other for other, theirs in found.items() if other != ours and set(theirs) & set(candidates)]
            if len(candidates) == 1 and not rivals:
                names[ours] = candidates[0]
                sure += number <= _SURE
            elif candidates:
                doubtful[ours] = candidates
        free = {theirs: None for theirs in free if theirs not in names.values()}
        wanted = {ours: None for ours in wanted if ours not in names and ours not in doubtful}
    is_likely = sure or len(header) == len(kind.columns)
    if len(wanted) == len(free) == 1 and not doubtful and is_likely and len(names) >= _LEAST_BESIDE:
        names[next(iter(wanted))] = next(iter(free))
    in_order = {ours: names[ours] for ours in column_names(kind) if ours in names}
    return Proposal(kind, in_order, doubtful, sure)


@dataclass(frozen=True)
class _Forms:
    """The words that mean a column."""

    full: Words
    others: tuple[Words, ...]


def _forms(ours: str, kind: RowTable) -> _Forms:
    full = _words(ours)
    prefix = _words(kind.name)
    short = full[len(prefix) :] if full[: len(prefix)] == prefix and len(full) > len(prefix) else ()
    bare = tuple(form[:-1] for form in (full, short) if form[-1:] and form[-1] in _LAST_WORDS)
    return _Forms(full, tuple(form for form in (short, prefix + full, *bare) if form))


def _words(name: str) -> Words:
    """Its words in small letters, without units in brackets and the s of a plural."""
    split = _NEW_WORD.split(_UNIT.sub(" ", name)) if _UNIT.sub("", name).strip() else _NEW_WORD.split(name)
    return tuple(word.lower().removesuffix("s") for word in split if word)


def _joined(words: Iterable[str]) -> str:
    return "".join(words)


def _is_equal(theirs: str, forms: _Forms) -> bool:
    return _joined(_words(theirs)) == _joined(forms.full)


def _is_also_called(theirs: str, forms: _Forms) -> bool:
    return _joined(_words(theirs)) in map(_joined, forms.others)


def _says_more(theirs: str, forms: _Forms) -> bool:
    return any(set(_words(theirs)) >= set(form) for form in (forms.full, *forms.others))


def _is_alike(theirs: str, forms: _Forms) -> bool:
    name = _joined(_words(theirs))
    known = _joined(forms.full)
    return len(name) >= _LEAST_LETTERS and SequenceMatcher(None, name, known).ratio() >= _ALIKE


_COMPARISONS: tuple[Callable[[str, _Forms], bool], ...] = (_is_equal, _is_also_called, _says_more, _is_alike)
"""From the surest to the least sure; a column's name is looked for in the next way if no name fits in this one."""
