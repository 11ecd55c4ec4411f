"""docs/runbook.md: back up, restore Postgres."""

from __future__ import annotations

from tests.fenced_blocks import blocks_under
from tests.integration.operations.files import experiments, load, stored, until_stored
from tests.operator_shell import OperatorShell

RUNBOOK = "docs/runbook.md"


async def test_a_backup_is_restored_and_what_kafka_has_since_comes_back(operator: OperatorShell) -> None:
    [back_up] = blocks_under(RUNBOOK, "Back up")
    [restore] = blocks_under(RUNBOOK, "Restore Postgres")
    stack, folder = operator.stack, operator.folder
    worker = stack.start_worker()
    await load(stack, experiments(folder, "before.csv", range(1, 101)))
    await operator.run(back_up)
    # Rows that come later, and corrections of rows that the backup holds.
    await load(stack, experiments(folder, "after.csv", range(51, 151), run_time=9))
    wanted = await stored(stack)
    worker.stop()
    await operator.run(restore)
    assert stack.environment["DATABASE_URL"].endswith("/features_restored")
    assert await stored(stack) == dict.fromkeys(range(1, 101), 1.5)
    stack.start_worker()
    await until_stored(stack, wanted)
    await stack.assert_audit_is_equal()
