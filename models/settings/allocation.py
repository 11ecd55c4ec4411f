"""How the process's memory is allocated: glibc's mallopt(3)."""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8


def tune(*, mmap_threshold: int, trim_threshold: int, arenas: int | None = None) -> None:
    """Set what glibc otherwise learns as it goes; on systems without glibc nothing happens.

    Args:
        mmap_threshold: blocks of so many bytes come from the system one by one, and go back to it when freed.
        trim_threshold: so many bytes that are free at the end of the heap go back to the system.
        arenas: most heaps; None leaves it at several for each processor.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, mmap_threshold)
        mallopt(_M_TRIM_THRESHOLD, trim_threshold)
        if arenas is not None:
            mallopt(_M_ARENA_MAX, arenas)
