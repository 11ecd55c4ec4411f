import pytest

from streams.web.loads.uploads import safe_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("users.csv", "users.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\labs\\März 3.csv", "März 3.csv"),
        ("..", "file.csv"),
        ("", "file.csv"),
        (".hidden", "hidden"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("x" * 300 + ".csv", "x" * 96 + ".csv"),
    ],
)
def test_a_name_that_is_sent_leads_nowhere_else(sent: str, kept: str) -> None:
    assert safe_name(sent) == kept
