from __future__ import annotations

import json
import logging
from array import array
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from models.publication import Source
from models.settings.log_format import LogFormat
from streams.columns.byte_column import byte_column
from streams.columns.constant_column import ConstantColumn
from streams.kafka.micro_batch import MicroBatch
from streams.operations.logs import about, formatter_of

ONE, OTHER = UUID(int=2**100 + 1), UUID(int=2**100 + 2)
A_PARTITION = UUID(int=3)
MESSAGE = 'user "Ada":\nsecond line '


def record(**more: Any) -> logging.LogRecord:  # noqa: ANN401  # attributes of a record
    return logging.makeLogRecord(
        {"name": "streams.app", "levelname": "WARNING", "levelno": 30, "msg": "%s", "args": (MESSAGE,), **more}
    )


def batch(load: UUID) -> MicroBatch:
    return MicroBatch(
        topic="users",
        partition=0,
        topic_id=UUID(int=9),
        position=0,
        next_offset=2,
        offsets=range(2),
        values=byte_column([b"{}", b"{}"]),
        sources=ConstantColumn(Source(1, load), 2),
        lines=array("q", [1, 2]),
        files=ConstantColumn("users.csv", 2),
    )


def test_json_is_one_object_a_line() -> None:
    line = formatter_of(LogFormat.JSON, is_terminal=True).format(record())
    assert "\n" not in line
    found = json.loads(line)
    assert found["event"] == MESSAGE.strip()
    assert (found["level"], found["logger"]) == ("warning", "streams.app")
    assert found["timestamp"].endswith("Z")


def test_json_has_the_traceback_of_an_exception() -> None:
    line = formatter_of(LogFormat.JSON, is_terminal=False).format(
        record(exc_info=(ValueError, ValueError("odd"), None))
    )
    assert "\n" not in line
    assert "ValueError: odd" in json.loads(line)["exception"]


@pytest.mark.parametrize(
    ("log_format", "is_terminal", "is_json"),
    [
        (LogFormat.AUTO, True, False),
        (LogFormat.AUTO, False, True),
        (LogFormat.TEXT, False, False),
        (LogFormat.JSON, True, True),
    ],
)
def test_auto_is_text_for_people_and_json_for_programs(
    log_format: LogFormat,
    is_terminal: bool,  # noqa: FBT001  # parametrized
    is_json: bool,  # noqa: FBT001  # the same
) -> None:
    line = formatter_of(log_format, is_terminal=is_terminal).format(record())
    assert line.startswith("{") == is_json
    assert ("\x1b[" in line) == (is_terminal and not is_json)


@pytest.mark.parametrize("write", [formatter_of(each, is_terminal=False).format for each in LogFormat])
def test_a_line_names_the_load_that_it_is_about(write: Callable[[logging.LogRecord], str]) -> None:
    with about([batch(ONE), batch(ONE)]):
        assert str(ONE) in write(record())
    assert str(ONE) not in write(record())


@pytest.mark.parametrize(
    "run", [[batch(ONE), batch(OTHER)], [replace(batch(ONE), sources=[Source(1, ONE), Source(1, OTHER)])]]
)
def test_a_line_about_several_loads_names_none(run: list[MicroBatch]) -> None:
    with about(run):
        assert "load" not in json.loads(formatter_of(LogFormat.JSON, is_terminal=False).format(record()))


def test_a_line_about_records_of_another_client_names_no_load() -> None:
    with about([batch(A_PARTITION)]):
        assert "load" not in json.loads(formatter_of(LogFormat.JSON, is_terminal=False).format(record()))
