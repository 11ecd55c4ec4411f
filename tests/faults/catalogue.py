"""All kinds of faults."""

from __future__ import annotations

from tests.faults import (
    model_faults,
    network_faults,
    rebuild_faults,
    server_faults,
    state_faults,
    trickle_faults,
    worker_faults,
)
from tests.faults.fault import Fault

FAULTS: list[Fault] = [
    *worker_faults.MOMENTS,
    *worker_faults.AT_POINTS,
    *server_faults.FAULTS,
    *network_faults.FAULTS,
    *state_faults.FAULTS,
    *model_faults.FAULTS,
    *trickle_faults.FAULTS,
    *rebuild_faults.FAULTS,
]
