"""How long is waited where other programs use the machine as well."""

from __future__ import annotations

import os

USUAL_LOAD = 2.0
"""Processes that wait for each processor while the laboratory runs alone."""


def patient(seconds: float) -> float:
    """So many seconds of a machine that has nothing else to do."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1) / USUAL_LOAD)
