from pathlib import Path
from typing import Any

import pytest

from producers.files.csv_file import inspect
from producers.files.fingerprint import fingerprint
from producers.rows.read_options import ReadOptions
from producers.sources.source import local_file
from tests.lab_kinds import row_mapping

CONTENT = "# a list\ncompound_id,compound_name,compound_structure\n1,Caffeine,NA\n"


@pytest.mark.parametrize(
    "options", [{"skip_lines": 1}, {"comment": "//"}, {"null": ("NA",)}, {"quote": "none"}, {"escape": "\\"}]
)
def test_a_file_read_another_way_is_another_file(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "compounds.csv"
    path.write_text(CONTENT)

    def read_with(reading: ReadOptions) -> str:
        return fingerprint(inspect(local_file(path), row_mapping, reading))

    base = ReadOptions(comment="#")
    other = ReadOptions(**{"comment": "#", **options})
    if "comment" in options:
        path.write_text(CONTENT.partition("\n")[2])
    assert read_with(base) == read_with(ReadOptions(comment="#"))
    assert read_with(base) != read_with(other)
