from producers.files.csv_file import inspect
from producers.rows.read_options import ReadOptions
from tests.lab_kinds import row_mapping
from tests.unit.producers.content_source import source_of

CONTENT = b"compound_id,compound_name,compound_structure\n1,a,\n\n,,\n2,b,\n3,c,\n"


def lines_of(limit: int | None) -> list[int]:
    with inspect(source_of(CONTENT), row_mapping, ReadOptions(limit=limit)).opened() as rows:
        return [line for line, fields in rows if isinstance(fields, list) and any(fields)]


def test_no_more_rows_are_given_than_the_limit_blank_ones_not_counted() -> None:
    assert [lines_of(limit) for limit in (None, 0, 1, 2, 9)] == [[2, 5, 6], [], [2], [2, 5], [2, 5, 6]]


def test_warnings_tell_of_the_fallback_only() -> None:
    for content, told in ((CONTENT, False), (CONTENT + b"4,M\xfcller,\n", True)):
        with inspect(source_of(content), row_mapping).opened() as rows:
            assert rows.warnings == ()
            list(rows)
            assert bool(rows.warnings) is told
