import gzip
import zipfile
from pathlib import Path

import pytest

from producers.files.discovery import find
from tests.reading_path import outcome_of

COMPOUNDS = b"compound_id,compound_name,compound_structure\n1,Caffeine,\n"
USERS = b"user_id,name,email,signup_date\n1,Ada,,2024-01-15\nx,Ben,,2024-01-15\n"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "labs.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("b/compounds.csv", COMPOUNDS)
        target.writestr("a/USERS.CSV", USERS)
        target.writestr("a/more.csv.gz", gzip.compress(COMPOUNDS))
        target.writestr("a/empty.csv", b"")
        target.writestr("a/notes.txt", b"nothing")
        target.writestr(".hidden.csv", b"nothing")
    return path


def test_each_csv_file_of_an_archive_is_a_file_of_its_own_users_first(archive: Path) -> None:
    found = find([archive])
    assert [(file.name, file.layout.kind.name) for file in found.files] == [
        (f"{archive}/a/USERS.CSV", "users"),
        (f"{archive}/a/more.csv.gz", "compounds"),
        (f"{archive}/b/compounds.csv", "compounds"),
    ]
    assert [problem.partition(": ")[0] for problem in found.problems] == [f"{archive}/a/empty.csv"]
    assert [file.source.file_name for file in found.files] == ["USERS.CSV", "more.csv", "compounds.csv"]
    assert found.files[0].source.size == len(USERS)


def test_the_rows_of_a_member_have_their_true_lines(archive: Path) -> None:
    outcome = outcome_of(find([archive]).files[0])
    assert [published.line for published in outcome.published] == [2]
    assert [(reject.line, reject.original) for reject in outcome.rejected] == [(3, "x,Ben,,2024-01-15")]


def test_an_archive_in_a_folder_is_found(archive: Path) -> None:
    assert len(find([archive.parent]).files) == 3


def test_a_member_that_is_encrypted_is_named(archive: Path) -> None:
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as source:
        offsets = [info.header_offset for info in source.infolist()]
    for offset in offsets:
        content[offset + 6] |= 1
    start = content.find(b"PK\x01\x02")
    while start >= 0:
        content[start + 8] |= 1
        start = content.find(b"PK\x01\x02", start + 1)
    archive.write_bytes(content)
    found = find([archive])
    assert found.files == ()
    assert all("the zip archive cannot be unpacked" in problem and "encrypted" in problem for problem in found.problems)


def test_a_member_whose_bytes_are_damaged_is_told_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        target.writestr("compounds.csv", COMPOUNDS)
    path.write_bytes(path.read_bytes().replace(b"Caffeine", b"Caffiene"))
    (problem,) = find([path]).problems
    assert "damaged or cut off: Bad CRC-32" in problem
