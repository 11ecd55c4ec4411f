"""What the page reads of a real Postgres, and the limits that it is held to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from models.errors import DatabaseUnreachableError
from models.settings.environment import Settings
from streams.queries import page as page_reading
from streams.queries.page import GroupQuery, PageReader, RejectQuery, TooSlowError
from streams.queries.report_statements import LABEL, label_of
from tests.conditions import until
from tests.integration.streams.store import Database

NAMES = {1: "Ada", 2: "ada lind", 3: "Bo 100%", 4: "Chiara", 5: "<script>alert(1)</script>", 2**63 - 1: "Zoë"}
EXPERIMENTS = {1: 5, 2: 3, 4: 3, 9: 1}
"""Of each user that has some. 3, 5 and the last have none; 9 was deleted."""


async def fill(database: Database) -> None:
    source = (datetime.now(UTC), UUID(int=1), 1)
    await database.pool.executemany(
        "INSERT INTO users VALUES ($1, $2, NULL, $3, $4, $5, $6)",
        [(number, name, date(2024, 1, 1), *source) for number, name in NAMES.items()],
    )
    await database.pool.executemany(
        "INSERT INTO user_features VALUES ($1, $2, $3, $4, 2, $5, 1, $6, 1)",
        [
            (user, times, Decimal(times), Decimal(user) / 3, 10 + times, [10 + times])
            for user, times in EXPERIMENTS.items()
        ],
    )
    await database.pool.execute("INSERT INTO compounds VALUES (13, 'Quinine', NULL, $1, $2, $3)", *source)
    await database.pool.execute("INSERT INTO deletions VALUES ('users', '9', $1, $2, $3)", *source)
    await database.pool.execute("UPDATE stream_offsets SET feature_rows = '{\"user_features\": 1}'")


FIRST = GroupQuery("user_features", None, None, "user_id", "up", 20, 0)


async def ids(reader: PageReader, query: GroupQuery) -> list[int]:
    return [row["user_id"] for row in (await reader.groups(query)).rows]


@pytest.mark.parametrize(
    ("sort", "direction", "expected"),
    [
        ("user_id", "up", [1, 2, 3, 4, 5, 9, 2**63 - 1]),
        ("user_id", "down", [2**63 - 1, 9, 5, 4, 3, 2, 1]),
        ("total_experiments", "down", [1, 2, 4, 9, 3, 5, 2**63 - 1]),
        ("total_experiments", "up", [3, 5, 2**63 - 1, 9, 2, 4, 1]),
        # Who has no mean comes last, whichever way.
        ("average_run_time", "up", [1, 2, 4, 9, 3, 5, 2**63 - 1]),
        ("average_run_time", "down", [9, 4, 2, 1, 3, 5, 2**63 - 1]),
        ("top_compound_count", "down", [1, 2, 4, 9, 3, 5, 2**63 - 1]),
    ],
)
async def test_pages_together_are_the_report_in_its_order(
    migrated: Database, sort: str, direction: str, expected: list[int]
) -> None:
    await fill(migrated)
    reader = PageReader(migrated.settings)
    query = replace(FIRST, sort=sort, direction=direction)
    assert await ids(reader, query) == expected
    # One more than asked for tells that there are more.
    pages = [(await ids(reader, replace(query, limit=3, offset=start)))[:3] for start in (0, 3, 6)]
    assert [user for page in pages for user in page] == expected
    assert len(await ids(reader, replace(query, limit=3))) == 4


@pytest.mark.parametrize("direction", ["up", "down"])
async def test_of_too_many_groups_those_without_rows_are_left_out_of_an_order_by_a_feature(
    migrated: Database, monkeypatch: pytest.MonkeyPatch, direction: str
) -> None:
    await fill(migrated)
    monkeypatch.setattr(page_reading, "GROUPS_SORTED", 0)
    reader = PageReader(migrated.settings)
    found = await reader.groups(replace(FIRST, sort="average_run_time", direction=direction))
    assert found.with_rows_only
    expected = [(1, "Ada"), (2, "ada lind"), (4, "Chiara"), (9, None)]
    assert [(row["user_id"], row[LABEL]) for row in found.rows] == expected[:: 1 if direction == "up" else -1]
    assert not (await reader.groups(replace(FIRST, sort="user_id"))).with_rows_only
    assert not (await reader.groups(replace(FIRST, sort="average_run_time", part="ada"))).with_rows_only


async def test_names_are_sorted_with_those_of_deleted_users_last(migrated: Database) -> None:
    await fill(migrated)
    reader = PageReader(migrated.settings)
    rising, falling = [
        [row[LABEL] for row in (await reader.groups(replace(FIRST, sort=LABEL, direction=direction))).rows]
        for direction in ("up", "down")
    ]
    assert rising[-1] is falling[-1] is None
    assert rising[:-1] == falling[-2::-1]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"number": 4}, [4]),
        ({"number": 9}, [9]),
        ({"number": 6}, []),
        ({"part": "ADA"}, [1, 2]),
        ({"part": "ZOË"}, [2**63 - 1]),
        ({"part": "%"}, [3]),
        ({"part": "_"}, []),
        ({"part": "<script>"}, [5]),
        ({"part": "'; DROP TABLE users; --"}, []),
    ],
)
async def test_users_are_found_by_id_and_by_part_of_their_name(
    migrated: Database, asked: Mapping[str, Any], expected: list[int]
) -> None:
    await fill(migrated)
    assert await ids(PageReader(migrated.settings), replace(FIRST, **asked)) == expected


async def test_a_row_is_what_is_stored_with_the_labels_of_what_it_names(migrated: Database) -> None:
    await fill(migrated)
    found = (await PageReader(migrated.settings).groups(FIRST)).rows
    labels = (LABEL, label_of("top_compound_id"))
    columns = ", ".join(name for name in found[0] if name not in labels)
    rows = await migrated.pool.fetch(f"SELECT {columns} FROM user_features ORDER BY user_id")  # noqa: S608  # names of ours
    plain = [{name: value for name, value in row.items() if name not in labels} for row in found]
    assert [row for row in plain if row["total_experiments"]] == [dict(row) for row in rows]
    assert [tuple(row[label] for label in labels) for row in found[:3]] == [
        ("Ada", None),
        ("ada lind", "Quinine"),
        ("Bo 100%", None),
    ]
    assert [row["tied_compound_ids"] for row in found[1:3]] == [[13], []]


async def test_the_most_common_values_are_those_of_most_groups(migrated: Database) -> None:
    await fill(migrated)
    assert await PageReader(migrated.settings).charts() == [
        {
            "table": "user_features",
            "column": "top_compound_id",
            "groups_looked_at": 4,
            "is_sample": False,
            "top": [
                {"value": "13", "label": "Quinine", "groups": 2},
                {"value": "11", "label": None, "groups": 1},
                {"value": "15", "label": None, "groups": 1},
            ],
        }
    ]


async def test_of_many_groups_some_are_looked_at_and_it_is_said(migrated: Database) -> None:
    many = 5 * page_reading.GROUPS_LOOKED_AT
    await migrated.pool.execute(
        "INSERT INTO user_features SELECT number, 1, 1, 1, 1, number % 2 + 1, 1, ARRAY[1], 1"
        " FROM generate_series(1, $1::bigint) AS number",
        many,
    )
    await migrated.pool.execute(
        "UPDATE stream_offsets SET feature_rows = jsonb_build_object('user_features', $1::bigint) WHERE partition = 0",
        many,
    )
    [found] = await PageReader(migrated.settings).charts()
    assert found["is_sample"]
    assert 0 < found["groups_looked_at"] < 2 * page_reading.GROUPS_LOOKED_AT
    assert [row["value"] for row in found["top"]] == ["1", "2"]


async def test_rejects_are_read_by_the_page_the_latest_first(migrated: Database) -> None:
    await migrated.pool.executemany(
        "INSERT INTO rejects (reject_id, file, line, reason, faults, published_at)"
        " VALUES ($1, 'a.csv', $2, 'no', '[]', now())",
        [(UUID(int=number), number) for number in range(1, 6)],
    )
    reader = PageReader(migrated.settings)
    first = await reader.rejects(RejectQuery("open", None, 2))
    assert [row["line"] for row in first] == [5, 4, 3]
    second = await reader.rejects(RejectQuery(None, first[1]["number"], 20))
    assert [row["line"] for row in second] == [3, 2, 1]
    assert await reader.rejects(RejectQuery("resolved", None, 20)) == []


@asynccontextmanager
async def locked_users(database: Database) -> AsyncIterator[None]:
    async with database.pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        yield


async def test_what_takes_too_long_is_ended_and_told_so(migrated: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_reading, "STATEMENT_MS", 100)
    async with locked_users(migrated):
        with pytest.raises(TooSlowError, match="psql"):
            await PageReader(migrated.settings).groups(FIRST)


async def test_readers_take_few_connections_and_the_others_wait_for_their_turn(
    migrated: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = PageReader(migrated.settings)
    async with locked_users(migrated):
        asking = [
            asyncio.create_task(reader.groups(replace(FIRST, offset=number)))
            for number in range(page_reading.AT_ONCE + 2)
        ]

        async def are_waiting() -> bool:
            return await connections(migrated) == page_reading.AT_ONCE

        await until(are_waiting, "some wait in Postgres")
        monkeypatch.setattr(page_reading, "QUEUE_SECONDS", 0.05)
        with pytest.raises(TooSlowError, match="too many readers"):
            await reader.groups(FIRST)
        assert await connections(migrated) == page_reading.AT_ONCE
    assert [(await task).rows for task in asking] == [[]] * len(asking)


async def connections(database: Database) -> int:
    """Readers' sessions that wait for a lock."""
    return int(
        await database.pool.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'exact-features' AND wait_event_type = 'Lock'"
        )
    )


async def test_a_database_without_tables_is_told_as_such(empty_database: Settings) -> None:
    with pytest.raises(DatabaseUnreachableError, match="start the worker"):
        await PageReader(empty_database).groups(FIRST)
