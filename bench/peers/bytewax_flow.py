"""Bytewax: a stateful aggregate in one worker, without recovery store and without sink."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import bytewax.operators as op
import orjson
from bytewax.connectors.kafka import KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.testing import run_main

from bench.answer import totals, write_answer

latest: dict[int, dict[str, Any]] = {}
clock: dict[str, float] = {}


class Dropping(StatelessSinkPartition[Any]):
    """Takes batches, and leaves them, but for the time."""

    def write_batch(self, items: list[Any]) -> None:
        """Take one."""
        del items
        clock["last"] = time.monotonic()


class Nowhere(DynamicSink[Any]):
    """A dataflow must end somewhere."""

    def build(self, step_id: str, worker_index: int, worker_count: int) -> Dropping:
        """One end a worker."""
        del step_id, worker_index, worker_count
        return Dropping()


def keyed(message: KafkaSourceMessage[Any, Any]) -> tuple[str, dict[str, Any]]:
    """A row under its user."""
    if not clock:
        clock["first"] = time.monotonic()
    return message.key.decode(), orjson.loads(message.value)


def aggregate(total: dict[str, Any] | None, row: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Add a row to its user's totals."""
    if total is None:
        total = latest[row["user_id"]] = {"experiments": 0, "run_time": 0.0, "compounds": {}}
    total["experiments"] += 1
    total["run_time"] += row["experiment_run_time"]
    counts = total["compounds"]
    for compound in row["experiment_compound_ids"]:
        counts[compound] = counts.get(compound, 0) + 1
    return total, total["experiments"]


def main(answer: Path) -> None:
    """Drain until the end of the topic, write the answer, print the seconds from the first row to the last."""
    flow = Dataflow("experiments")
    source = KafkaSource([os.environ["KAFKA_BOOTSTRAP_SERVERS"]], ["experiments"], tail=False, batch_size=10_000)
    rows = op.map("parse", op.input("kafka", flow, source), keyed)
    op.output("end", op.stateful_map("aggregate", rows, aggregate), Nowhere())
    run_main(flow)
    found = ((user, totals(t["experiments"], t["run_time"], t["compounds"])) for user, t in latest.items())
    write_answer(answer, found)
    print(f"seconds {clock['last'] - clock['first']}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
