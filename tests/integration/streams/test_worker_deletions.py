"""Deletions all the way: from a file to the features, through a real worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes import Stack

USERS = "user_id,name,email,signup_date\n1,Ada,,2024-01-01\n2,Bo,,2024-01-01\n"
COMPOUNDS = "compound_id,compound_name,compound_structure\n1,Caffeine,\n2,Aspirin,\n"
EXPERIMENTS = "experiment_id,user_id,experiment_compound_ids,experiment_run_time\n" + "".join(
    f"{number},{number % 2 + 1},1;{number % 2 + 1},1.5\n" for number in range(1, 101)
)

KEPT = "SELECT * FROM experiments ORDER BY experiment_id"
DELETED = "SELECT topic, key FROM deletions ORDER BY topic, key"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "users.csv").write_text(USERS)
    (folder / "compounds.csv").write_text(COMPOUNDS)
    (folder / "user_experiments.csv").write_text(EXPERIMENTS)
    return folder


def file(stack: Stack, content: str) -> str:
    path = stack.folder / "ids.csv"
    path.write_text(content)
    return str(path)


async def delete(stack: Stack, content: str) -> None:
    done = await stack.run("producers.csv", "--delete", file(stack, content), "--wait", "--wait-timeout", "120")
    assert done.returncode == 0, done.stderr


async def totals(stack: Stack) -> list[tuple[int, str | None, int, str | None]]:
    query = "SELECT user_id, name, total_experiments, top_compound_name FROM user_report ORDER BY user_id"
    return [tuple(row) for row in await stack.fetch(query)]


async def test_what_is_deleted_is_gone_and_comes_back_with_a_later_load(stack: Stack, folder: Path) -> None:
    stack.start_worker()
    assert (await stack.load(folder)).returncode == 0
    assert await totals(stack) == [(1, "Ada", 50, "Caffeine"), (2, "Bo", 50, "Caffeine")]
    before = await stack.fetch("SELECT * FROM user_features ORDER BY user_id")

    await delete(stack, "experiment_id\n" + "".join(f"{number}\n" for number in range(1, 12)))
    assert await totals(stack) == [(1, "Ada", 45, "Caffeine"), (2, "Bo", 44, "Caffeine")]
    await stack.assert_audit_is_equal()

    await delete(stack, EXPERIMENTS)
    assert await totals(stack) == [(1, "Ada", 0, None), (2, "Bo", 0, None)]
    assert await stack.fetch("SELECT * FROM experiments") == []
    await stack.assert_audit_is_equal()

    assert (await stack.load(folder)).returncode == 0
    await delete(stack, "user_id\n2\n")
    await delete(stack, "compound_id\n1\n")
    assert await totals(stack) == [(1, "Ada", 50, None), (2, None, 50, None)]
    after = await stack.fetch("SELECT * FROM user_features ORDER BY user_id")
    assert [tuple(row)[:8] for row in after] == [tuple(row)[:8] for row in before]
    await stack.assert_audit_is_equal()


async def test_the_log_read_again_into_an_empty_database_deletes_the_same(stack: Stack, folder: Path) -> None:
    worker = stack.start_worker()
    assert (await stack.load(folder)).returncode == 0
    await delete(stack, "\n".join(map(str, range(1, 51))))
    before = [await stack.fetch(query) for query in (KEPT, DELETED)]
    worker.stop()
    await stack.fetch("DROP SCHEMA public CASCADE")
    await stack.fetch("CREATE SCHEMA public")
    await stack.start_worker().ready()
    await delete(stack, "50\n")
    assert [await stack.fetch(query) for query in (KEPT, DELETED)] == before
    await stack.assert_audit_is_equal()
