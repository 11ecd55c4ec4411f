from __future__ import annotations

import struct
from decimal import Decimal, localcontext

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.columns.binary_array import raw
from streams.postgres.binary_numeric import numeric, numerics

TYPES = [pa.decimal128(38, 0), pa.decimal128(38, 10), pa.decimal128(38, 38), pa.decimal128(12, 2), pa.decimal256(76, 3)]
NEGATIVE = 0x4000


def read(numeric: bytes) -> tuple[Decimal, int]:
    """The value of a numeric, and how many decimals it shows, as the PostgreSQL manual and source describe it."""
    count, weight, sign, shown, *digits = struct.unpack(f">HhHH{(len(numeric) - 8) // 2}H", numeric)
    assert count == len(digits)
    assert all(digit < 10_000 for digit in digits)
    with localcontext() as exact:
        exact.prec = 300
        value = sum((digit * Decimal(10_000) ** (weight - place) for place, digit in enumerate(digits)), Decimal(0))
        return (-value if sign == NEGATIVE else value), shown


@pytest.mark.parametrize("kind", TYPES, ids=str)
@given(data=st.data())
def test_the_numeric_says_the_same_number(kind: pa.DataType, data: st.DataObject) -> None:
    most = 10**kind.precision - 1
    edge = min(most, 10**12)
    number = st.integers(-20_000, 20_000) | st.integers(-edge, edge) | st.sampled_from([-edge, edge])
    numbers = data.draw(st.lists(number | st.integers(-most, most), max_size=6))
    decimals = [Decimal((int(number < 0), tuple(map(int, str(abs(number)))), -kind.scale)) for number in numbers]
    encoded = numerics(raw(pa.array(decimals, kind), f"V{kind.byte_width}"), kind.scale)
    assert [read(each.tobytes()) for each in encoded] == [(value, kind.scale) for value in decimals]
    of_few = list(map(numeric(kind.scale), numbers))
    assert [int.from_bytes(each[:4]) for each in of_few] == [len(each) - 4 for each in of_few]
    assert [read(each[4:]) for each in of_few] == [(value, kind.scale) for value in decimals]
