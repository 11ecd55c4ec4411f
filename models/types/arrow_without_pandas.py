"""Keeps Arrow from importing pandas: 35 MB and a quarter of a second, in each process that converts a Python list.

Arrow looks for pandas once in a process, at its first conversion of Python values, to know its types. Nothing here has
any. Where pandas is installed, and not imported yet, it is not to be found for that moment.
"""

from __future__ import annotations

import sys

import pyarrow as pa


class _NotFound:
    """A finder of the import system that finds pandas nowhere."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


sys.meta_path.insert(0, _NotFound)
pa.array([None])
sys.meta_path.remove(_NotFound)
