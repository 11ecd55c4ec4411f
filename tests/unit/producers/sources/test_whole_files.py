import bz2
import gzip
import lzma
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
import zstandard

from producers.sources.whole_files import ends_whole
from tests.unit.producers.content_source import source_of

ROWS = b'user_id,name\n1,"O""Neil, Bo"\n'


@pytest.mark.parametrize("step", [1, 1 << 20])
@pytest.mark.parametrize(
    ("content", "is_whole"),
    [
        (ROWS, True),
        (ROWS.replace(b"\n", b"\r\n"), True),
        (ROWS.decode().encode("utf-16"), True),
        (ROWS[:-1], False),
        (ROWS + b'2,"first line\n', False),
        (b"", False),
    ],
)
def test_whether_a_file_ends_whole(content: bytes, is_whole: bool, step: int) -> None:  # noqa: FBT001
    assert ends_whole(source_of(content, step=step)) is is_whole


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
def test_what_is_compressed_is_whole_with_its_end(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(ROWS * 1000)
    assert ends_whole(source_of(packed))
    assert not ends_whole(source_of(packed[:-5]))
    assert not ends_whole(source_of(pack(ROWS[:-1])))


def test_an_archive_is_whole_with_its_directory() -> None:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("users.csv", ROWS)
    content = archive.getvalue()
    assert not ends_whole(source_of(content[:-30]))
