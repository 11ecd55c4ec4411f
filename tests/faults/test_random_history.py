from __future__ import annotations

from pathlib import Path

from tests.faults.report import Report
from tests.faults.run import Play, play_history
from tests.faults.servers import Servers

SEED = 20252483


async def test_nothing_is_wrong_after_a_random_history(servers: Servers, tmp_path: Path) -> None:
    """One history of a fixed seed, whose model is drawn and changed on the way; `make faults` plays others."""
    report = Report()
    await play_history(servers, Play.drawn(SEED, 0), tmp_path / "history", report)
    assert report.wrong == []
    assert report.acts > 0
