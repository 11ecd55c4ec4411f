import gzip
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from producers.files.csv_file import inspect
from producers.files.discovery import find
from producers.sources.source import bare_name
from tests.lab_kinds import row_mapping
from tests.reading_path import outcome_of
from tests.unit.producers.content_source import source_of

ROOT = Path(__file__).parents[4]
COMPOUNDS = b"compound_id,compound_name,compound_structure\n1,Caffeine,\nx,Bad,\n2,Aspirin,\n"
SCRIPT = """
from producers.files.discovery import find
from tests.reading_path import outcome_of
found = find(["-"])
print(found.problems)
for file in found.files:
    outcome = outcome_of(file)
    print(file.name, outcome.read, [row.line for row in outcome.published], [row.line for row in outcome.rejected])
"""


@pytest.mark.parametrize(
    ("name", "bare"),
    [("a/users.csv", "users.csv"), ("users.csv.gz", "users.csv"), ("USERS.CSV.ZST", "USERS.CSV"), ("labs.zip", "labs")],
)
def test_the_suffix_of_compression_is_no_part_of_the_name(name: str, bare: str) -> None:
    assert bare_name(name) == bare


@pytest.mark.parametrize("content", [COMPOUNDS, gzip.compress(COMPOUNDS)], ids=["plain", "gzip"])
def test_standard_input_is_read(content: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=content, capture_output=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.decode().splitlines() == ["()", "- 3 [2, 4] [3]"]


def test_standard_input_without_a_header_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=b"", capture_output=True, check=True, cwd=ROOT, timeout=60
    )
    assert "-: is empty" in done.stdout.decode()


def test_a_zip_archive_on_standard_input_is_refused_with_advice() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=b"PK\x03\x04xx", capture_output=True, check=True, cwd=ROOT, timeout=60
    )
    assert "zip archive, which cannot be read from here" in done.stdout.decode()


def test_a_named_pipe_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[COMPOUNDS * 3000])
    writer.start()
    (file,) = find([pipe]).files
    outcome = outcome_of(file)
    writer.join(10)
    assert (outcome.read, len(outcome.published)) == (3 * 3000 + 2999, 2 * 3000)


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_what_is_read_once_gives_the_same_as_a_file_however_slowly_it_comes(step: int) -> None:
    content = b"\n\n" + COMPOUNDS + b"3,Caf\xc3\xa9,\n" * 50
    once = inspect(source_of(content, repeatable=False, step=step), row_mapping)
    again = inspect(source_of(content), row_mapping)
    assert outcome_of(once) == outcome_of(again)


def test_what_is_read_once_is_not_looked_through_for_its_encoding_or_its_dates() -> None:
    content = b"user_id,name,email,signup_date\n1,M\xfcller,,2024-01-15\n2,Ben,,25/12/2024\n"
    codes = [
        reject.faults[0].code
        for reject in outcome_of(inspect(source_of(content, repeatable=False), row_mapping)).rejected
    ]
    assert codes == ["not_utf8", "date_form"]


def test_the_bytes_read_are_counted_in_the_measure_of_the_size(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(COMPOUNDS * 1000))
    (file,) = find([path]).files
    with file.opened() as rows:
        for _ in rows:
            pass
        assert rows.bytes_read == file.source.size == path.stat().st_size
