"""Two or three workers on the same users, statement by statement, in all orders that Postgres' locks allow."""

from __future__ import annotations

import itertools
import os
import random
import time
from collections.abc import Sequence

import pytest

from streams.rows.row_store import WORTH_COPYING
from tests.integration.streams.ledger import Publication
from tests.integration.streams.store import Database
from tests.integration.streams.transactions.contest import TABLES, RandomScenarios, Scenario, contest, random_schedules
from tests.integration.streams.transactions.interleaving import all_schedules

SECONDS = float(os.environ.get("INTERLEAVING_SECONDS", "4"))
"""How long random scenarios are run; longer finds more."""

A, B, C = 1, 2, 3
X = Publication(1, A, (1, 2))
Z = Publication(3, C, (2,))


def moved(record: Publication, user: int, published_ms: int) -> Publication:
    return Publication(record.experiment_id, user, record.compounds, record.thousandths, published_ms)


NEW_OF_A = Publication(2, A, (3,), 500, 1500)

SCENARIOS: dict[str, tuple[Sequence[Publication], Sequence[Sequence[Publication]]]] = {
    "the last experiment of a user moves away while another one is added": (
        [X],
        [[moved(X, B, 2000)], [NEW_OF_A]],
    ),
    "one experiment moves to two users": (
        [X],
        [[moved(X, B, 2000)], [moved(X, C, 3000)]],
    ),
    "two experiments of a user without any": (
        [Z],
        [[Publication(4, A)], [Publication(5, A, (9,))]],
    ),
    "two experiments change places while one of them is corrected": (
        [X, Z],
        [[moved(X, C, 2000), moved(Z, A, 2000)], [Publication(3, C, (7,), 10, 1500)]],
    ),
    "a user loses the last experiment and gets another worker's last": (
        [X, Z],
        [[moved(X, B, 2000)], [moved(Z, A, 2000)]],
    ),
    "an experiment is new in both batches": (
        [Z],
        [[Publication(1, A, (1,), 1, 2000)], [Publication(1, B, (2,), 2, 3000)]],
    ),
    "both move the same two experiments to different users": (
        [X, Z],
        [[moved(X, C, 2000), moved(Z, B, 3000)], [moved(X, B, 3000), moved(Z, A, 2000)]],
    ),
}


WITH_NEW_ROWS = ("two experiments of a user without any", "an experiment is new in both batches")


@pytest.mark.parametrize(
    ("name", "worth_copying"),
    # A copy that meets a row takes a statement more, and there are many more orders of them.
    [
        *((name, WORTH_COPYING) for name in SCENARIOS),
        *((name, 1) for name in (SCENARIOS if SECONDS > 10 else WITH_NEW_ROWS)),
    ],
)
async def test_every_interleaving_of_two_batches_ends_right(migrated: Database, name: str, worth_copying: int) -> None:
    before, batches = SCENARIOS[name]
    tables = list(itertools.product(TABLES, repeat=2)) if SECONDS > 10 else [("known", "known"), ("stale", "lost")]
    async with contest(migrated.settings.database_url, 2) as world:
        for known in tables:
            for choose in all_schedules():
                await world.run(Scenario(before, batches, known, worth_copying), choose)
        print(f"{world.schedules} interleavings, {world.conflicts} conflicts: {name}")
        assert world.schedules > 10


@pytest.mark.parametrize("workers", [2, 3])
async def test_random_interleavings_of_random_batches_end_right(migrated: Database, workers: int) -> None:
    draw = random.Random(20)
    end = time.monotonic() + SECONDS
    async with contest(migrated.settings.database_url, workers) as world:
        scenarios = RandomScenarios(draw, workers)
        for choose in random_schedules(draw):
            await world.run(scenarios.next(), choose)
            if time.monotonic() > end:
                break
        print(f"{world.schedules} random interleavings of {workers}, {world.conflicts} conflicts")


async def test_a_database_whose_default_is_repeatable_read_makes_no_difference(migrated: Database) -> None:
    before, batches = SCENARIOS["the last experiment of a user moves away while another one is added"]
    async with contest(migrated.settings.database_url, 2, default_transaction_isolation="repeatable read") as world:
        for choose in all_schedules():
            await world.run(Scenario(before, batches, ("known", "stale")), choose)
        assert world.conflicts == 0
