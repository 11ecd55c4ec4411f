"""Records of transactional clients and of all codecs, through a whole worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer

from models.settings.environment import Settings
from streams.queries.status import Status, read_status
from tests.conditions import until
from tests.processes import Stack

PARTITION = 1


def experiment(number: int) -> bytes:
    return b'{"experiment_id":%d,"user_id":7,"experiment_compound_ids":[4],"experiment_run_time":2.5}' % number


@asynccontextmanager
async def producer(stack: Stack, **options: object) -> AsyncIterator[AIOKafkaProducer]:
    started = AIOKafkaProducer(bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"], **options)
    await started.start()
    try:
        yield started
    finally:
        await started.stop()


async def send(to: AIOKafkaProducer, *numbers: int) -> None:
    """Publish so that Kafka has them."""
    sent = [await to.send("experiments", experiment(number), partition=PARTITION) for number in numbers]
    for each in sent:
        await each


async def status(stack: Stack) -> Status:
    return await read_status(
        Settings(
            kafka_bootstrap_servers=stack.environment["KAFKA_BOOTSTRAP_SERVERS"],
            database_url=stack.environment["DATABASE_URL"],
        )
    )


async def stored(stack: Stack) -> set[int]:
    return {row["experiment_id"] for row in await stack.fetch("SELECT experiment_id FROM experiments")}


async def applied_to_the_end(stack: Stack) -> bool:
    """Whether Postgres has passed every offset, also those that hold no record."""
    now = await status(stack)
    return bool(now.lags) and all(lag.applied == lag.end for lag in now.lags)


async def test_only_committed_records_count_and_marks_leave_no_lag(stack: Stack) -> None:
    worker = stack.start_worker()
    await worker.ready()
    async with (
        producer(stack, transactional_id="one") as one,
        producer(stack, transactional_id="two", compression_type="zstd") as two,
    ):
        await one.begin_transaction()
        await two.begin_transaction()
        await send(one, *range(1, 400))
        await send(two, *range(1001, 1400))
        await send(one, *range(400, 500))
        await send(two, *range(1400, 1500))
        await one.abort_transaction()
        await two.commit_transaction()
        await one.begin_transaction()
        await send(one, 2001)
        await one.abort_transaction()
    await until(lambda: applied_to_the_end(stack), "every offset is passed")
    assert await stored(stack) == set(range(1001, 1500))
    now = await status(stack)
    assert (now.lag, now.held_back) == (0, 0)
    assert worker.is_running
    await stack.assert_audit_is_equal()


async def test_an_open_transaction_holds_back_what_is_behind_it_and_no_more(stack: Stack) -> None:
    worker = stack.start_worker()
    await worker.ready()
    async with producer(stack) as plain, producer(stack, transactional_id="open") as slow:
        await send(plain, 1)
        await slow.begin_transaction()
        await send(slow, 2)
        await send(plain, 3)
        await (await plain.send("experiments", experiment(4), partition=0))

        async def is_stored() -> bool:
            return await stored(stack) == {1, 4}

        await until(is_stored, "what is before the transaction, and on another partition")
        now = await status(stack)
        assert (now.lag, now.held_back) == (0, 2)
        await slow.commit_transaction()
    await until(lambda: applied_to_the_end(stack), "every offset is passed")
    assert await stored(stack) == {1, 2, 3, 4}


async def test_batches_of_all_codecs_are_read(stack: Stack) -> None:
    worker = stack.start_worker()
    await worker.ready()
    for number, codec in enumerate((None, "gzip", "snappy", "lz4", "zstd")):
        async with producer(stack, compression_type=codec) as client:
            await send(client, *range(number * 1000, number * 1000 + 300))
    await until(lambda: applied_to_the_end(stack), "every offset is passed")
    expected = {number * 1000 + at for number in range(5) for at in range(300)} - {0}
    assert await stored(stack) == expected
    await stack.assert_audit_is_equal()
