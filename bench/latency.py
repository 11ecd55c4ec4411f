"""`python -m bench.latency`: latency from due to visible at fixed rates, until one is not kept up.

LATENCY_RATES (100,1000,5000,10000,…) are rows a second; SECONDS (20) is how long each is offered; USERS (50000).
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from bench.circumstances import circumstances
from bench.comparison import say
from bench.errors import MeasurementError
from bench.live.stage import Seen, Stage, stage
from bench.size import size_from_environment
from bench.storage import discard, store, with_figures
from bench.testbed import Testbed

KIND = "latency"
RATES = "100,1000,5000,10000,20000,30000,40000,50000,60000,80000,100000"
SECONDS = "20"
WARM_UP_RATE = 1000
WARM_UP_SECONDS = 10


def main() -> int:
    """Measure each rate; the result is the exit code."""
    rates = os.environ.get("LATENCY_RATES")
    if rates is None:
        discard(KIND)
    try:
        with tempfile.TemporaryDirectory() as folder:
            testbed = Testbed(dict(os.environ), Path(folder), size_from_environment())
            with stage(testbed) as ready:
                measure(ready, [float(rate) for rate in (rates or RATES).split(",")])
    except MeasurementError as error:
        print(f"bench.latency: {error}", file=sys.stderr)
        return 1
    return 0


def measure(ready: Stage, rates: list[float]) -> None:
    """Offer each rate in turn and store what was seen; end with the first that is not kept up."""
    say("warming up")
    ready.offer(WARM_UP_RATE, WARM_UP_SECONDS)
    seconds = float(os.environ.get("SECONDS", SECONDS))
    for rate in rates:
        seen = ready.offer(rate, seconds)
        tell(rate, seen)
        described = {"rate": rate, "kept_up": seen.kept_up, "sender_late_ms": seen.sender_late_ms}
        described |= {"users": ready.testbed.size.users, **circumstances()}
        store(KIND, f"{rate:g}", with_figures([seen.figure], **described))
        if not seen.kept_up:
            break
    ready.check()


def tell(rate: float, seen: Seen) -> None:
    """Print one line."""
    percentiles = "  ".join(f"{name} {value:,.1f} ms" for name, value in seen.figure.percentiles_ms.items())
    print(f"{rate:>9,.0f} rows/s offered  {percentiles}{'' if seen.kept_up else '  not kept up'}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
