from __future__ import annotations

from pathlib import Path

from tests.faults import model_faults, trickle_faults
from tests.faults.report import Report
from tests.faults.run import Play, play_history
from tests.faults.servers import Servers

SEED = 13732


async def test_nothing_is_wrong_after_a_random_history(servers: Servers, tmp_path: Path) -> None:
    """One history of a fixed seed, whose model changes and whose partitions share transactions."""
    drawn, report = Play.drawn(SEED, 0), Report()
    faults = {each.fault for act in drawn.acts for each in act.faults}
    for kinds in (model_faults.FAULTS, trickle_faults.FAULTS):
        assert faults & set(kinds), "choose another seed"
    await play_history(servers, drawn, tmp_path / "history", report)
    assert report.wrong == []
    assert report.acts > 0
