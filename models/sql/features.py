"""The statements that lock, write and delete the rows of a feature table.

Each takes `$1`, an array of the table's row type with one row a group: group, outputs and `version`, the new one, which
is NULL if the group has no rows any more. Statements that write take beside it bigint[] of the same length: `$2`, the
expected versions, 0 for a group that has no row yet; from `$3`, for each of `divided`, how many values there are. What
Postgres divides by them is, in the column of a Mean, the sum; in that of a StdDev, n * sum of squares - square of sum.
"""
# ruff: noqa: S608  # composed of quoted names only

from __future__ import annotations

from models.aggregates.totals import Mean, StdDev
from models.declaration.model import FeatureTable
from models.sql.by_index import is_among, merge
from models.sql.names import VERSION, column, equal, listed, quoted
from models.sql.stored_columns import may_be_null
from models.types.column_types import ArrayOf, ListType

GUARD_DIGITS = 17
"""Places beyond the last one, so that rounding twice is rounding once."""


def divided(features: FeatureTable) -> list[str]:
    """The columns that Postgres divides: each takes a bind more."""
    return [name for name, aggregate in features.aggregates.items() if isinstance(aggregate, Mean | StdDev)]


def write(features: FeatureTable) -> str:
    """Insert, update or delete the rows of groups whose stored version is the expected one.

    Returns one row:
        inserted, deleted: bigint.
        written: bigint[], the places in `$1`, from 1, of what was written; NULL if all were. The stored row of a group
            that is not among them has another version.
    """
    keys, names = _keys(features), _written(features)
    is_as_expected = 'WHEN MATCHED AND f."version" = i."_expected"'
    return f"""
WITH _incoming AS ({_incoming(features)}
), _inserted AS (
    INSERT INTO {quoted(features.name)} ({listed([*keys, *names])})
    SELECT {listed([*keys, *names])} FROM _incoming WHERE "_expected" = 0 AND "version" IS NOT NULL
    ON CONFLICT ({listed(keys)}) DO NOTHING
    RETURNING {listed(keys)}
), _merged AS ({merge(features.name, keys, '(SELECT * FROM _incoming WHERE "_expected" <> 0)', "f")}
    {is_as_expected} AND i."version" IS NOT NULL THEN UPDATE SET {_assignments(features)}
    {is_as_expected} THEN DELETE
    RETURNING i."_place"::bigint, i."version" IS NULL AS "_is_deleted"
), _counted AS (
    SELECT (SELECT count(*) FROM _inserted) AS inserted, count(*) AS merged,
           count(*) FILTER (WHERE "_is_deleted") AS deleted
      FROM _merged
)
SELECT inserted, deleted, CASE WHEN inserted + merged < cardinality($2::bigint[]) THEN ARRAY(
           SELECT i."_place"::bigint FROM _incoming AS i
            WHERE {is_among(keys, "i", f"SELECT {listed(keys)} FROM _inserted")}
           UNION ALL SELECT "_place" FROM _merged ORDER BY 1) END AS written
  FROM _counted
"""


def lock_in_order(features: FeatureTable) -> str:
    """Lock the rows that these groups have, in order."""
    keys = _keys(features)
    return f"""
SELECT FROM (SELECT * FROM unnest({_array(features)}) ORDER BY {listed(keys)}) AS i,
       LATERAL (SELECT FROM {quoted(features.name)} AS f WHERE {equal(keys, "f", "i")} FOR UPDATE) AS _locked
"""


def lock_or_create(features: FeatureTable) -> str:
    """Lock the rows of these groups, and make those that are missing: returns how many, as `created`.

    They hold zeros, and `version` of `$1`, until `rewrite` or `delete_groups` has come, in the same transaction.
    """
    # DO UPDATE … WHERE false locks the row that is there and returns nothing: what returns was not there before.
    keys = _keys(features)
    filled = [output for output in features.outputs if not may_be_null(output, features)]
    zeros = ["'{}'" if isinstance(output.type, ArrayOf | ListType) else "0" for output in filled]
    return f"""
WITH _created AS (
    INSERT INTO {quoted(features.name)} AS f ({listed([*keys, *(output.name for output in filled), VERSION])})
    SELECT {", ".join([listed(keys, "i"), *zeros, 'i."version"'])}
      FROM unnest({_array(features)}) AS i ORDER BY {listed(keys, "i")}
    ON CONFLICT ({listed(keys)}) DO UPDATE SET "version" = f."version" WHERE false
    RETURNING 1
)
SELECT count(*) AS created FROM _created
"""


def rewrite(features: FeatureTable) -> str:
    """Write the rows of locked groups, whatever their versions are; takes the same binds as `write`."""
    return f"""
WITH _incoming AS ({_incoming(features)})
{merge(features.name, _keys(features), "_incoming", "f")} WHEN MATCHED THEN UPDATE SET {_assignments(features)}
"""


def delete_groups(features: FeatureTable) -> str:
    """Delete the rows of groups without rows; only the group of `$1` is read."""
    return f"{merge(features.name, _keys(features), f'unnest({_array(features)})', 'f')} WHEN MATCHED THEN DELETE"


def _incoming(features: FeatureTable) -> str:
    """The rows of `$1` with what is divided, their places and expected versions."""
    counts = {name: f"_count{number}" for number, name in enumerate(divided(features))}
    beside = "".join(f", unnest(${number}::bigint[])" for number in range(2, 3 + len(counts)))
    chosen = ", ".join(_value(name, features, counts) for name in [*_keys(features), *_written(features)])
    return f"""
    SELECT {chosen}, "_place", "_expected"
      FROM ROWS FROM (generate_series(1, cardinality($2::bigint[])){beside}, unnest({_array(features)}))
           AS i ({listed(["_place", "_expected", *counts.values()])})"""


def _value(name: str, features: FeatureTable, counts: dict[str, str]) -> str:
    aggregate, value = features.aggregates.get(name), column(name, "i")
    # How many places a quotient has depends on those of the dividend, even if they are zeros.
    match aggregate:
        case Mean():
            places = aggregate.expression(features.rows.types).type.decimals
            found = f"round({value}, {places}) / nullif({column(counts[name], 'i')}, 0)"
        case StdDev():
            places = 2 * aggregate.expression(features.rows.types).type.decimals
            count = f"{column(counts[name], 'i')}::numeric"
            # Of a stale state it may be negative. That is found out by its version, so it must not end the statement.
            variance = f"abs(round({value}, {places})) / nullif({count} * ({count} - 1), 0)"
            found = _root_as_stddev_rounds(variance)
        case _:
            return value
    return f"{found} AS {quoted(name)}"


def _root_as_stddev_rounds(variance: str) -> str:
    """The root of a variance with the digits of `stddev_samp`.

    That rounds the root once (`numeric_stddev_internal` in its source), to as many places as the quotient has; `sqrt`
    by itself chooses others.
    """
    return f"round(sqrt(round({variance}, scale({variance}) + {GUARD_DIGITS})), scale({variance}))"


def _assignments(features: FeatureTable) -> str:
    return ", ".join([*(f"{quoted(name)} = {column(name, 'i')}" for name in _written(features)), "updated_at = now()"])


def _written(features: FeatureTable) -> list[str]:
    return [*(output.name for output in features.outputs), VERSION]


def _keys(features: FeatureTable) -> list[str]:
    return [group.name for group in features.group]


def _array(features: FeatureTable) -> str:
    return f"$1::{quoted(features.name)}[]"
