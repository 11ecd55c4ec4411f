"""Kafka and Postgres together, for the time of one `with` block."""

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from embedded.data_folder import DataFolder
from embedded.errors import ServerStartError
from embedded.jars import class_path
from embedded.kafka import EmbeddedKafka
from embedded.listeners import Listener
from embedded.ports import free_ports
from embedded.postgres import EmbeddedPostgres
from embedded.run_processes import MARK, end, marked
from embedded.watchdog import Watchdog

CLIENTS_GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Cluster:
    """The running servers.

    Attributes:
        kafka: the broker.
        postgres: the database server.
        environment: the variables for a process that uses them. It also marks the process, so that whatever was
            started with it ends with the cluster at the latest.
    """

    kafka: EmbeddedKafka
    postgres: EmbeddedPostgres
    environment: dict[str, str]


@contextmanager
def running(data_dir: Path | None = None, further: Sequence[Listener] = ()) -> Iterator[Cluster]:
    """Start both servers, give them once both are ready, and leave nothing behind, also if this process is killed.

    Args:
        data_dir: keeps topics, tables and logs for the next start; None takes a temporary folder.
        further: more listeners of the broker.

    Raises:
        EmbeddedError: the jars, the folder, a port or a server is not to be had; the message says what to do.
    """
    jars = class_path()
    with ExitStack() as stack:
        folder = stack.enter_context(DataFolder(data_dir))
        token = uuid.uuid4().hex
        watchdog = Watchdog(token, None if folder.kept else folder.path, folder.lock)
        stack.callback(watchdog.close)
        kafka_port, controller_port, postgres_port = free_ports(3)
        kafka = EmbeddedKafka(
            folder.path / "kafka",
            folder.logs / "kafka.log",
            kafka_port,
            token,
            controller_port=controller_port,
            class_path=jars,
            further=further,
        )
        postgres = EmbeddedPostgres(folder.path / "postgres", folder.logs / "postgres.log", postgres_port, token)
        stack.callback(_stop, kafka, postgres, token, watchdog)
        try:
            # Kafka takes longest to come up, so Postgres' data is made meanwhile.
            kafka.start()
            postgres.start()
            postgres.wait_ready()
            kafka.wait_ready()
        except ServerStartError as error:
            error.log = folder.keep_logs() / error.log.name
            raise
        yield Cluster(kafka, postgres, _environment(kafka, postgres, folder, token))


def _environment(kafka: EmbeddedKafka, postgres: EmbeddedPostgres, folder: DataFolder, token: str) -> dict[str, str]:
    environment = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "DATABASE_URL": postgres.url,
        MARK: token,
    }
    if "STORE_DIR" not in os.environ:
        environment["STORE_DIR"] = str(folder.store)
    return environment


def _stop(kafka: EmbeddedKafka, postgres: EmbeddedPostgres, token: str, watchdog: Watchdog) -> None:
    servers = {pid for pid in (kafka.pid, postgres.pid) if pid is not None}
    end(marked(token, exclude={os.getpid(), *servers}), CLIENTS_GRACE_SECONDS)
    kafka.stop()
    postgres.stop()
    # What remains is of a start that was broken off before its process was known here.
    end(marked(token, exclude={os.getpid()}), CLIENTS_GRACE_SECONDS)
    # Not reached when the above is broken off: then the watchdog goes on with it.
    watchdog.stand_down()
