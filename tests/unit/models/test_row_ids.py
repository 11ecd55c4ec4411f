import pytest

from models.row_ids import row_id_of


@pytest.mark.parametrize(
    ("topic", "value", "row_id"),
    [
        ("experiments", b'{"experiment_id": 7, "user_id": "x"}', 7),
        ("users", b'{"user_id": 1}', 1),
        ("users", b'{"user_id": "1"}', None),
        ("users", b'{"user_id": 0}', None),
        ("compounds", b'{"user_id": 1}', None),
        ("compounds", b"no json", None),
        ("users", None, None),
        ("rejects", b'{"file": "x"}', None),
    ],
)
def test_the_id_is_found_if_the_value_names_one(topic: str, value: bytes | None, row_id: int | None) -> None:
    assert row_id_of(topic, value) == row_id
