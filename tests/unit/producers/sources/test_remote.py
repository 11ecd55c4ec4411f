import gzip
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

from producers.files.discovery import find
from producers.sources.hashing import digest_of
from producers.sources.remote import is_address, shown_address
from tests.reading_path import outcome_of

COMPOUNDS = b"compound_id,compound_name,compound_structure\n1,Caffeine,\nx,Bad,\n"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class Broken(Quiet):
    """Promises more than it sends."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.wfile.write(COMPOUNDS)
        self.close_connection = True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "compounds.csv").write_bytes(COMPOUNDS)
    (tmp_path / "bad.csv").write_bytes(b"colour\n")
    return tmp_path


def serving(handler: type[SimpleHTTPRequestHandler], folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    yield from serving(Quiet, folder)


@pytest.fixture
def broken_address(folder: Path) -> Iterator[str]:
    yield from serving(Broken, folder)


def test_a_file_at_an_address_is_read(address: str) -> None:
    (file,) = find([f"{address}/compounds.csv?token=secret"]).files
    outcome = outcome_of(file)
    assert file.name == f"{address}/compounds.csv"
    assert (outcome.read, len(outcome.published), outcome.rejected[0].line) == (2, 1, 3)


def test_what_is_wrong_at_an_address_is_told(address: str) -> None:
    missing, wrong = find([f"{address}/none.csv", f"{address}/bad.csv"]).problems
    assert missing.startswith(f"{address}/none.csv: cannot be read (there is nothing at this address)")
    assert "no known kind" in wrong


def test_a_server_that_does_not_answer_is_told() -> None:
    (problem,) = find(["http://127.0.0.1:1/x.csv"]).problems
    assert problem.startswith("http://127.0.0.1:1/x.csv: cannot be read ([Errno 111] Connection refused")


def test_an_answer_that_is_cut_off_is_an_error_and_no_shorter_file(broken_address: str) -> None:
    (problem,) = find([f"{broken_address}/compounds.csv"]).problems or (None,)
    assert problem is not None
    assert "cannot be read" in problem


def test_a_password_in_an_address_is_not_shown() -> None:
    assert shown_address("https://ada:secret@host/x.csv?key=secret#secret") == "https://host/x.csv"


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    # As where it is not installed: importing it fails.
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    (problem,) = find(["ftp://host/x.csv"]).problems
    assert "install exact-features[remote]" in problem


@pytest.mark.parametrize(
    ("path", "is_one"), [("https://h/x", True), ("s3://b/x", True), ("C:\\x", False), ("a/b", False)]
)
def test_an_address_has_a_scheme(path: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_address(path) is is_one


def test_a_server_that_refuses_is_told_with_its_answer_and_no_secret(folder: Path) -> None:
    class Refusing(Quiet):
        def send_head(self) -> None:
            self.send_error(403, "Forbidden")

    for address in serving(Refusing, folder):
        (problem,) = find([f"{address}/compounds.csv?token=secret"]).problems
        assert problem.startswith(f"{address}/compounds.csv: cannot be read (the server answers 403 Forbidden)")
        assert "secret" not in problem


ROWS = COMPOUNDS + b"".join(b"%d,Compound %d,\n" % (number, number) for number in range(3, 100_003))
PACKED = gzip.compress(ROWS)


class Ways(Quiet):
    """Serves a file of more than a block in the ways of public servers; each request is noted."""

    protocol_version = "HTTP/1.1"
    seen: ClassVar[list[tuple[str, str | None]]] = []

    def do_HEAD(self) -> None:
        self.seen.append(("HEAD", None))
        self.send_error(403)

    def do_GET(self) -> None:
        self.seen.append(("GET", self.headers["Range"]))
        getattr(self, self.path.split("/")[1].replace("-", "_"))()

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def plain(self) -> None:
        self.answer(ROWS)

    def gzip_if_asked(self) -> None:
        asked = "gzip" in self.headers["Accept-Encoding"]
        self.answer(PACKED, Content_Encoding="gzip") if asked else self.answer(ROWS)

    def gzip_always(self) -> None:
        self.answer(PACKED, Content_Encoding="gzip")

    def gzip_twice(self) -> None:
        self.answer(gzip.compress(PACKED), Content_Encoding="gzip")

    def packed(self) -> None:
        self.answer(PACKED, Content_Type="application/gzip")

    def redirect(self) -> None:
        self.answer(b"", 307, Location="/plain/compounds.csv")

    def chunked(self, end: bytes = b"0\r\n\r\n") -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(ROWS), 10_000):
            chunk = ROWS[start : start + 10_000]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.write(end)
        self.close_connection = True

    def chunks_cut_off(self) -> None:
        self.chunked(b"")

    def chunk_cut_off(self) -> None:
        self.chunked(b"ff\r\n1,Caf")

    def too_long(self) -> None:
        self.answer(ROWS, Content_Length=str(len(ROWS) + 1))

    def two_lengths(self) -> None:
        self.answer(ROWS, Content_Length=f"{len(ROWS)}, 100")

    def a_part(self) -> None:
        self.answer(ROWS[:1000], 206, Content_Range=f"bytes 0-999/{len(ROWS)}")

    def brotli(self) -> None:
        self.answer(ROWS, Content_Encoding="br")

    def gzip_cut_off(self) -> None:
        self.answer(PACKED[:-9], Content_Encoding="gzip")

    def elsewhere(self) -> None:
        self.answer(b"", 302, Location="ftp://127.0.0.1/compounds.csv")

    def login(self) -> None:
        self.answer(b"", 401) if self.headers["Authorization"] != "Basic YWRhOnNlY3JldA==" else self.answer(ROWS)


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from serving(Ways, tmp_path_factory.mktemp("ways"))


@pytest.mark.parametrize(
    "way", ["plain", "gzip-if-asked", "gzip-always", "gzip-twice", "packed", "redirect", "chunked"]
)
def test_each_way_to_serve_a_file_gives_the_whole_file(ways: str, way: str) -> None:
    Ways.seen.clear()
    found = find([f"{ways}/{way}/compounds.csv"])
    assert found.problems == ()
    assert len(outcome_of(found.files[0]).published) == 100_001
    assert set(Ways.seen) == {("GET", None)}
    assert len(Ways.seen) == (2 if way == "redirect" else 1)


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("chunks-cut-off", "the connection ended after"),
        ("chunk-cut-off", "the connection ended after"),
        ("too-long", "the connection ended after"),
        ("two-lengths", "the length of the server's answer is not clear from its Content-Length"),
        ("a-part", "the server answers 206"),
        ("brotli", "content coding br"),
        ("gzip-cut-off", "damaged or cut off"),
        ("elsewhere", "neither http nor https"),
    ],
)
def test_an_answer_that_is_not_the_whole_file_is_refused(ways: str, way: str, reason: str) -> None:
    found = find([f"{ways}/{way}/compounds.csv"])
    assert found.files == ()
    assert reason in found.problems[0]


def test_a_login_in_an_address_is_used_and_never_shown(ways: str) -> None:
    good, bad = (ways.replace("//", f"//{login}@") + "/login/c.csv" for login in ("ada:secret", "ada:wrong"))
    found = find([good, bad])
    assert [file.name for file in found.files] == [f"{ways}/login/c.csv"]
    assert found.problems[0].startswith(f"{ways}/login/c.csv: cannot be read (the server answers 401")


def test_a_file_at_an_address_is_like_one_of_this_machine(ways: str) -> None:
    (file,) = find([f"{ways}/plain/compounds.csv"]).files
    assert (file.source.size, file.source.repeatable) == (len(ROWS), True)
    assert digest_of(file.source, len(ROWS)) == digest_of(file.source, len(ROWS))


def test_a_disk_without_room_is_told(ways: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("producers.sources.spool.shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
    (problem,) = find([f"{ways}/plain/compounds.csv"]).problems
    assert "no room for it in" in problem
    assert "TMPDIR" in problem
