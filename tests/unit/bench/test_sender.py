from __future__ import annotations

import json

from aiokafka.record import MemoryRecords

from bench.live.offered import Offered
from bench.live.sender import Rows

OFFERED = Offered(rate=10, rows=300, first_id=7, users=100)


def test_a_batch_holds_its_rows_in_order_each_with_its_place_in_the_file() -> None:
    numbers = [0, 3, 299]
    batch = Rows(OFFERED).batch(numbers)
    records = list(MemoryRecords(batch.encoded()).next_batch())
    assert [(record.offset, record.key, record.value) for record in records] == [
        (place, OFFERED.key(number), OFFERED.value(number)) for place, number in enumerate(numbers)
    ]
    headers = [dict(record.headers) for record in records]
    assert [header["line"] for header in headers] == [b"0", b"3", b"299"]
    assert {header["file"] for header in headers} == {b"live"}
    assert len({header["load"] for header in headers}) == 1
    assert json.loads(records[0].value)["experiment_id"] == 7
    assert batch.record_count() == 3
