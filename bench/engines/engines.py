"""All engines that are tried, by the name under which one can be tried alone."""

from __future__ import annotations

from bench.engines import connect, dlt, flink, ours, pathway
from bench.engines.engine import Engine

# The shortest trials first: what a cut leaves out is the least.
ENGINES: dict[str, Engine] = {
    "ours": ours.ENGINE,
    "ours-file": ours.FROM_FILE,
    "dlt": dlt.DELETE_INSERT,
    "dlt-upsert": dlt.UPSERT,
    "pathway": pathway.NEWEST,
    "pathway-append": pathway.APPEND,
    "flink": flink.NEWEST,
    "flink-obvious": flink.OBVIOUS,
    "connect": connect.ENGINE,
}
