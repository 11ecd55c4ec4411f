from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.rows import PLAIN_RUN_TIME, WHOLE_ID
from producers.files.simple_lines import finder

COMPOUND_IDS = f"(?:{WHOLE_ID}(?:;{WHOLE_ID})*+)?+"
IS_PLAIN = re.compile(rf"(?:{WHOLE_ID},{WHOLE_ID},{COMPOUND_IDS},{PLAIN_RUN_TIME}\n)++").fullmatch
NUMBER = st.one_of(
    st.integers(1, 200).map(str),
    st.sampled_from(
        ["", "0", "1", "10", "01", "00", "9" * 12, "9" * 13, "9" * 18, "9" * 19, "1" + "0" * 17, "1" * 300]
    ),
)
RUN_TIME = st.one_of(NUMBER, st.tuples(NUMBER, NUMBER).map(".".join), st.sampled_from(["0.5", "0.", "1.005", "1.0000"]))
ROW = st.tuples(NUMBER, NUMBER, st.lists(NUMBER, max_size=4).map(";".join), RUN_TIME).map(",".join)
PLAIN_ID = st.sampled_from(["1", "20", "9" * 18])
PLAIN_ROW = st.tuples(
    PLAIN_ID, PLAIN_ID, st.lists(PLAIN_ID, max_size=3).map(";".join), st.sampled_from(["0", "0.05", "9", "9" * 12])
).map(",".join)
TEXT = st.one_of(
    st.lists(PLAIN_ROW, max_size=100),
    st.tuples(st.lists(PLAIN_ROW, max_size=3), ROW, st.lists(PLAIN_ROW, max_size=3)).map(
        lambda parts: [*parts[0], parts[1], *parts[2]]
    ),
    st.lists(st.text("0129,;.-\n ", max_size=12), max_size=3),
).map(lambda rows: "".join(f"{row}\n" for row in rows))


@settings(max_examples=500)
@given(TEXT)
@example("1,2,,3\n")
@example("1,2,;,3\n")
@example("1,2,3;,3\n")
@example("1,2,;3,3\n")
@example("1,,3,4\n")
@example(",2,3,4\n")
@example("1,2,3,\n")
@example("1,2,3,.5\n")
@example("1,2,3,5.\n")
@example("1,2,3,4.5.6\n")
@example("1,2.5,3,4\n")
@example("1,2,3\n4\n")
@example("1,2,3,4\n" * 300 + "1,2,,4\n")
@example("1,2,3,4\n" * 300 + "1,,3,4\n")
def test_the_lines_that_are_plain_are_those_of_the_regular_expression(text: str) -> None:
    ends = finder(",")(text.encode())
    assert (ends is not None) == bool(IS_PLAIN(text))
    if ends is not None:
        assert ends.shape == (text.count("\n"), 4)
        assert np.array_equal(ends.reshape(-1), [match.start() for match in re.finditer("[,\n]", text)])


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_fields_are_divided_by_the_delimiter_only(delimiter: str) -> None:
    text = "1,2,3;4,5.5\n6,7,,0\n".replace(",", delimiter)
    find_ends = finder(delimiter)
    assert find_ends(text.encode()) is not None
    assert find_ends(text.replace(delimiter, "/", 1).encode()) is None
