"""Settings of the worker: large blocks go back to the system, garbage is collected rarely, threads switch soon."""

from __future__ import annotations

import gc
import sys

import pyarrow as pa

from models.settings import allocation

_SWITCH_SECONDS = 0.0005


def settle() -> None:
    """Apply the settings; on systems without glibc only those of Python."""
    _calm_garbage_collection()
    # The thread that fetches and the loop that stores wait for each other by Python's lock: 5 ms a time by the default.
    sys.setswitchinterval(_SWITCH_SECONDS)
    # Arrow's own pool keeps what it was given for each thread. jemalloc gives it back, and holds no places between the
    # system's blocks, of which a third would be free at last and too small for the next batch.
    has_jemalloc = "jemalloc" in pa.supported_memory_backends()
    pa.set_memory_pool(pa.jemalloc_memory_pool() if has_jemalloc else pa.system_memory_pool())
    # Left to itself glibc learns from the first batches to keep blocks of their size, in an arena for each thread: with
    # batches of 8 MB a fifth of the worker's memory is such blocks, held and not used.
    allocation.tune(mmap_threshold=4 * 1024 * 1024, trim_threshold=4 * 1024 * 1024, arenas=1)


def _calm_garbage_collection() -> None:
    # A batch makes hundreds of thousands of objects, none of them in a cycle; by the defaults, Python looks for
    # cycles after every 700 of them.
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
