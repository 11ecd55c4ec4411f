"""dlt: a CSV file merged into a table by its key, then the features by SQL over all rows, in one transaction.

Arguments: the folder for the pipeline's state, the merge strategy, `rows` to read the file row by row as dlt's
documents begin with or `arrow` to read it in blocks, and the file.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dlt
import pyarrow as pa
from pyarrow import csv as arrow_csv

folder, strategy, way, path = sys.argv[1:]
address = urlsplit(os.environ["DATABASE_URL"])
postgres = {
    "host": address.hostname,
    "port": address.port,
    "database": address.path[1:],
    "username": address.username,
    # dlt asks for one even where the server does not.
    "password": address.password or "none",
}


@dlt.resource(
    name="experiments",
    primary_key="experiment_id",
    write_disposition={"disposition": "merge", "strategy": strategy},
    # Of two publications in one file the later line is kept.
    columns={"line": {"dedup_sort": "desc", "data_type": "bigint"}},
)
def experiments() -> Iterator[Any]:
    """The file's rows with their lines."""
    if way == "rows":
        with Path(path).open(newline="") as file:
            for line, row in enumerate(csv.DictReader(file)):
                ids = {name: int(row[name]) for name in ("experiment_id", "user_id")}
                yield {**row, **ids, "experiment_run_time": float(row["experiment_run_time"]), "line": line}
        return
    line = 0
    types = arrow_csv.ConvertOptions(column_types={"experiment_compound_ids": pa.string()})
    for block in arrow_csv.open_csv(path, convert_options=types):
        lines = pa.array(range(line, line + len(block)), pa.int64())
        line += len(block)
        yield pa.Table.from_batches([block]).append_column("line", lines)


pipeline = dlt.pipeline(
    "experiments",
    pipelines_dir=folder,
    destination=dlt.destinations.postgres(credentials=postgres),
    dataset_name="lab",
)
if pipeline.has_pending_data:
    pipeline.run()
pipeline.run(experiments(), loader_file_format="insert_values" if way == "rows" else "csv")
with pipeline.sql_client() as client, client.begin_transaction():
    client.execute_sql((Path(__file__).parent / "features.sql").read_text())
