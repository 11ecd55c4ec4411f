"""What happens to the data in one random history: files, their rows, and records of other clients."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

HEADERS = {
    "users": "user_id,name,email,signup_date",
    "compounds": "compound_id,compound_name,compound_structure",
    "experiments": "experiment_id,user_id,experiment_compound_ids,experiment_run_time",
}
BAD_ROWS = {
    "users": ["0,Nobody,,2024-01-01", "7,,x@example.com,2024-01-01", "8,Bad Date,,01/02/2024", "9,Short"],
    "compounds": ["-1,Nothing,C", "x,Letter,C", "5,,C"],
    "experiments": ["1,1,1:3,5", "2,2,1;2,-4", "3,3,,1.2345", "4,,1,1", "5,5,0,1", '6,6,"1;2",nan'],
}
BAD_VALUES = [
    b"\xff\xfe",
    b"[]",
    b"{}",
    b"not json",
    b'{"experiment_id":1,"user_id":-7,"experiment_compound_ids":[],"experiment_run_time":1}',
    b'{"experiment_id":1,"user_id":7,"experiment_compound_ids":[1.5],"experiment_run_time":1}',
    b'{"experiment_id":1,"user_id":7,"experiment_compound_ids":[1],"experiment_run_time":0.0001}',
    b'{"experiment_id":1.0,"user_id":7,"experiment_compound_ids":[1],"experiment_run_time":1}',
    b"",
    None,
]
KNOWN_USERS = 60
USERS = 80
"""The last ones are in no file of users."""
COMPOUNDS = 14
REFUSED_USER = 13
"""In some histories Postgres is made to refuse this user's experiments."""


