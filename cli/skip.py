"""`ingest skip`: records that cannot be read are passed over."""

from __future__ import annotations

from typing import Annotated

import typer
from aiokafka.structs import TopicPartition

from cli.running import ask
from streams.maintenance.skip import skip as pass_over


def skip(
    topic: Annotated[str, typer.Argument(help="The topic of a partition that is not read on.")],
    partition: Annotated[int, typer.Argument(help="The partition.")],
    offset: Annotated[int, typer.Argument(help="Where to read on: as the worker's log and ingest doctor say.")],
) -> None:
    """Pass over a damaged batch of Kafka's, up to an offset; a reject keeps which records were passed over."""
    passed = ask(lambda settings: pass_over(settings, TopicPartition(topic, partition), offset))
    print(f"passed over: {passed}; load the files that their records came from again")
