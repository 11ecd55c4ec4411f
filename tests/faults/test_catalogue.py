"""Each kind of fault once, by name: one act with it, then everything compared with the oracle."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from random import Random

import pytest

from tests.faults import (
    model_faults,
    network_faults,
    rebuild_faults,
    server_faults,
    state_faults,
    trickle_faults,
    worker_faults,
)
from tests.faults.acts import Act, play
from tests.faults.drawn_models import drawn_model
from tests.faults.fault import Fault
from tests.faults.laboratory import Laboratory
from tests.faults.servers import Servers
from tests.faults.world import World

pytestmark = pytest.mark.each_fault

WORLD = World(partitions=6, batch_records=200, workers=2, refusing=False)


@pytest.fixture(scope="module")
async def laboratory(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Laboratory]:
    """One for all tests here: what a fault leaves behind the next one finds."""
    folder = tmp_path_factory.mktemp("laboratory") / "history"
    async with Laboratory.open(servers, WORLD, drawn_model(Random(3)), folder, Random(3)) as opened:
        yield opened


def each(faults: Sequence[Fault]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fault", faults, ids=[fault.name for fault in faults])


async def assert_nothing_is_wrong_after(laboratory: Laboratory, fault: Fault) -> None:
    draw = Random(fault.name)
    outcome = await play(laboratory, Act.with_faults(draw, (fault.drawn(draw),)))
    assert outcome.wrong == []
    assert outcome.compared > 0


@each(worker_faults.MOMENTS)
async def test_nothing_is_wrong_after_a_fault_of_a_worker_at_any_moment(laboratory: Laboratory, fault: Fault) -> None:
    await assert_nothing_is_wrong_after(laboratory, fault)


@each(worker_faults.AT_POINTS)
async def test_nothing_is_wrong_after_a_fault_of_a_worker_at_a_named_point(
    laboratory: Laboratory, fault: Fault
) -> None:
    await assert_nothing_is_wrong_after(laboratory, fault)


@each(server_faults.FAULTS)
async def test_nothing_is_wrong_after_a_fault_of_a_server(laboratory: Laboratory, fault: Fault) -> None:
    await assert_nothing_is_wrong_after(laboratory, fault)


@each(network_faults.FAULTS)
async def test_nothing_is_wrong_after_a_fault_of_the_network(laboratory: Laboratory, fault: Fault) -> None:
    await assert_nothing_is_wrong_after(laboratory, fault)


@each(state_faults.FAULTS)
async def test_nothing_is_wrong_after_a_fault_of_what_is_kept(laboratory: Laboratory, fault: Fault) -> None:
    await assert_nothing_is_wrong_after(laboratory, fault)


@each(trickle_faults.FAULTS)
async def test_nothing_is_wrong_after_a_fault_while_partitions_share_transactions(
    laboratory: Laboratory, fault: Fault
) -> None:
    await assert_nothing_is_wrong_after(laboratory, fault)


@each(rebuild_faults.FAULTS)
async def test_nothing_is_wrong_after_a_rebuild(laboratory: Laboratory, fault: Fault) -> None:
    await assert_nothing_is_wrong_after(laboratory, fault)


@each(model_faults.FAULTS)
async def test_nothing_is_wrong_after_and_while_another_model_is_put_in_force(
    laboratory: Laboratory, fault: Fault
) -> None:
    await assert_nothing_is_wrong_after(laboratory, fault)
