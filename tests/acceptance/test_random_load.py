from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest

from tests.acceptance import random_load
from tests.acceptance.oracle import Features, expected_features
from tests.conditions import until
from tests.processes import Stack

EXPERIMENTS = 50_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    random_load.write_users(folder / "users.csv")
    random_load.write_compounds(folder / "compounds.csv")
    random_load.write_experiments(folder / "user_experiments.csv", EXPERIMENTS, seed=11)
    return folder


async def stored_features(stack: Stack) -> dict[int, Features]:
    rows = await stack.fetch("SELECT * FROM user_features")
    return {
        row["user_id"]: (
            row["total_experiments"],
            Fraction(row["total_run_time"]),
            Fraction(row["average_run_time"]),
            row["total_compounds"],
            row["top_compound_id"],
            row["top_compound_count"],
            row["tied_compound_ids"],
        )
        for row in rows
    }


def assert_equal(stored: dict[int, Features], expected: dict[int, Features]) -> None:
    assert stored.keys() == expected.keys()
    for user, features in expected.items():
        found = stored[user]
        assert found[:2] + found[3:] == features[:2] + features[3:], f"user {user}"
        # The mean has a limited number of digits.
        assert abs(found[2] - features[2]) <= Fraction(1, 10**14), f"user {user}"


async def test_a_random_load_agrees_with_the_oracle_and_the_same_files_again_change_nothing(
    stack: Stack, folder: Path
) -> None:
    stack.start_worker()
    load = await stack.load(folder)
    assert load.returncode == 0, load.stderr
    expected = expected_features([folder / "user_experiments.csv"])
    assert_equal(await stored_features(stack), expected)
    await stack.assert_audit_is_equal()
    [report] = await stack.fetch("SELECT count(*) AS users, min(average_experiments_per_user) AS mean FROM user_report")
    assert report["users"] == random_load.KNOWN_USERS
    assert report["mean"] == EXPERIMENTS / random_load.KNOWN_USERS

    before = await stack.fetch("SELECT user_id, version, updated_at FROM user_features ORDER BY user_id")
    assert (await stack.load(folder)).returncode == 0
    assert await stack.fetch("SELECT user_id, version, updated_at FROM user_features ORDER BY user_id") == before

    random_load.write_experiments(folder / "corrections.csv", EXPERIMENTS // 2, seed=12)
    assert (await stack.load(folder / "corrections.csv")).returncode == 0
    corrected = expected_features([folder / "user_experiments.csv", folder / "corrections.csv"])
    assert_equal(await stored_features(stack), corrected)
    await stack.assert_audit_is_equal()


async def test_a_worker_killed_five_times_during_a_load_loses_and_doubles_nothing(stack: Stack, folder: Path) -> None:
    draw = random.Random(5)
    assert (await stack.load(folder, wait=False)).returncode == 0
    total = EXPERIMENTS + random_load.KNOWN_USERS + random_load.KNOWN_COMPOUNDS

    async def applied() -> int:
        rows = await stack.fetch(
            "SELECT coalesce(sum(next_offset), 0)::bigint AS applied FROM stream_offsets WHERE topic <> 'loads'"
        )
        applied: int = rows[0]["applied"]
        return applied

    for kill in range(5):
        # Small batches, so that there is something to interrupt.
        worker = stack.start_worker(MAX_BATCH_RECORDS="500")
        await worker.ready()
        goal = draw.uniform(kill, kill + 0.9) / 5 * total

        async def goal_is_reached(goal: float = goal) -> bool:
            return await applied() >= goal

        await until(goal_is_reached, f"{goal:.0f} records are applied")
        worker.kill()
    assert await applied() < total, "the worker was not killed during the load"

    stack.start_worker()

    async def all_is_applied() -> bool:
        return await applied() == total

    await until(all_is_applied, "all records are applied")
    assert_equal(await stored_features(stack), expected_features([folder / "user_experiments.csv"]))
    await stack.assert_audit_is_equal()
