"""Memory settings of a process that loads: freed memory is kept for reuse, and garbage is collected rarely."""

from __future__ import annotations

import gc

from models.settings import allocation


def settle() -> None:
    """Apply the settings; on systems without glibc only those of Python."""
    # By the defaults, Python looks for cycles after every 700 objects, through tens of thousands that stay.
    gc.set_threshold(20_000, 20, 20)
    # Left to itself glibc gives the arrays of each block of lines back to the system and has it clear the same memory
    # for the next ones: a quarter of the time that it takes to encode them.
    allocation.tune(mmap_threshold=4 * 1024 * 1024, trim_threshold=4 * 1024 * 1024)
