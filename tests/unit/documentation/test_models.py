"""docs/models.md: each declaration that it shows can be loaded, and its tables say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from models import declare
from models.aggregates.aggregate import Aggregate
from models.declaration.faults import ModelError
from models.declaration.loading import load_model
from models.declaration.model import Model
from models.types import column_types
from models.types.annotations import column_of
from models.types.column_types import ColumnType
from tests.fenced_blocks import ROOT, Block, blocks

PAGE = "docs/models.md"
PYTHON = [block for block in blocks(PAGE) if block.language == "python"]
FAULTY = "Faults of a declaration"
DECLARED = [block for block in PYTHON if block.heading != FAULTY]
FIRST = PYTHON[0].text
TYPES_AND_MARKS = {
    "Amount",
    "Annotated",
    "Decimal",
    "DecimalComma",
    "Field",
    "Header",
    "Id",
    "Separated",
    "UnixTime",
    "date",
    "datetime",
}
NOT_AGGREGATES = {"Features", "Row", *TYPES_AND_MARKS}


def declared(block: Block) -> str:
    """A whole file, or what goes on from the first one of the page."""
    return block.text if "from models.declare import *" in block.text else FIRST + block.text


def model_of(source: str, folder: Path) -> Model:
    (folder / "declared.py").write_text(source)
    return load_model(str(folder / "declared.py"))


def table_under(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    [_, after] = re.split(rf"^#+ {heading}$", (ROOT / PAGE).read_text(), maxsplit=1, flags=re.MULTILINE)
    table = re.search(r"(?:^\|.*\n)+", after, re.MULTILINE)
    assert table is not None
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in table[0].splitlines()[2:]]
    return [[cell.strip().replace("\\|", "|").strip("`") for cell in row] for row in rows]


AGGREGATES = table_under("Aggregates")


@pytest.mark.parametrize("block", DECLARED, ids=str)
def test_a_declaration_that_is_shown_can_be_loaded(block: Block, tmp_path: Path) -> None:
    assert model_of(declared(block), tmp_path).features


def test_the_faults_that_are_shown_are_those_of_the_file_that_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [source, shown] = [block.text for block in blocks(PAGE) if block.heading == FAULTY]
    monkeypatch.chdir(tmp_path)
    Path("faulty.py").write_text(source)
    with pytest.raises(ModelError) as error:
        load_model("faulty.py")
    assert str(error.value) == shown.rstrip("\n")


def test_the_table_has_each_aggregate_and_no_other() -> None:
    named = [row[0].partition("(")[0] for row in AGGREGATES]
    assert sorted(named) == sorted(set(declare.__all__) - NOT_AGGREGATES)


@pytest.mark.parametrize("row", AGGREGATES, ids=lambda row: row[0])
def test_an_aggregate_has_the_type_that_the_table_says(row: list[str], tmp_path: Path) -> None:
    example, _, _, kind, if_nothing_counts = row
    source = f"{FIRST}\n\nclass Shown(Features, table='shown', of=Payment):\n    shown = {example}\n"
    features = model_of(source, tmp_path).features[-1]
    [output] = features.outputs
    aggregate = features.aggregates["shown"]
    assert isinstance(aggregate, Aggregate)
    of_value = features.rows.types.get(getattr(aggregate, "value", ""))
    expected = (of_value.postgres if of_value is not None else "") if kind == "the value's" else kind
    assert output.type.postgres == expected.lower()
    assert output.optional == (if_nothing_counts == "NULL")


TYPES = table_under("Types of columns")


@pytest.mark.parametrize("row", TYPES, ids=lambda row: row[0])
def test_a_type_is_declared_and_stored_as_the_table_says(row: list[str]) -> None:
    name, written, stored, _ = row
    column = column_of("shown", eval(written, vars(declare)))  # noqa: S307  # our own document
    assert column.type.name == name
    assert column.type.postgres == stored


def test_the_table_has_each_type_and_no_other() -> None:
    classes = [found for found in vars(column_types).values() if isinstance(found, type)]
    of_results = {ColumnType, column_types.AnyNumber, column_types.ArrayOf}
    names = {found.name for found in classes if issubclass(found, ColumnType) and found not in of_results}
    assert sorted(row[0] for row in TYPES) == sorted(names)


def test_the_model_that_is_proposed_for_the_files_shown_is_the_one_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("files").mkdir()
    accounts, payments = [block.text for block in blocks(PAGE) if block.language == "text"][:2]
    Path("files/accounts.csv").write_text(accounts)
    Path("files/payments.csv").write_text(payments)
    [console, shown] = [block.text for block in blocks(PAGE) if block.heading == "A model from your files"]
    done = CliRunner().invoke(app, ["init", "files", "--output", "payments.py"])
    assert f"$ ingest init files --output payments.py\n{done.stdout}" == console
    assert Path("payments.py").read_text() == shown
