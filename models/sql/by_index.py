"""Statements that find rows by an index, however many there are.

Postgres makes the plan of a statement once for many executions, maybe while its tables are nearly empty. Then to read a
whole table looks cheap, and it is read again for each batch when it has millions of rows. `BY_INDEX` leaves a session
nothing but index look-ups, and the statements leave no choice of the table that these begin with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from models.sql.names import equal, listed, quoted

BY_INDEX: Final[Mapping[str, str]] = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    # What is read once and kept to be looked through for each row.
    "enable_material": "off",
    "jit": "off",
}
"""Settings of a session whose statements touch some rows of large tables."""

NO_JOIN: Final = "OFFSET 0"
"""Ends a LATERAL subquery that is looked up for each row of what stands before it."""


def merge(table: str, keys: Iterable[str], source: str, target: str) -> str:
    """The beginning of a MERGE that goes through a source, `i`, and finds the row of each key; WHEN MATCHED follows.

    In an UPDATE or DELETE with other relations Postgres may go through the table. That a row might be inserted makes it
    begin with the source.

    Args:
        table: the target's name.
        keys: its primary key; in the source they have the same names.
        source: what stands for a relation.
        target: the alias of the table.
    """
    return f"""
    MERGE INTO {quoted(table)} AS {target} USING {source} AS i ON {equal(keys, target, "i")}
    WHEN NOT MATCHED AND false THEN INSERT DEFAULT VALUES"""


def is_among(keys: Iterable[str], alias: str, query: str) -> str:
    """The condition that columns of a relation are among what a query returns, looked up in a table of hashes.

    As a plain IN it would become a join, of which only nested loops are left.
    """
    return f"(({listed(keys, alias)}) IN ({query})) IS TRUE"
