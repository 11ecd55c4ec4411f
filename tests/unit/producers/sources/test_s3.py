"""Files in S3, as a server of this machine serves it."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import boto3
import pytest
import s3fs
from moto.server import ThreadedMotoServer

from producers.errors import UnreadableSourceError
from producers.files.discovery import find
from producers.sources import remote
from tests.reading_path import outcome_of

COMPOUNDS = b"compound_id,compound_name,compound_structure\n1,Caffeine,\nx,Bad,\n"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "ada", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    started = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    started.start()
    host, port = started.get_host_and_port()
    yield f"http://{host}:{port}"
    started.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The bucket `lab`, empty; the environment names the server as a person's would."""
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": server}.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    lab = boto3.resource("s3").Bucket("lab")
    lab.create()
    yield lab
    lab.objects.delete()
    lab.delete()
    s3fs.S3FileSystem.clear_instance_cache()


def test_a_file_in_s3_is_read(bucket: Any) -> None:  # noqa: ANN401  # boto3 has no types
    bucket.put_object(Key="in/compounds.csv", Body=COMPOUNDS)
    (file,) = find(["s3://lab/in/compounds.csv"]).files
    outcome = outcome_of(file)
    assert file.name == "s3://lab/in/compounds.csv"
    assert (outcome.read, len(outcome.published), outcome.rejected[0].line) == (2, 1, 3)


def test_compressed_files_and_archives_in_s3_are_read(bucket: Any) -> None:  # noqa: ANN401
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("compounds.csv", COMPOUNDS)
    bucket.put_object(Key="c.csv.gz", Body=gzip.compress(COMPOUNDS))
    bucket.put_object(Key="c.zip", Body=archive.getvalue())
    files = find(["s3://lab/c.csv.gz", "s3://lab/c.zip"]).files
    assert [file.name for file in files] == ["s3://lab/c.csv.gz", "s3://lab/c.zip/compounds.csv"]
    assert [outcome_of(file).read for file in files] == [2, 2]


def test_a_file_of_many_blocks_in_s3_is_read_whole(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    monkeypatch.setattr(remote, "_BLOCK", 64 * 1024)
    rows = b"".join(b"%d,Compound %d,\n" % (number, number) for number in range(1, 20_001))
    bucket.put_object(Key="c.csv", Body=COMPOUNDS.splitlines(keepends=True)[0] + rows)
    (file,) = find(["s3://lab/c.csv"]).files
    assert len(outcome_of(file).published) == 20_000


def test_what_is_wrong_in_s3_is_told(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    bucket.put_object(Key="in/compounds.csv", Body=COMPOUNDS)
    problems = find(["s3://lab/none.csv", "s3://other/x.csv", "s3://lab/in/"]).problems
    assert [problem.split("(")[1].split(")")[0] for problem in problems] == [
        "there is nothing at this address",
        "there is nothing at this address",
        "it is a folder: name the files in it",
    ]
    for name in CREDENTIALS:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    s3fs.S3FileSystem.clear_instance_cache()
    (problem,) = find(["s3://lab/in/compounds.csv"]).problems
    assert "Unable to locate credentials" in problem


def test_a_file_that_is_replaced_while_it_is_read_is_an_error_and_no_mixture(
    bucket: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remote, "_BLOCK", 1024)
    bucket.put_object(Key="c.csv", Body=b"a" * 100_000)
    read = remote._read  # noqa: SLF001

    def replaced_once(file: Any) -> bytes:  # noqa: ANN401
        monkeypatch.setattr(remote, "_read", read)
        bucket.put_object(Key="c.csv", Body=b"b" * 100_000)
        return read(file)

    with remote._open("s3://lab/c.csv") as file:  # noqa: SLF001  # it is looked at before it is replaced
        monkeypatch.setattr(remote, "_open", lambda _: file)
        monkeypatch.setattr(remote, "_read", replaced_once)
        with pytest.raises(UnreadableSourceError):
            remote.remote_file("s3://lab/c.csv")


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(address: str) -> None:
        raise ImportError(f"Install s3fs to access {address[:2].upper()}")

    monkeypatch.setattr(remote, "_open", missing)
    (problem,) = find(["s3://lab/x.csv"]).problems
    assert "install exact-features[s3]" in problem
