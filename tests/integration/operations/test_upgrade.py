"""docs/runbook.md: upgrade."""

from __future__ import annotations

import asyncio

from tests.fenced_blocks import ROOT, blocks_under
from tests.integration.operations.files import experiments, load, stored, until_stored
from tests.operator_shell import OperatorShell

RUNBOOK = "docs/runbook.md"


async def test_a_database_of_an_older_version_is_brought_along_with_its_rows(operator: OperatorShell) -> None:
    worker = operator.stack.start_worker(MAX_BATCH_RECORDS="500")
    await worker.ready()
    await load(operator.stack, experiments(operator.folder, "first.csv", range(1, 101)))
    worker.stop()
    [before] = await operator.stack.fetch("SELECT sum(next_offset) AS read FROM stream_offsets")
    await operator.run(f"cd {ROOT} && alembic downgrade 0003")
    [migrate] = blocks_under(RUNBOOK, "Upgrade")
    await operator.run(migrate)
    [after] = await operator.stack.fetch("SELECT sum(next_offset) AS read FROM stream_offsets")
    assert after == before
    published = await operator.stack.load(experiments(operator.folder, "x.csv", range(51, 20_001)), wait=False)
    assert published.returncode == 0, published.stderr
    worker = operator.stack.start_worker()
    await until_stored(operator.stack, dict.fromkeys(range(1, 20_001), 1.5))
    assert worker.is_running
    assert await operator.stack.fetch("SELECT FROM pg_class WHERE relname = 'rebuilds'")
    await operator.stack.assert_audit_is_equal()


async def test_an_older_worker_refuses_a_newer_schema_with_one_clear_line(operator: OperatorShell) -> None:
    [migrate] = blocks_under(RUNBOOK, "Upgrade")
    await operator.run(migrate)
    await operator.stack.fetch("UPDATE alembic_version SET version_num = '9999'")
    worker = operator.stack.start_worker()
    assert await worker.ended() == 1
    [said] = [line for line in worker.log().splitlines() if "The worker ends" in line]
    assert "the database's schema has version 9999, made by a newer release" in said
    assert "upgrade it" in said
    rebuild = await operator.stack.run("cli", "rebuild", "--yes")
    assert (rebuild.returncode, "made by a newer release" in rebuild.stderr) == (4, True)
    assert await asyncio.wait_for(stored(operator.stack), 5) == {}
