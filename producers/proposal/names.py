"""Names of a model made from those of files: of tables, classes and columns."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Container
from pathlib import PurePosixPath

from pydantic import BaseModel

from models.declaration.identifiers import MAX_NAME_BYTES, fault_of_column, fault_of_table
from models.terminal_text import shown

_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+")
_UNIT = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_TAIL = re.compile(r"[\W_]*(?:[0-9][0-9\W_]*|part|copy|export)$", re.IGNORECASE)
"""What names of files have at their end that belong together: numbers, days, signs."""
_DAY = re.compile(r"[\W_]*(?<![0-9])[12][0-9]{3}([-_.]?)[01][0-9](\1[0-3][0-9])?(?![0-9])")
"""A day or month anywhere in the name of a file."""
_HEAD = re.compile(r"^[\W_0-9]+")
_CHARACTERS = 40


def words(name: str) -> tuple[str, ...]:
    """The words of a name in small letters, without units in brackets."""
    bare = _UNIT.sub(" ", name)
    return tuple(word.lower() for word in _NEW_WORD.split(bare if bare.strip() else name) if word)


def has_unit(name: str) -> bool:
    """Whether a name has a unit in brackets."""
    return bool(_UNIT.search(name)) and bool(_UNIT.sub("", name).strip())


def singular(word: str) -> str:
    """A word without the ending of an English plural."""
    if word.endswith("ies") and len(word) > len("dies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return (
        word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > len("gas") else word
    )


def column_name(header: str, taken: Container[str]) -> str:
    """The name of a field for a column: the header's own in small letters if that can be one, else made from it."""
    plain = " ".join(header.split()).lower()
    if _is_usable(plain, taken):
        return plain
    return _free(_identifier(unicodedata.normalize("NFKC", header)) or "column", taken)


def table_name(stem: str, taken: Container[str]) -> str:
    """A name that a table and a topic can have."""
    letters = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    name = "_".join(words(letters))
    name = _cut(name.lstrip("0123456789_") or "rows")
    candidates = [name, f"{name}_rows", *(f"{name}_{number}" for number in range(2, 1000))]
    return next(found for found in candidates if found not in taken and not fault_of_table(found, is_topic=True))


def class_name(table: str, taken: Container[str]) -> str:
    """The name of a class of rows: the table's in the singular."""
    *first, last = words(table) or ("row",)
    made = "".join(word.capitalize() for word in (*first, singular(last)))
    return next(name for name in (made, *(f"{made}{number}" for number in range(2, 1000))) if name not in taken)


def bare_stem(file_name: str) -> str:
    """A file's name without suffix, and without numbers and days around it."""
    stem = PurePosixPath(file_name).stem
    short, previous = _DAY.sub("", stem), ""
    while short != previous:
        previous, short = short, _TAIL.sub("", short)
    return _HEAD.sub("", short) or stem


def literal(text: str) -> str:
    """A text as Python writes it, in double quotes where that takes no more escapes."""
    written = repr(text)
    if written.startswith('"') or '"' in text:
        return written
    return '"' + written[1:-1].replace("\\'", "'") + '"'


def quoted(text: str) -> str:
    """A value of a file as a comment shows it."""
    return f'"{shown(text, _CHARACTERS)}"'


def _is_usable(name: str, taken: Container[str]) -> bool:
    return (
        name.isidentifier()
        and not keyword.iskeyword(name)
        and not fault_of_column(name)
        and not (name.startswith("model_") and hasattr(BaseModel, name))
        and unicodedata.normalize("NFKC", name) == name
        and name not in taken
    )


def _identifier(header: str) -> str:
    name = "_".join(word for word in re.split(r"[\W_]+", "_".join(words(header))) if word)
    return f"column_{name}" if name and not name.isidentifier() else name


def _free(name: str, taken: Container[str]) -> str:
    name = _cut(name)
    choices = (name, f"{name}_", *(f"{name}_{number}" for number in range(2, 10_000)))
    return next(found for found in choices if _is_usable(found, taken))


def _cut(name: str) -> str:
    """So much of a name that a number has room after it."""
    return name.encode()[: MAX_NAME_BYTES - len("_features")].decode(errors="ignore")
