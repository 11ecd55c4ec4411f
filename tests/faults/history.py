"""What happens to the data in one random history: the files of all tables, with good rows and bad ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.faults.declaration import Column, Declaration, Key, Row, RowTable
from tests.faults.drawn_rows import DrawnRows

KNOWN_NAMES = 60
"""So many rows without a group there are at most: not one for each group."""
_SHARE_BAD = 0.01
_REFUSED = 50


@dataclass
class CsvFile:
    """A file as the history wrote it."""

    path: Path
    table: RowTable
    lines: dict[int, Row | Key | None]
    """By line, the row, or the key of one to delete; None if it is bad."""
    deletes: bool = False


class History:
    """Draws everything from one source of chance."""

    def __init__(self, draw: Random, folder: Path, declaration: Declaration) -> None:
        self._draw = draw
        self._folder = folder
        self.rows = {
            table.name: DrawnRows(draw, table, KNOWN_NAMES if table.group is None else 10**9)
            for table in declaration.tables
        }
        self.written: list[CsvFile] = []
        self.change(declaration)

    def change(self, declaration: Declaration) -> None:
        """Take another declaration of the same tables: files that are written from now on have its columns."""
        self.declaration = declaration
        self.main, *self._others = declaration.tables
        for table in declaration.tables:
            self.rows[table.name].table = table

    @property
    def refusal(self) -> str:
        """The statement that makes Postgres refuse the rows of the group; empty if there is no such group."""
        if self.refused_group is None:
            return ""
        assert self.main.group is not None
        literal = self.main.by_name[self.main.group].kind.literal(self.refused_group)
        return f'ALTER TABLE {self.main.name} ADD CHECK ("{self.main.group}" <> {literal})'

    @property
    def refused_group(self) -> object | None:
        """The group of the main table whose rows Postgres may be made to refuse; None if there are too few."""
        rows = self.rows[self.main.name]
        return rows.group(_REFUSED) if rows.groups > _REFUSED else None

    def main_file(self, count: int) -> CsvFile:
        """Rows of the main table."""
        return self._rows_file(self.main, count)

    def other_files(self, count: int) -> list[CsvFile]:
        """Rows of the other tables; names are some at a time, so that they come late and change."""
        return [
            self._rows_file(table, KNOWN_NAMES // 2 if table.group is None else count // 2) for table in self._others
        ]

    def deletions_file(self, count: int) -> CsvFile:
        """Rows to delete: some that exist, some that do not, and a bad one."""
        table = self._draw.choice([self.main, self.main, *self._others])
        rows, draw = self.rows[table.name], self._draw
        whole = draw.random() < 0.3
        header = [column for column in table.columns if whole or column.name in table.key]
        draw.shuffle(header)
        found = [rows.row(rows.any_number(draw), draw) for _ in range(count)]
        fields = [self._fields(header, row) for row in found]
        lines: list[Key | None] = [table.key_of(row) for row in found]
        if spoilt := self._spoilt([table.by_name[name] for name in table.key], header, fields[0]):
            fields.append(spoilt)
            lines.append(None)
        return self._write(table, "deletions", [column.name for column in header], fields, lines, deletes=True)

    def growing_parts(self, count: int) -> tuple[CsvFile, list[str]]:
        """A file that so far holds only its header, and the parts still to be appended; they may tear a line."""
        header = list(self.main.columns)
        file = self._write(self.main, self.main.name, [column.name for column in header], [], [])
        rows = [self.rows[self.main.name].new_or_known() for _ in range(count)]
        text = _csv(self._fields(header, row) for row in rows)
        file.lines |= dict(enumerate(rows, 2))
        cuts = sorted(self._draw.sample(range(1, len(text)), 9))
        return file, [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    def _rows_file(self, table: RowTable, count: int) -> CsvFile:
        header = list(table.columns)
        self._draw.shuffle(header)
        rows: list[Row | None] = [self.rows[table.name].new_or_known() for _ in range(count)]
        fields = []
        for number, row in enumerate(rows):
            assert row is not None
            good = self._fields(header, row)
            spoilt = self._spoilt(table.columns, header, good) if self._draw.random() < _SHARE_BAD else None
            fields.append(spoilt or good)
            if spoilt:
                rows[number] = None
        names = [self._draw.choice([column.name, column.name.upper()]) for column in header]
        return self._write(table, table.name, names, fields, rows)

    def _fields(self, header: Sequence[Column], row: Mapping[str, object]) -> list[str]:
        values = ((column.kind, row[column.name]) for column in header)
        return ["" if value is None else kind.in_file(value, self._draw) for kind, value in values]

    def _spoilt(self, columns: Sequence[Column], header: Sequence[Column], fields: Sequence[str]) -> list[str] | None:
        """The fields of a row with one at fault; None if there is nothing that these columns refuse."""
        faults = [(column, wrong) for column in columns for wrong in column.kind.wrong_in_file]
        if not faults:
            return None
        column, wrong = self._draw.choice(faults)
        return [wrong if each is column else field for each, field in zip(header, fields, strict=True)]

    def _write(
        self,
        table: RowTable,
        name: str,
        header: list[str],
        fields: list[list[str]],
        lines: Sequence[Row | Key | None],
        *,
        deletes: bool = False,
    ) -> CsvFile:
        path = self._folder / f"{len(self.written) + 1}-{name}.csv"
        path.write_text(_csv([header, *fields]))
        file = CsvFile(path, table, dict(enumerate(lines, 2)), deletes)
        self.written.append(file)
        return file


def _csv(rows: Iterable[Sequence[str]]) -> str:
    output = io.StringIO()
    csv.writer(output, lineterminator="\n").writerows(rows)
    return output.getvalue()
