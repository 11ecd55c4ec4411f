"""What came of a trial."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.answer import Answer

MOST_CHARACTERS = 200
ERROR = re.compile(r"(error|exception)\S*: ", re.IGNORECASE)
STACK = re.compile(r"(at |\.\.\. )")


@dataclass(frozen=True)
class Outcome:
    """One trial's.

    Attributes:
        rows: how many were sent.
        seconds: how long the measured ones took.
        measured: how many of the rows that is.
        peak_mb: most resident memory of the engine's processes together, in MB.
        wrong_users: how many users' features are not those of the plain oracle, in the end.
        wrong_rows: whether the stored rows differ from the newest publications; None if no rows are stored.
        fell: at how many looks a reader saw fewer rows than before.
        killed_at: the share of rows that were visible when the engine was killed, if it was.
        percentiles_ms: latencies by percentile, where latency was measured.
        failed: why there is no result.
    """

    rows: int = 0
    seconds: float = 0.0
    measured: int = 0
    peak_mb: float = 0.0
    wrong_users: int | None = None
    wrong_rows: bool | None = None
    fell: int = 0
    killed_at: float | None = None
    percentiles_ms: Mapping[str, float] = field(default_factory=dict)
    failed: str | None = None

    @property
    def rows_per_second(self) -> float | None:
        """Speed, if there is one."""
        return self.measured / self.seconds if self.seconds else None

    @property
    def right(self) -> bool:
        """Whether it ended with the right answer."""
        return self.failed is None and self.wrong_users == 0 and not self.wrong_rows


def wrong_users(found: Answer, expected: Answer) -> int:
    """How many users have other totals than they should, those that are missing or too many included."""
    return sum(1 for user in found.keys() | expected.keys() if found.get(user) != expected.get(user))


def reason(error: BaseException) -> str:
    """The last of what an error says that names an error, and its last line; without the lines of a stack trace."""
    lines = [line.strip() for line in str(error).splitlines()]
    said = [line for line in lines if line and not STACK.match(line)]
    errors = [line for line in said[:-1] if ERROR.search(line)]
    return "; ".join(line[:MOST_CHARACTERS] for line in errors[-1:] + said[-1:]) or type(error).__name__
