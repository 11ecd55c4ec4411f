"""What a rate takes, computed from the processor time that a row took in each program."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bench.cores import APART, TWO_APART
from bench.documents.results import Results
from bench.steps import KAFKA, POSTGRES, PROCESSES, WORKER, Times
from bench.storage import figure_of

UTILISATION = 0.5
"""The share of a core that is planned for: the rest is for bursts, catching up and failures."""
PARTITIONS_PER_WORKER = 2
"""So that the number of workers can be doubled later."""
SERVER_CORES = 16
"""Of one Postgres server."""
SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Limits:
    """What was measured.

    Attributes:
        microseconds: of processor time for one row, by process.
        bytes_a_row: what a row takes in Postgres, with its indexes and its share of the features.
    """

    microseconds: Times
    bytes_a_row: float

    def cores(self, process: str, rate: float) -> int:
        """Cores that so many rows a second take in a process, at the planned use."""
        return math.ceil(rate * self.microseconds[process] / 1e6 / UTILISATION)


@dataclass(frozen=True)
class Needs:
    """What a rate takes."""

    workers: int
    partitions: int
    postgres_cores: int
    kafka_cores: int
    shards: int
    gigabytes_a_day: float


def microseconds(results: Results) -> Times | None:
    """The most that a row took in each process where Postgres had a core of its own; else the last step's."""
    entries = [results.scale[name] for name in (APART, TWO_APART) if name in results.scale]
    entries = entries or list(results.steps.values())[-1:]
    if not entries:
        return None
    return {process: max(float(entry["microseconds"][process]) for entry in entries) for process in PROCESSES}


def limits(results: Results) -> Limits | None:
    """The measured limits; None if one of them was not measured."""
    times = microseconds(results)
    sizes = [entry for entry in results.growth.values() if "tables_mb" in entry]
    if times is None or not sizes:
        return None
    largest = max(sizes, key=lambda entry: int(entry["rows"]))
    figure = figure_of(largest)
    if figure is None:
        return None
    megabytes = sum(sum(parts.values()) for parts in largest["tables_mb"].values())
    return Limits(times, megabytes * 1e6 / figure.rows)


def needs(rate: float, found: Limits) -> Needs:
    """What so many rows a second take. A worker is one process, and counts as one core."""
    workers, cores = found.cores(WORKER, rate), found.cores(POSTGRES, rate)
    return Needs(
        workers=workers,
        partitions=workers * PARTITIONS_PER_WORKER,
        postgres_cores=cores,
        kafka_cores=found.cores(KAFKA, rate),
        shards=math.ceil(cores / SERVER_CORES),
        gigabytes_a_day=rate * SECONDS_A_DAY * found.bytes_a_row / 1e9,
    )
