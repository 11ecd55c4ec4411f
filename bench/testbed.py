"""What the measurements share: servers, a folder, the files of the load, and the topic filled with them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import topics
from bench.answer import Answer
from bench.expected import expected_answer
from bench.load import write_experiments
from bench.process import HERE, Measured, Tree
from bench.size import Size

LIMIT = 1800.0
"""Seconds that one process may take."""


@dataclass
class Testbed:
    """One run's surroundings.

    Attributes:
        environment: names the servers.
        folder: where files go.
        size: of the load.
        tree: whose programs are measured.
        published: rows and partitions of the topic `experiments`, None if it is not as `backlog` left it.
    """

    environment: Mapping[str, str]
    folder: Path
    size: Size
    tree: Tree = HERE
    published: tuple[int, int] | None = None
    _files: dict[int, Path] = field(default_factory=dict)
    _answers: dict[int, Answer] = field(default_factory=dict)

    @property
    def kafka(self) -> str:
        """The brokers."""
        return self.environment["KAFKA_BOOTSTRAP_SERVERS"]

    @property
    def postgres(self) -> str:
        """The database server."""
        return self.environment["DATABASE_URL"]

    def file(self, rows: int) -> Path:
        """A CSV file of so many experiments."""
        if rows not in self._files:
            folder = self.folder / str(rows)
            folder.mkdir()
            self._files[rows] = folder / "user_experiments.csv"
            write_experiments(self._files[rows], rows, self.size.users)
        return self._files[rows]

    def expected(self, rows: int) -> Answer:
        """What the file of so many experiments adds up to."""
        if rows not in self._answers:
            self._answers[rows] = expected_answer(self.file(rows))
        return self._answers[rows]

    def backlog(self, rows: int, partitions: int = topics.PARTITIONS) -> None:
        """See to it that the topic `experiments` holds the file's rows, as our producer writes them, and no others."""
        if self.published != (rows, partitions):
            self.publish(rows, partitions)

    def publish(self, rows: int, partitions: int = topics.PARTITIONS) -> Measured:
        """Load the file into topics made anew; return the producer, which has ended."""
        self.published = None
        topics.delete_all(self.kafka)
        producer = self.load(rows, partitions)
        self.published = (rows, partitions)
        return producer

    def load(self, rows: int, partitions: int = topics.PARTITIONS) -> Measured:
        """Load the file into the topics as they are; return the producer, which has ended."""
        self.published = None
        environment = {**self.environment, "TOPIC_PARTITIONS": str(partitions)}
        command = ["producers.csv", str(self.file(rows))]
        with self.tree.measured(command, environment, self.folder / "producer.log") as producer:
            producer.wait(LIMIT)
        return producer

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty folder for one block."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
