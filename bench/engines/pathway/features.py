"""Pathway: each experiment's newest publication, and each user's features, as snapshots in Postgres.

Arguments: the folder for its persistence, the consumer group, the milliseconds between commits, whether its consumers
commit, and what to do with an experiment that is published again: `newest` keeps the newest one, `append` adds it as if
it were another.
"""

from __future__ import annotations

import base64
import os
import sys
from urllib.parse import urlsplit

import pathway as pw

folder, group, commit_ms, auto_commit, again = sys.argv[1:]
address = urlsplit(os.environ["DATABASE_URL"])
postgres = {"host": address.hostname, "port": address.port, "dbname": address.path[1:], "user": address.username}
if address.password:
    postgres["password"] = address.password


class Experiment(pw.Schema):
    """A record's value."""

    experiment_id: int
    user_id: int
    experiment_compound_ids: list[int]
    experiment_run_time: float


@pw.udf(deterministic=True)
def version(metadata: pw.Json) -> tuple[int, int]:
    """When it was published: the time of the load, and the line in the file."""
    headers = dict(metadata["headers"].as_list())
    return metadata["timestamp_millis"].as_int(), int(base64.b64decode(headers["line"]))


rows = pw.io.kafka.read(
    {
        "bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"],
        "group.id": group,
        "auto.offset.reset": "earliest",
        # With commits beside the persistence it does not find its place again after a SIGKILL; without them a second
        # thread's consumer begins with the partitions that it takes over from the first.
        "enable.auto.commit": auto_commit,
    },
    topic="experiments",
    schema=Experiment,
    format="json",
    autocommit_duration_ms=int(commit_ms),
    with_metadata=again == "newest",
    name="experiments",
)
if again == "newest":
    rows = rows.with_columns(version=version(pw.this["_metadata"])).without("_metadata")
    rows = rows.deduplicate(
        value=pw.this.version,
        instance=pw.this.experiment_id,
        acceptor=lambda new, old: new > old,
        name="newest",
    ).without("version")

# In thousandths: a sum of floats is not corrected when a row is replaced within its group (0.33), one of integers is.
exact = rows.select(pw.this.user_id, thousandths=pw.cast(int, (pw.this.experiment_run_time * 1000).num.round()))
sums = exact.groupby(pw.this.user_id).reduce(
    pw.this.user_id,
    total_experiments=pw.reducers.count(),
    thousandths=pw.reducers.sum(pw.this.thousandths),
)
listed = rows.select(pw.this.user_id, compound=pw.this.experiment_compound_ids).flatten(pw.this.compound)
counts = listed.groupby(pw.this.user_id, pw.this.compound).reduce(
    pw.this.user_id, pw.this.compound, n=pw.reducers.count()
)
best = counts.groupby(pw.this.user_id).reduce(
    pw.this.user_id,
    total_compounds=pw.reducers.sum(pw.this.n),
    top=pw.reducers.max(pw.make_tuple(pw.this.n, -pw.this.compound)),
)
features = sums.join(best, pw.left.user_id == pw.right.user_id).select(
    pw.left.user_id,
    pw.left.total_experiments,
    pw.right.total_compounds,
    total_run_time=pw.left.thousandths / 1000,
    top_compound_id=-pw.right.top[1],
    top_compound_count=pw.right.top[0],
)
pw.io.postgres.write(
    rows, postgres, "experiments", output_table_type="snapshot", primary_key=[rows.experiment_id], name="rows"
)
pw.io.postgres.write(
    features, postgres, "user_features", output_table_type="snapshot", primary_key=[features.user_id], name="features"
)
pw.run(
    monitoring_level=pw.MonitoringLevel.NONE,
    persistence_config=pw.persistence.Config(pw.persistence.Backend.filesystem(folder)),
)
