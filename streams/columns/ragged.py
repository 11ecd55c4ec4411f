"""Ragged columns: lists of any length in one column, with their offsets."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def offsets_of(lengths: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Where each of consecutive spans of these lengths begins; and, last, where all end."""
    first: NDArray[np.int64] = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=first[1:])
    return first
