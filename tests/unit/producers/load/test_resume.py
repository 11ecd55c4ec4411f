"""Which files were loaded before, by rows that Postgres would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from producers.files.csv_file import CsvFile
from producers.files.discovery import find
from producers.files.fingerprint import fingerprint
from producers.load import resume
from producers.load.resume import resume_lines, without_applied
from producers.sources.hashing import digest_of

HEADER = "compound_id,compound_name,compound_structure\n"
LOAD = UUID(int=1)


def row_of(file: CsvFile, **other: object) -> dict[str, object]:
    size = file.source.size or 0
    return {
        "load_id": LOAD,
        "path": file.name,
        "kind": "compounds",
        "deletes": False,
        "options": fingerprint(file),
        "size": size,
        "digest": digest_of(file.source, size),
        **other,
    }


@pytest.fixture
def files(tmp_path: Path) -> tuple[CsvFile, ...]:
    for number in range(1, 10):
        (tmp_path / f"c{number}.csv").write_text(f"{HEADER}{number},Caffeine,\n")
    return find([tmp_path]).files


def postgres_gives(monkeypatch: pytest.MonkeyPatch, rows: Sequence[dict[str, object]]) -> None:
    async def fetched(*_: object) -> Any:  # noqa: ANN401  # mappings, as asyncpg's records are
        return rows

    monkeypatch.setattr(resume, "_fetch", fetched)


async def test_files_are_left_out_by_their_content_and_the_way_they_are_read(
    files: tuple[CsvFile, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    other_way = row_of(files[1], options="another")
    postgres_gives(monkeypatch, [row_of(files[0]), other_way, row_of(files[2], digest="another")])
    rest, notes = await without_applied("", files)
    assert rest == list(files[1:])
    assert notes == [
        f"{files[0].name}: skipped: load {LOAD} loaded it and it has not changed (--again loads it anyway)"
    ]


async def test_each_of_many_files_of_one_size_is_fingerprinted_and_digested_once(
    files: tuple[CsvFile, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres_gives(monkeypatch, [row_of(file) for file in files] * 5)
    calls: list[str] = []

    def counted(file: CsvFile) -> str:
        calls.append(file.name)
        return fingerprint(file)

    monkeypatch.setattr(resume, "fingerprint", counted)
    rest, notes = await without_applied("", files)
    assert (rest, len(notes), len(calls)) == ([], len(files), len(files))


async def test_of_two_addresses_with_one_name_only_the_one_that_was_loaded_is_left_out(
    files: tuple[CsvFile, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def renamed(file: CsvFile) -> CsvFile:
        return replace(file, source=replace(file.source, name="https://host/export"))

    loaded, new = map(renamed, files[:2])
    postgres_gives(monkeypatch, [row_of(loaded)])
    rest, notes = await without_applied("", [loaded, new])
    assert (rest, len(notes)) == ([new], 1)


async def test_of_two_addresses_with_one_name_none_is_resumed(
    files: tuple[CsvFile, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = row_of(files[0], digested=files[0].source.size, last_line=2, complete=False, positions=[])
    postgres_gives(monkeypatch, [begun])
    assert (await resume_lines("", files[:1], {}))[0] == {files[0].name: 2}
    assert (await resume_lines("", [files[0], files[0]], {}))[0] == {}
