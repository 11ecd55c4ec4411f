"""asyncpg's binds of type `"table"[]`, each a whole RecordBatch.

asyncpg's own way takes a list of tuples, and looks at each value in Python.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from streams.postgres.asyncpg_adapter import add_codec
from streams.postgres.binary_rows import CompositeType, composite_array
from streams.postgres.statements import COMPOSITE_TYPES

if TYPE_CHECKING:
    from streams.postgres.connection import Connection


async def take_rows_of(connection: Connection, tables: Collection[str]) -> None:
    """Let a connection take RecordBatches as arrays of these tables' row types; they are looked up now.

    When a table is changed later, statements that are prepared already go wrong: the connection is to be replaced.

    Raises:
        LookupError: a table does not exist.
    """
    found = await connection.fetch(COMPOSITE_TYPES, list(tables))
    if missing := set(tables) - {row["typname"] for row in found}:
        raise LookupError(
            f"there is no table {', '.join(sorted(missing))} in this database: ingest model diff says whether it "
            "has another model in force"
        )
    for row in found:
        composite = CompositeType(row["oid"], list(zip(row["names"], row["oids"], strict=True)))
        _use(connection, row["typarray"], f"_{row['typname']}", composite)


def _use(connection: Connection, oid: int, name: str, composite: CompositeType) -> None:
    # Nothing is read in this form: it would come as it is.
    add_codec(connection, oid, name, "", partial(composite_array, composite=composite), bytes)
