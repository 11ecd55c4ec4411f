"""Memory settings of the worker's process: large blocks go back to the system, and no hunt for cycles that are none."""

from __future__ import annotations

import ctypes
import gc

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Numbers of glibc's mallopt(3)."""


def settle() -> None:
    """Apply the settings; on systems without glibc only those of Python."""
    _calm_garbage_collection()
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        # Left to itself glibc learns from the first batches to keep blocks of their size, in an arena for each
        # thread: with batches of 8 MB a fifth of the worker's memory is such blocks, held and not used.
        mallopt(_M_MMAP_THRESHOLD, 256 * 1024)
        mallopt(_M_TRIM_THRESHOLD, 1024 * 1024)
        mallopt(_M_ARENA_MAX, 1)


def _calm_garbage_collection() -> None:
    # A batch makes hundreds of thousands of objects, none of them in a cycle; by the defaults, Python looks for
    # cycles after every 700 of them.
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
