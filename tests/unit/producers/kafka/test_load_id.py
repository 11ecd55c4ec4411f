from uuid import RFC_4122

from producers.kafka.load_id import LoadIdentity, new_load_identity, uuid7


def test_a_load_id_is_a_uuid_of_version_7() -> None:
    load_id = uuid7(1_700_000_000_123)
    assert (load_id.version, load_id.variant) == (7, RFC_4122)


def test_its_first_48_bits_are_the_time() -> None:
    assert uuid7(1_700_000_000_123).int >> 80 == 1_700_000_000_123


def test_ids_of_a_later_time_are_greater() -> None:
    assert max(uuid7(1_000) for _ in range(100)) < min(uuid7(1_001) for _ in range(100))


def test_ids_of_the_same_time_differ() -> None:
    assert len({uuid7(1_000) for _ in range(1000)}) == 1000


def test_a_loads_time_is_that_of_its_id() -> None:
    identity = new_load_identity()
    assert identity.load_id.int >> 80 == identity.published_ms


def test_a_loads_next_file_is_newer_whatever_the_clock_says() -> None:
    first = LoadIdentity(uuid7(2**47), 2**47)
    second = first.of_next_file()
    assert (second.load_id, second.published_ms) == (first.load_id, 2**47 + 1)
