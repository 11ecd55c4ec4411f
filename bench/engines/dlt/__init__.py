"""dlt's merge: from a CSV file to Postgres, without Kafka."""

from __future__ import annotations

from pathlib import Path

from bench.engines.engine import BULK, DEFAULT, KILL, Engine, Place, Start, pinned
from bench.environments import environment_python

FOLDER = Path(__file__).parent
REQUIREMENTS = FOLDER / "requirements.txt"
PROGRAM, FEATURES_SQL = FOLDER / "load.py", FOLDER / "features.sql"
VERSIONS = pinned(REQUIREMENTS, "dlt")
SETTINGS = {DEFAULT: {"way": "rows"}, BULK: {"way": "arrow"}}
WORDS = {DEFAULT: "rows of Python, files of INSERT", BULK: "blocks of Arrow, files of CSV for COPY"}
ROWS = "SELECT count(*), sum(user_id), sum(round((experiment_run_time * 1000)::numeric)) FROM lab.experiments"


def _engine(title: str, strategy: str, *untried: str) -> Engine:
    def start(place: Place) -> Start:
        python = environment_python("dlt", REQUIREMENTS)
        arguments = [str(place.folder / "pipelines"), strategy, place.setting["way"], str(place.file)]
        quiet = {"RUNTIME__DLTHUB_TELEMETRY": "false", "DLT_DATA_DIR": str(place.folder / "data")}
        return Start([str(python), str(PROGRAM), *arguments], quiet)

    return Engine(
        title,
        start,
        [PROGRAM, FEATURES_SQL],
        SETTINGS,
        WORDS,
        rows=ROWS,
        batch=True,
        versions=VERSIONS,
        untried=untried,
    )


DELETE_INSERT = _engine("dlt, merge by delete and insert", "delete-insert")
UPSERT = _engine("dlt, merge by upsert", "upsert", KILL)
