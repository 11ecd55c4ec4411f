"""Quix Streams: a stateful aggregate, its state in RocksDB with a changelog, no sink."""

from __future__ import annotations

import os
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from quixstreams import Application, State

from bench.answer import totals, write_answer

latest: dict[int, dict[str, Any]] = {}
clock: dict[str, float] = {}


def aggregate(row: dict[str, Any], state: State) -> dict[str, Any]:
    """Add a row to its user's totals."""
    if not clock:
        clock["first"] = time.monotonic()
    total = state.get("totals") or {"experiments": 0, "run_time": 0.0, "compounds": {}}
    total["experiments"] += 1
    total["run_time"] += row["experiment_run_time"]
    counts = total["compounds"]
    # The state is kept as JSON, so its keys are text.
    for compound in map(str, row["experiment_compound_ids"]):
        counts[compound] = counts.get(compound, 0) + 1
    state.set("totals", total)
    latest[row["user_id"]] = total
    clock["last"] = time.monotonic()
    return total


def main(rows: int, answer: Path) -> None:
    """Drain, write the answer, print the seconds from the first row to the last."""
    application = Application(
        broker_address=os.environ["KAFKA_BOOTSTRAP_SERVERS"],
        consumer_group=f"quix-{uuid.uuid4()}",
        auto_offset_reset="earliest",
        state_dir=os.environ["STATE_DIR"],
        loglevel="WARNING",
    )
    topic = application.topic("experiments", key_deserializer="str", value_deserializer="json")
    application.dataframe(topic).apply(aggregate, stateful=True)
    application.run(count=rows)
    write_answer(
        answer,
        (
            (user, totals(found["experiments"], found["run_time"], {int(k): n for k, n in found["compounds"].items()}))
            for user, found in latest.items()
        ),
    )
    print(f"seconds {clock['last'] - clock['first']}")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
