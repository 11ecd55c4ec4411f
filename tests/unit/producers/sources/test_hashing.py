from hashlib import blake2b
from io import BytesIO
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from producers.sources.hashing import HashedBytes, HashedSource, digest_of
from producers.sources.source import local_file


def digest(content: bytes) -> str:
    return blake2b(content, digest_size=32).hexdigest()


@given(st.binary(max_size=2000), st.lists(st.integers(1, 700), max_size=5))
def test_what_is_read_is_measured_and_unchanged(content: bytes, sizes: list[int]) -> None:
    measured = HashedBytes(BytesIO(content))
    read = b"".join(measured.read(size) or b"" for size in sizes)
    assert content.startswith(read)
    assert measured.measure == (len(read), digest(read))
    read += measured.read() or b""
    assert (read, measured.at_end, measured.measure.digest) == (content, True, digest(content))


def test_a_file_is_measured_when_first_opened_and_not_when_looked_at_again(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n1,2\n")
    measured = HashedSource(local_file(path))
    assert (measured.measure, measured.at_end) == (None, False)
    with measured.source.opened() as first, measured.source.opened() as second:
        assert second.read() == b"a,b\n1,2\n"
        assert not measured.at_end
        assert first.read() == b"a,b\n1,2\n"
    assert measured.at_end
    assert measured.measure == (8, digest(b"a,b\n1,2\n"))


def test_the_digest_of_a_beginning_needs_so_many_bytes(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n1,2\n")
    assert digest_of(local_file(path), 4) == digest(b"a,b\n")
    assert digest_of(local_file(path), 8) == digest(b"a,b\n1,2\n")
    assert digest_of(local_file(path), 9) is None
