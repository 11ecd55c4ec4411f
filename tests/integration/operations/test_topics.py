"""docs/runbook.md: partitions added to topics, topics deleted."""

from __future__ import annotations

from tests.fenced_blocks import blocks_under
from tests.integration.operations.files import experiments, load, stored, until_stored
from tests.operator_shell import OperatorShell
from tests.processes import Stack

RUNBOOK = "docs/runbook.md"


async def partitions(stack: Stack, topic: str) -> int:
    return len(await stack.fetch("SELECT FROM stream_offsets WHERE topic = $1", topic))


async def delete(operator: OperatorShell, name: str, ids: range) -> None:
    path = operator.folder / name
    path.write_text("experiment_id\n" + "".join(f"{number}\n" for number in ids))
    done = await operator.stack.run("producers.csv", "--delete", str(path), "--wait")
    assert done.returncode == 0, done.stderr


async def test_users_that_move_to_other_partitions_stay_right(operator: OperatorShell) -> None:
    [add] = blocks_under(RUNBOOK, "Add partitions to a topic")
    [read_again] = blocks_under(RUNBOOK, "Kafka was set back")
    stack, folder = operator.stack, operator.folder
    worker = stack.start_worker()
    await load(stack, experiments(folder, "first.csv", range(1, 101)))
    worker.stop()
    # Older publications that still wait on the old partitions, when newer ones are on the new ones already.
    waiting = await stack.load(experiments(folder, "older.csv", range(41, 141), run_time=2), wait=False)
    assert waiting.returncode == 0, waiting.stderr
    await operator.run(add)
    newer = await stack.load(experiments(folder, "newer.csv", range(81, 201), run_time=3), wait=False)
    assert newer.returncode == 0, newer.stderr
    # What was applied is read once more, beside all that.
    await operator.run(read_again)
    stack.start_worker()
    wanted = dict.fromkeys(range(1, 41), 1.5) | dict.fromkeys(range(41, 81), 2) | dict.fromkeys(range(81, 201), 3)
    await until_stored(stack, wanted)
    assert (await partitions(stack, "experiments"), await partitions(stack, "users")) == (6, 6)
    # What stands on an old partition is deleted and corrected by way of a new one.
    await delete(operator, "gone.csv", range(1, 21))
    await load(stack, experiments(folder, "corrected.csv", range(21, 41), run_time=4))
    assert await stored(stack) == {number: time for number, time in wanted.items() if number > 40} | dict.fromkeys(
        range(21, 41), 4
    )
    await stack.assert_audit_is_equal()


async def test_a_deleted_topic_is_made_anew_and_its_files_are_loaded_again(operator: OperatorShell) -> None:
    delete_topic, load_again = blocks_under(RUNBOOK, "A topic was deleted")
    stack = operator.stack
    worker = stack.start_worker()
    await stack.load(operator.folder / "data")
    names = await stack.fetch("SELECT compound_id, compound_name FROM compounds ORDER BY 1")
    worker.stop()
    await operator.run(delete_topic)
    await stack.start_worker().ready()
    assert await stack.fetch("SELECT compound_id, compound_name FROM compounds ORDER BY 1") == names
    loaded = await operator.run(load_again)
    assert "compounds.csv  compounds     6          6         0" in loaded.stdout
    assert await stack.fetch("SELECT compound_id, compound_name FROM compounds ORDER BY 1") == names
    await stack.assert_audit_is_equal()