@dataclass
class CsvFile:
    """A file as the history wrote it."""

    path: Path
    kind: str
    lines: set[int]
    """The lines that hold a row, good or bad."""
    deletes: bool = False


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A record that another client than ours publishes: its own time and partition, and no headers."""

    topic: str
    key: bytes
    value: bytes | None
    timestamp: int
    partition_hint: int
    """To be taken modulo the number of partitions."""


class History:
    """Draws everything from one source of chance."""

    def __init__(self, draw: Random, folder: Path) -> None:
        self._draw = draw
        # Its own: how many records a client publishes is a matter of time, and the files are not to depend on it.
        self._client_draw = Random(draw.random())
        self._folder = folder
        self._files = 0
        self._largest_id = 0
        self._timestamps: set[int] = set()
        self.written: list[CsvFile] = []

    def experiments_file(self, count: int) -> CsvFile:
        return self._write("experiments", [self._experiment_line() for _ in range(count)])

    def names_files(self) -> list[CsvFile]:
        """Users and compounds; some at a time, so that names come late and change."""
        users = self._draw.sample(range(1, KNOWN_USERS + 1), KNOWN_USERS // 2)
        compounds = self._draw.sample(range(1, COMPOUNDS), COMPOUNDS // 2)
        version = self._draw.randint(1, 9)
        return [
            self._write("users", [f"{user},Übung {user}.{version},,2024-02-{user % 28 + 1:02}" for user in users]),
            self._write("compounds", [f"{number},Stoff {number}.{version},C{number}" for number in compounds]),
        ]

    def deletions_file(self, count: int) -> CsvFile:
        """Experiments to delete: some that exist, some that don't, one that is no id."""
        ids = [str(self._draw.randint(1, self._largest_id + 50)) for _ in range(count)]
        self._files += 1
        path = self._folder / f"{self._files}-deletions.csv"
        path.write_text("\n".join(["experiment_id", *ids, "x7"]) + "\n")
        file = CsvFile(path, "experiments", set(range(2, len(ids) + 3)), deletes=True)
        self.written.append(file)
        return file

    def growing_parts(self, count: int) -> tuple[CsvFile, list[str]]:
        """A file that so far holds only its header, and the parts still to be appended; they may tear a line."""
        file = self._write("experiments", [])
        text = "".join(f"{self._experiment_line()}\n" for _ in range(count))
        file.lines |= set(range(2, count + 2))
        cuts = sorted(self._draw.sample(range(1, len(text)), 9))
        return file, [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    def client_codec(self) -> str | None:
        """How a client compresses, as aiokafka names it."""
        return self._client_draw.choice([None, "gzip", "snappy", "lz4", "zstd"])

    def client_transaction(self) -> tuple[list[ClientRecord], bool]:
        """Records that a client publishes in one transaction, and whether it aborts it."""
        count = self._client_draw.choice([1, 2, 5, 30, 300])
        return [self.client_record() for _ in range(count)], self._client_draw.random() < 0.5

    def client_record(self) -> ClientRecord:
        draw = self._client_draw
        kind = draw.choices(["row", "bad", "move", "delete", "name"], weights=[60, 4, 24, 8, 4])[0]
        if kind == "bad":
            return self._record("experiments", b"7", draw.choice(BAD_VALUES))
        if kind == "name":
            return self._name_record()
        experiment_id = draw.randint(1, self._largest_id + 1) if kind != "row" else self._new_or_known_id(draw)
        if kind == "delete":
            members: dict[str, object] = {"experiment_id": experiment_id, "deleted": True}
            return self._record("experiments", str(experiment_id).encode(), json.dumps(members).encode())
        user = self._user(draw)
        listed = [draw.randint(1, COMPOUNDS) for _ in range(draw.choice([0, 1, 2, 3]))]
        members = {
            "experiment_id": experiment_id,
            "user_id": user,
            "experiment_compound_ids": listed,
            "experiment_run_time": draw.randint(0, 10**6) / 1000,
        }
        return self._record("experiments", str(user).encode(), json.dumps(members).encode())

    def _name_record(self) -> ClientRecord:
        user = self._client_draw.randint(1, KNOWN_USERS)
        if self._client_draw.random() < 0.5:
            return self._record("users", str(user).encode(), None)
        if self._client_draw.random() < 0.2:
            return self._record("users", b"no id", None)
        members = {"user_id": user, "name": f"Client's {user}", "signup_date": "2025-05-05"}
        return self._record("users", str(user).encode(), json.dumps(members).encode())

    def _record(self, topic: str, key: bytes, value: bytes | None) -> ClientRecord:
        return ClientRecord(topic, key, value, self._timestamp(), self._client_draw.randint(0, 1000))

    def _timestamp(self) -> int:
        # Clocks differ, and what is published late may be old. No two alike: a tie of two incarnations of a topic
        # has no winner.
        while True:
            timestamp = (
                int(time.time() * 1000)
                - self._client_draw.choice([0, 0, 0, 5_000, 60_000])
                + self._client_draw.randint(0, 999)
            )
            if timestamp not in self._timestamps:
                self._timestamps.add(timestamp)
                return timestamp

    def _write(self, kind: str, lines: list[str]) -> CsvFile:
        lines = [self._draw.choice(BAD_ROWS[kind]) if self._draw.random() < 0.01 else line for line in lines]
        self._files += 1
        path = self._folder / f"{self._files}-{kind}.csv"
        path.write_text("\n".join([HEADERS[kind], *lines]) + "\n")
        file = CsvFile(path, kind, set(range(2, len(lines) + 2)))
        self.written.append(file)
        return file

    def _experiment_line(self) -> str:
        listed = ";".join(
            str(self._draw.randint(1, COMPOUNDS)) for _ in range(self._draw.choice([0, 1, 1, 2, 2, 3, 5]))
        )
        run_time = f"{self._draw.randint(0, 10**6) / 1000:.{self._draw.randint(0, 3)}f}"
        return f"{self._new_or_known_id(self._draw)},{self._user(self._draw)},{listed},{run_time}"

    def _new_or_known_id(self, draw: Random) -> int:
        if self._largest_id and draw.random() < 0.4:
            return draw.randint(1, self._largest_id)
        self._largest_id += 1
        return self._largest_id

    def _user(self, draw: Random) -> int:
        return min(int(draw.paretovariate(0.6)), draw.randint(1, USERS))
