from __future__ import annotations

import pytest

from models.deletions import DeletionsByKey, DeletionsByMessage, NoDeletions


@pytest.mark.parametrize(
    "key", [None, b"", b"0", b"007", b"+1", b"1.0", b'"1"', b"9223372036854775808", b"\xff", b"1\n"]
)
def test_a_key_that_is_no_id_in_plain_digits_deletes_nothing_and_the_reason_shows_it(key: bytes | None) -> None:
    deletions = DeletionsByKey("compound_id")
    assert deletions.deleted_id(None, key) is None
    field, reason = deletions.fault_without_value(key)
    assert field == "compound_id"
    assert "no key" in reason if key is None else repr(key) in reason


def test_a_long_key_is_cut_in_its_reason() -> None:
    assert len(DeletionsByKey("user_id").fault_without_value(b"\x00" * 10_000)[1]) < 1000


def test_a_key_deletes_only_without_value() -> None:
    assert DeletionsByKey("user_id").deleted_id(b"", b"1") is None
    assert DeletionsByKey("user_id").deleted_id(None, b"1") == 1


@pytest.mark.parametrize("value", [None, b"", b"{}", b'{"experiment_id":1,"deleted":false}', b"\xff"])
def test_a_message_without_the_mark_deletes_nothing(value: bytes | None) -> None:
    assert DeletionsByMessage().deleted_id(value, b"1") is None


def test_rejects_are_never_deleted() -> None:
    assert NoDeletions().deleted_id(None, b"1") is None
    assert "no value" in NoDeletions().fault_without_value(None)[1]
