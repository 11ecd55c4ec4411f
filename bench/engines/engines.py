"""All engines that are tried, by the name under which one can be tried alone."""

from __future__ import annotations

from bench.engines import ours, pathway
from bench.engines.engine import Engine

ENGINES: dict[str, Engine] = {
    "ours": ours.ENGINE,
    "pathway": pathway.NEWEST,
    "pathway-append": pathway.APPEND,
}
