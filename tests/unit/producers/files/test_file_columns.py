"""What a file's columns are read as."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.declaration.in_force import model_named
from producers.files.csv_file import inspect
from producers.rows.column_mapping import RowMapping
from producers.rows.file_kinds import FileKinds
from producers.rows.read_options import options_from
from producers.sources.source import local_file

LAYOUTS = RowMapping(FileKinds(model_named("models.lab")))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "Signup_Date,note,USER_ID,name,E  Mail",
            (
                ("Signup_Date", "signup_date"),
                ("note", None),
                ("USER_ID", "user_id"),
                ("name", "name"),
                ("E Mail", "email"),
            ),
        ),
        # A name of two lines, in a column that nobody reads.
        (
            'user_id,name,"two\nlines",email,signup_date',
            (
                ("user_id", "user_id"),
                ("name", "name"),
                ("two lines", None),
                ("email", "email"),
                ("signup_date", "signup_date"),
            ),
        ),
    ],
)
def test_each_column_says_what_it_is_read_as(
    tmp_path: Path, header: str, expected: tuple[tuple[str, str | None], ...]
) -> None:
    path = tmp_path / "users.csv"
    path.write_text(f"{header}\n")
    file = inspect(local_file(path), LAYOUTS, options_from({"columns": ["e mail=email"]}))
    assert file.columns == expected
