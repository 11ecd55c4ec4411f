"""The statements that fill columns of a feature table from the stored rows, some groups at a time.

Rows of the feature table are locked first, so whoever changes rows of these groups has written its features before, or
waits. What is computed then is written to those groups alone: one that comes into being meanwhile is right already, as
workers of the model in force write all columns. The version stays: what a worker knows of the group is still true.
"""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from collections.abc import Sequence

from models.declaration.model import FeatureTable
from models.sql.audit import expected_features
from models.sql.names import equal, listed, quoted
from models.sql.stored_columns import may_be_null
from models.sql.tables import compiled


def lock_groups(features: FeatureTable, *, begins: bool) -> str:
    """Lock the rows of the next groups, in order; returns `key`, text[], of each.

    Binds: `$1`, how many; unless it begins, `$2`, text[], the group after which to go on.
    """
    keys = [group.name for group in features.group]
    texts = ", ".join(f"{quoted(name)}::text" for name in keys)
    after = ", ".join(f"($2::text[])[{place}]::{_type(features, place - 1)}" for place in range(1, len(keys) + 1))
    condition = "" if begins else f" WHERE ({listed(keys)}) > ({after})"
    return f"""
SELECT ARRAY[{texts}] AS key FROM {quoted(features.name)}{condition} ORDER BY {listed(keys)} LIMIT $1 FOR UPDATE
"""


def fill_groups(features: FeatureTable, columns: Sequence[str]) -> str:
    """Fill columns of these groups, whose rows are locked.

    Binds: `$1` and `$2`, text, the least and the greatest of the first column of the groups; from `$3`, text[], for
    each column of the groups, its values.
    """
    keys = [group.name for group in features.group]
    kind = _type(features, 0)
    expected = compiled(expected_features(features, columns, (f"$1::text::{kind}", f"$2::text::{kind}")))
    binds = ", ".join(f"${number}::text[]" for number in range(3, 3 + len(keys)))
    same = " AND ".join(
        f"f.{quoted(name)} = g.{quoted(name)}::{_type(features, place)}" for place, name in enumerate(keys)
    )
    return f"""
UPDATE {quoted(features.name)} AS f
   SET {", ".join(f"{quoted(name)} = e.{quoted(name)}" for name in columns)}, updated_at = now()
  FROM unnest({binds}) AS g ({listed(keys)}), ({expected}) AS e
 WHERE {same} AND {equal(keys, "f", "e")}
"""


def complete(features: FeatureTable, columns: Sequence[str]) -> list[str]:
    """What makes columns that are filled as the declaration has them: most cannot be NULL."""
    return [
        f"ALTER TABLE {quoted(features.name)} ALTER COLUMN {quoted(output.name)} SET NOT NULL"
        for output in features.outputs
        if output.name in columns and not may_be_null(output, features)
    ]


def _type(features: FeatureTable, place: int) -> str:
    return features.group[place].type.postgres
