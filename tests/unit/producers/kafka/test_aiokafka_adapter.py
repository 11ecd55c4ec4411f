from __future__ import annotations

from aiokafka.protocol.produce import ProduceRequest_v7
from hypothesis import given
from hypothesis import strategies as st

from producers.kafka.aiokafka_adapter import encoded_request

BATCH = st.lists(st.binary(max_size=20), min_size=1, max_size=4)
BATCHES = st.dictionaries(
    st.text("abc-é", min_size=1),
    st.dictionaries(st.integers(0, 2**31 - 1), BATCH, min_size=1, max_size=4),
    min_size=1,
    max_size=3,
)


@given(BATCHES, st.sampled_from([-1, 0, 1]), st.integers(0, 2**31 - 1))
def test_the_parts_of_a_request_are_what_aiokafka_would_send(
    batches: dict[str, dict[int, list[bytes]]], acks: int, timeout_ms: int
) -> None:
    joined = [(topic, [(at, b"".join(parts)) for at, parts in each.items()]) for topic, each in batches.items()]
    parts = encoded_request(acks, timeout_ms, {topic: each.items() for topic, each in batches.items()})
    assert b"".join(parts) == ProduceRequest_v7(None, acks, timeout_ms, joined).encode()


def test_what_follows_the_first_part_of_a_batch_is_not_copied() -> None:
    records = bytes(100_000)
    parts = encoded_request(-1, 1, {"experiments": [(0, (b"head", records)), (1, (b"head", records, records))]})
    assert [part for part in parts if part is records] == [records] * 3
