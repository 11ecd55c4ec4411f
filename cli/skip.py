"""`ingest skip`: skip records that cannot be read."""

from __future__ import annotations

from typing import Annotated

import typer
from aiokafka.structs import TopicPartition

from cli.running import ask
from streams.maintenance.skip import skip as pass_over


def skip(
    topic: Annotated[str, typer.Argument(help="The topic of a partition that stopped at a damaged batch.")],
    partition: Annotated[int, typer.Argument(help="The partition.")],
    offset: Annotated[int, typer.Argument(help="The offset to resume at: the worker's log and ingest doctor name it.")],
) -> None:
    """Skip a damaged batch in Kafka, up to an offset; a reject records what was skipped."""
    passed = ask(lambda settings: pass_over(settings, TopicPartition(topic, partition), offset))
    print(f"skipped {passed}; load the files that these records came from again")
