"""What is written is a model that loads, as a formatter leaves it, whatever the files are called and hold."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.declaration.model import RowTable
from producers.files.csv_file import inspect
from producers.files.discovery import find
from producers.proposal.evidence import chunks
from producers.proposal.evidence.any_header import AnyHeader
from producers.proposal.propose import propose
from producers.rows.column_mapping import RowMapping
from producers.rows.file_kinds import FileKinds
from producers.rows.validation import encode_row
from producers.sources.source import local_file
from tests.declared_fields import written
from tests.declared_tables import row_tables, rows_of
from tests.fenced_blocks import ROOT
from tests.unit.producers.proposal.proposing import proposed_for, proposed_of

SLOW = settings(suppress_health_check=list(HealthCheck), deadline=None)
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@SLOW
@given(data=st.data(), table=row_tables())
def test_each_row_of_a_declared_table_passes_the_model_that_is_proposed_for_it(
    data: st.DataObject, table: RowTable
) -> None:
    rows = data.draw(rows_of(table, min_size=1, max_size=8))
    lines = [[written(column, row[column.name]) for column in table.columns] for row in rows]
    with TemporaryDirectory() as folder:
        path = Path(folder, "things.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[*table.types], *lines])
        found = proposed_for(path, into=Path(folder))
        if "will be rejected" in found.source:
            return  # a doubt, and it is said which
        file_found = inspect(local_file(path), RowMapping(FileKinds(found.model)))
        with file_found.opened() as read:
            for _, fields in read:
                assert isinstance(fields, list)
                encode_row(file_found.layout, fields)


@SLOW
@given(
    name=st.sampled_from(["things.csv", "date.csv", "2024.csv", "Käufe (3).csv", "заказы.csv", "class.csv"]),
    rows=st.integers(1, 5).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=6)),
)
def test_any_table_gives_a_model_that_loads_or_a_reason(name: str, rows: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        inputs = find([path], AnyHeader())
        found = propose(inputs.files, whole=False)
        if found.kinds:
            proposed_for(path, into=Path(folder))
        else:
            assert inputs.problems or found.problems


def formatted(source: str, *options: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", *options, "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("folder", ["data", "examples/shop", "examples/sensors"])
def test_a_formatter_leaves_a_model_as_it_is(folder: str, tmp_path: Path) -> None:
    source = proposed_for(ROOT / folder, into=tmp_path).source
    assert formatted(source) == source
    assert formatted(source, "--line-length=120") == source


def test_long_names_and_keys_are_written_as_a_formatter_would(tmp_path: Path) -> None:
    header = [f"A rather long name of a column, number {number} of many [mg/l]" for number in range(1, 9)]
    rows = [[str(number % place + place) for place in range(2, 10)] for number in range(40)]
    with (tmp_path / "long.csv").open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    source = proposed_for(tmp_path / "long.csv", into=tmp_path).source
    assert formatted(source) == source


def test_a_column_that_is_in_some_files_only_is_left_out_and_named(tmp_path: Path) -> None:
    found = proposed_of(
        tmp_path,
        sales_1="sale_id,amount,day,note\n1,2.5,2024-01-01,x\n",
        sales_2="day,amount,sale_id\n2024-01-02,3.5,2\n",
    )
    assert [*found.rows("sales").types] == ["sale_id", "amount", "day"]
    assert "left out, as not each file has them under a name of their own: 'note'" in " ".join(found.source.split())


def test_a_header_that_is_not_a_name_is_kept_beside_the_field(tmp_path: Path) -> None:
    found = proposed_of(tmp_path, sales='Sale ID,Amount (EUR),"say ""so"""\n1,2.5,a\n2,3.5,b\n')
    assert 'sale_id: Annotated[Id, Header("Sale ID")]' in found.source
    assert [column.header for column in found.rows("sales").columns] == ["sale id", "amount (eur)", 'say "so"']


def test_a_header_that_is_there_twice_is_left_out(tmp_path: Path) -> None:
    found = proposed_of(tmp_path, sales="sale_id,note,Note,amount\n1,a,b,2.5\n2,c,d,3.5\n")
    assert [*found.rows("sales").types] == ["sale_id", "amount"]


def test_files_whose_headers_fit_another_kind_are_named(tmp_path: Path) -> None:
    found = proposed_of(tmp_path, parts="part_id,name\n1,a\n2,b\n", prices="part_id,name,price\n1,a,2.5\n2,b,3.5\n")
    assert found.rows("parts").file_names == ("parts",)
    assert found.rows("prices").file_names == ("prices",)


def test_a_part_of_a_long_file_is_read_and_all_if_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "ROWS_OF_A_FILE", 10)
    (tmp_path / "parts.csv").write_text("part_id,level\n" + "".join(f"{n},{n}\n" for n in range(1, 30)) + "30,high\n")
    beginning = proposed_for(tmp_path / "parts.csv", into=tmp_path)
    whole = proposed_for(tmp_path / "parts.csv", into=tmp_path, whole=True)
    assert "10 rows read, the first rows of parts.csv" in beginning.source
    assert "30 rows read, all rows of parts.csv" in whole.source
    assert '1 of 30 values is not a whole number, first "high"' in " ".join(whole.source.replace("# ", "").split())
