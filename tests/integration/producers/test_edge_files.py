"""The least and the greatest values in files: what psql copies out is what stood there, by whatever way it came."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import asyncpg

from models.rows import MAX_ID, MAX_ROW_BYTES
from tests.edge_texts import EDGE_TEXTS
from tests.processes import Stack

MAX_COMPOUNDS = 20_000

Row = tuple[str, ...]

FILES: dict[str, list[Row]] = {
    "users": [
        ("user_id", "name", "email", "signup_date"),
        ("1", "a", "", "0001-01-01"),
        *((str(number), text, text, "2000-01-01") for number, text in enumerate(EDGE_TEXTS, 2)),
        (str(MAX_ID), "a", "", "9999-12-31"),
    ],
    "compounds": [
        ("compound_id", "compound_name", "compound_structure"),
        ("1", "a", ""),
        *((str(number), text, text) for number, text in enumerate(EDGE_TEXTS, 2)),
        (str(MAX_ID), "a", ""),
    ],
    "experiments": [
        ("experiment_id", "user_id", "experiment_compound_ids", "experiment_run_time"),
        ("1", str(MAX_ID), "", "0.000"),
        ("2", "1", "1", "0.001"),
        ("3", "1", ";".join([str(MAX_ID)] * MAX_COMPOUNDS), "1.000"),
        *((str(number), "1", f"{MAX_ID};1;{MAX_ID}", "999999999999.999") for number in range(4, 1000)),
        (str(MAX_ID), "1", str(MAX_ID), "999999999999.999"),
    ],
}
STORED = {
    "users": "SELECT user_id, name, email, signup_date FROM users ORDER BY user_id",
    "compounds": "SELECT compound_id, compound_name, compound_structure FROM compounds ORDER BY compound_id",
    "experiments": """
        SELECT experiment_id, user_id, array_to_string(experiment_compound_ids, ';') AS experiment_compound_ids,
               experiment_run_time FROM experiments ORDER BY experiment_id
    """,
}
TOTALS = "SELECT user_id::text, total_run_time::text, total_compounds::text FROM user_features ORDER BY 1 DESC"


def plain(text: str) -> str:
    """As most files have it: read by the block."""
    return text


def in_quotes(text: str) -> str:
    """Split by the CSV parser, and still recognised at a glance."""
    return f'"{text}"'


def between_spaces(text: str) -> str:
    """Each field judged by itself."""
    return f" {text} "


def write(path: Path, rows: list[Row], form: Callable[[str], str]) -> None:
    header, *others = rows
    lines = [",".join(header), *(",".join(map(form, row)) for row in others)]
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())


async def stored(stack: Stack, query: str) -> list[Row]:
    """Rows as psql's \\copy writes them."""
    connection = await asyncpg.connect(stack.environment["DATABASE_URL"])
    output = io.BytesIO()
    try:
        await connection.copy_from_query(query, output=output, format="csv", header=True)
    finally:
        await connection.close()
    csv.field_size_limit(MAX_ROW_BYTES)
    return [tuple(row) for row in csv.reader(io.StringIO(output.getvalue().decode(), newline=""))]


async def assert_as_in_the_files(stack: Stack) -> None:
    for kind, rows in FILES.items():
        assert await stored(stack, STORED[kind]) == rows, kind
    [least, greatest] = [tuple(row) for row in await stack.fetch(TOTALS)]
    assert least == (str(MAX_ID), "0.000", "0")
    assert greatest == ("1", "997000000000000.004", str(1 + MAX_COMPOUNDS + 996 * 3 + 1))
    await stack.assert_audit_is_equal()


async def test_edge_values_come_back_as_they_stood_in_the_file(stack: Stack, tmp_path: Path) -> None:
    worker = stack.start_worker()
    for form in (plain, in_quotes, between_spaces):
        folder = tmp_path / form.__name__
        folder.mkdir()
        for kind, rows in FILES.items():
            write(folder / f"{kind}.csv", rows, form)
        command = await stack.load(folder)
        assert command.returncode == 0, command.stderr
        await assert_as_in_the_files(stack)
    worker.stop()
    rebuilt = await stack.run("cli", "rebuild", "--yes")
    assert rebuilt.returncode == 0, rebuilt.stderr
    await assert_as_in_the_files(stack)
