"""What people read of feature tables and rejects."""

from __future__ import annotations

from pathlib import Path

import asyncpg

from models.settings.environment import Settings
from streams.postgres import migration
from streams.queries.report import read_report

PARCELS = """
from models.declare import *


class Depot(Row, table="depots", key="depot", label="town"):
    depot: str
    town: str


class Carrier(Row, table="carriers", key="carrier_id", label="carrier"):
    carrier_id: Id
    carrier: str


class Parcel(Row, table="parcels", key="parcel", group="depot"):
    parcel: str
    depot: str
    carrier_id: Id


class DepotCarriers(Features, table="depot_carriers", of=Parcel, by=("depot", "carrier_id")):
    parcels = Count()
"""
FILLED = """
INSERT INTO depots VALUES ('A', 'Ulm', now(), gen_random_uuid(), 0);
INSERT INTO carriers VALUES (7, 'Post', now(), gen_random_uuid(), 0);
INSERT INTO depot_carriers VALUES ('A', 7, 5, 1), ('A', 8, 4, 1), ('B', 7, 3, 1)
"""


async def test_each_column_of_a_group_has_its_label_and_more_groups_than_shown_are_mentioned(
    empty_database: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "parcels.py"
    path.write_text(PARCELS)
    settings = empty_database.model_copy(update={"model": str(path)})
    await migration.migrate(settings)
    connection = await asyncpg.connect(settings.database_url)
    await connection.execute(FILLED)
    await connection.close()
    assert await read_report(settings, 3) == [
        "depot  town       carrier_id   parcels",
        "-----  ---------  -----------  -------",
        "A      Ulm        7 Post             5",
        "A      Ulm        8 (unknown)        4",
        "B      (unknown)  7 Post             3",
    ]
    assert (await read_report(settings, 2))[-1] == "… and more: these are the first 2, --limit shows others"
