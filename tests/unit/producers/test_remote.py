import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from producers.inputs import find
from producers.remote import is_address, shown_address
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
