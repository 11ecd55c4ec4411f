"""What a rate takes, computed from what one worker and one Postgres did."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bench.documents.results import Results
from bench.storage import figure_of

UTILISATION = 0.5
"""The share of the measured speed that is planned for: the rest is for bursts, catching up and failures."""
PARTITIONS_PER_WORKER = 2
"""So that the number of workers can be doubled later."""
SERVER_CORES = 16
"""Of one Postgres server."""
SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Limits:
    """What was measured.

    Attributes:
        worker: rows a second of one worker.
        postgres_microseconds: of processor time in Postgres for one row.
        bytes_a_row: what a row takes in Postgres, with its indexes and its share of the features.
    """

    worker: float
    postgres_microseconds: float
    bytes_a_row: float


@dataclass(frozen=True)
class Needs:
    """What a rate takes."""

    workers: int
    partitions: int
    postgres_cores: int
    shards: int
    gigabytes_a_day: float


def limits(results: Results) -> Limits | None:
    """The measured limits; None if one of them was not measured."""
    worker, steps = results.speed("worker"), list(results.steps.values())
    sizes = [entry for entry in results.growth.values() if "tables_mb" in entry]
    if not (worker and steps and sizes):
        return None
    largest = max(sizes, key=lambda entry: int(entry["rows"]))
    figure = figure_of(largest)
    if figure is None:
        return None
    megabytes = sum(sum(parts.values()) for parts in largest["tables_mb"].values())
    return Limits(worker, float(steps[-1]["microseconds"]["Postgres"]), megabytes * 1e6 / figure.rows)


def needs(rate: float, found: Limits) -> Needs:
    """What so many rows a second take."""
    workers = math.ceil(rate / (found.worker * UTILISATION))
    cores = math.ceil(rate * found.postgres_microseconds / 1e6 / UTILISATION)
    return Needs(
        workers=workers,
        partitions=workers * PARTITIONS_PER_WORKER,
        postgres_cores=cores,
        shards=math.ceil(cores / SERVER_CORES),
        gigabytes_a_day=rate * SECONDS_A_DAY * found.bytes_a_row / 1e9,
    )
