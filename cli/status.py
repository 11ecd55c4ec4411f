"""`ingest status`: how many rows are stored, and how far the worker is behind."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import Annotated

import typer

from cli.output import print_labels, print_table
from cli.running import ask
from models.json_output import print_json
from streams.queries.status import COUNTED, Status, held_back, read_status


def status(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show how many rows there are, and how many records the worker has not applied yet."""
    found = ask(read_status)
    if as_json:
        print_json(_plain(found))
    else:
        _print(found)


def _plain(found: Status) -> dict[str, object]:
    return {
        "rows": dict(found.rows),
        "lag": found.lag,
        "held_back": found.held_back,
        "open_rejects": found.open_rejects,
        "loads": dict(found.loads),
        "damaged": [asdict(damaged) for damaged in found.damaged],
        "incomplete": found.incomplete,
        "partitions": [
            {
                "topic": lag.topic,
                "partition": lag.partition,
                "end": lag.end,
                "applied": lag.applied,
                "lag": lag.records,
                "held_back": lag.held_back,
            }
            for lag in found.lags
        ],
    }


def _filling(found: Status) -> list[tuple[str, float]]:
    return [
        (f"{table}.{column}", share) for table, columns in found.incomplete.items() for column, share in columns.items()
    ]


def _print(found: Status) -> None:
    more = " or more" if found.open_rejects == COUNTED else ""
    print_labels(
        *((name.replace("_", " "), count) for name, count in found.rows.items()),
        ("open rejects", f"{found.open_rejects:,}{more}"),
        *(("loads", f"{count:,} {state}") for state, count in found.loads.items()),
        *(
            ("damaged", f"{at.topic}[{at.partition}] stopped at offset {at.offset}: the batch there is damaged")
            for at in found.damaged
        ),
        *(("filling", f"{name} {share:.0%}") for name, share in _filling(found)),
    )
    print()
    topics = [(topic, list(lags)) for topic, lags in groupby(found.lags, key=lambda lag: lag.topic)]
    print_table(
        ("topic", "partitions", "records", "not applied", "last applied"),
        [
            (
                topic,
                len(lags),
                sum(lag.end for lag in lags),
                sum(lag.records for lag in lags),
                max((lag.updated_at for lag in lags if lag.updated_at), default=None),
            )
            for topic, lags in topics
        ],
        right=("partitions", "records", "not applied"),
    )
    if found.held_back:
        print(f"\n{held_back(found)}")
