"""Memory settings of a process that loads: what was freed is used again, and no hunt for cycles that are none."""

from __future__ import annotations

import ctypes
import gc

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Numbers of glibc's mallopt(3)."""


def settle() -> None:
    """Apply the settings; on systems without glibc only those of Python."""
    # By the defaults, Python looks for cycles after every 700 objects, through tens of thousands that stay.
    gc.set_threshold(20_000, 20, 20)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        # Left to itself glibc gives the arrays of each block of lines back to the system and has it clear the same
        # memory for the next ones: a quarter of the time that it takes to encode them.
        mallopt(_M_MMAP_THRESHOLD, 4 * 1024 * 1024)
        mallopt(_M_TRIM_THRESHOLD, 16 * 1024 * 1024)
