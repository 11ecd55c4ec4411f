import pytest

from streams.web.loads.uploads import bare_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("users.csv", "users.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\labs\\März 3.csv", "März 3.csv"),
        ("", "file.csv"),
        ("folder/", "file.csv"),
        ("x" * 300 + ".csv", "x" * 96 + ".csv"),
    ],
)
def test_a_file_is_called_as_its_sender_calls_it_without_its_folder(sent: str, kept: str) -> None:
    assert bare_name(sent) == kept
