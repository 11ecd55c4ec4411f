"""What the page shows of this moment: health, throughput, lag, loads, the most common values."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import orjson
from faust.types import TP

from models.errors import DatabaseUnreachableError
from streams.operations.throughput import STEP
from streams.queries.page import PageReader, TooSlowError
from streams.queries.single_flight import SingleFlight

if TYPE_CHECKING:
    from streams.worker import Application

CHARTS_SECONDS = 5.0
"""How long the most common values are good for: they change slowly, and take longest to find."""

_NOTHING: Mapping[str, Any] = {
    "rows": None,
    "partitions": [],
    "loads": [],
    "newest_reject": None,
    "incomplete": {},
    "charts": None,
    "reject_codes": None,
}
"""What is known of Postgres while it does not answer."""


class Live:
    """The state of the moment, for all who look."""

    def __init__(self, app: Application, reader: PageReader) -> None:
        self._app = app
        self._reader = reader
        self._charts = SingleFlight(self._read_charts, CHARTS_SECONDS)

    async def read(self) -> bytes:
        """The state, as JSON; without the part that is in Postgres if it does not answer."""
        kafka, (overview, fault) = await asyncio.gather(self._app.kafka_watch.fault(), self._overview())
        state = {
            "health": {"kafka": kafka, "postgres": self._app.persistence.outage or fault},
            "rows_per_second": round(self._app.throughput.now(), 1),
            "throughput": {
                "step_seconds": STEP,
                "rates": [round(rate, 1) for rate in self._app.throughput.rates()],
            },
            **overview,
        }
        return orjson.dumps(state, default=str)

    async def _overview(self) -> tuple[Mapping[str, Any], str | None]:
        try:
            found = await self._reader.overview()
            charts = await self._charts.get(None)
        except TooSlowError:
            return _NOTHING, "is too slow to answer in time"
        except DatabaseUnreachableError as error:
            return _NOTHING, str(error)
        partitions = with_lag(found.pop("positions"), self._app.log_ends())
        return {**found, "partitions": partitions, **charts}, None

    async def _read_charts(self, _: None) -> dict[str, Any]:
        try:
            return {"charts": await self._reader.charts(), "reject_codes": await self._reader.reject_codes()}
        except TooSlowError:
            # Everything else is known and is to be shown.
            return {"charts": None, "reject_codes": None}


def with_lag(positions: Iterable[Mapping[str, Any]], ends: Mapping[TP, int]) -> list[dict[str, Any]]:
    """How far Postgres is with each partition, and how many records are left.

    Args:
        positions: topic, partition and next_offset of each.
        ends: where the log of each partition that this worker reads ends.
    """
    return [
        {
            "topic": row["topic"],
            "partition": row["partition"],
            "applied": row["next_offset"],
            "lag": _lag(ends.get(TP(row["topic"], row["partition"])), row["next_offset"]),
        }
        for row in positions
    ]


def _lag(end: int | None, applied: int) -> int | None:
    return None if end is None else max(0, end - applied)
