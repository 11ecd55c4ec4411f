from __future__ import annotations

from models.sql.engine_tables import metadata
from streams.maintenance.rebuild_statements import EMPTIED


def test_every_table_is_made_anew_but_the_one_that_tells_of_rebuilds() -> None:
    assert set(EMPTIED) == metadata.tables.keys() - {"rebuilds"}
